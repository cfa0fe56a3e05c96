package redisstore

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"texmlsrv/sessions"
)

// The index: keys by which sessions are found. They lie in slots other than
// those of the calls, so they are hints, written after the commit and checked
// against the session when read. With the default prefix:
//
//	texml:index:days                     set of days on which indexed sessions began, as 2026-11-21
//	texml:index:{2026-11-21.3}:began     sorted set of SIDs by when they began
//	texml:index:{2026-11-21.3}:w17       hash: term → places of ended sessions that have it
//	texml:index:{2026-11-21.3}:w17:table string: more places, where the hash would grow large
//	texml:index:{live.3}:rows, :words    hashes: SID → what is known of a live call, its words
//
// A day's sessions are spread over shards by their SID. The place of a session in
// its shard is a moment of the day, in 65,536ths, so that places need not be
// handed out, fit in two bytes, and are in the order of time; sessions that began
// in the same moment share one. A live call changes all the time: it has a row,
// and terms only when it has ended. Words and numbers stand in no key that
// outlives the sessions of its day by more than another.
const (
	shards    = 8
	dayMillis = 24 * 60 * 60 * 1000
	places    = 1 << 16
)

// shard is a share of the sessions that began on a day.
type shard struct {
	day int64 // since 1970
	no  uint32
}

func shardOf(began int64, sid string) shard {
	return shard{day: dayOf(began), no: hash(sid) % shards}
}

func (d shard) tag() string { return dayText(d.day) + "." + strconv.FormatUint(uint64(d.no), 10) }

func dayText(day int64) string { return time.UnixMilli(day * dayMillis).UTC().Format(time.DateOnly) }

// place is where a session that began at ms stands in its shard, and since the
// first moment of the day.
func place(began int64) uint16 {
	return uint16((began - dayOf(began)*dayMillis) * places / dayMillis)
}

// placeBegins is the first ms of a place.
func (d shard) placeBegins(place int) int64 {
	return d.day*dayMillis + (int64(place)*dayMillis+places-1)/places
}

// dayOf is the day of an instant in ms, since 1970.
func dayOf(ms int64) int64 {
	if ms < 0 {
		return -((-ms + dayMillis - 1) / dayMillis)
	}
	return ms / dayMillis
}

func (s *Store) indexKey(tag, what string) string {
	return s.opts.Prefix + "index:{" + tag + "}:" + what
}

func (s *Store) daysKey() string { return s.opts.Prefix + "index:days" }

func (s *Store) liveKey(no uint32, what string) string {
	return s.indexKey("live."+strconv.FormatUint(uint64(no), 10), what)
}

// keepIndex is how long a key of the index outlives its last write.
func (s *Store) keepIndex() time.Duration { return max(s.opts.Live, s.opts.Retain) }

// score is what a session has in the sorted set of its shard: when it began and,
// once its terms are indexed, behind the point which revision they are of.
func score(began, revision int64, ended bool) float64 {
	if !ended {
		return float64(began)
	}
	return float64(began) + float64(1+revision%62)/64
}

// readScore is when a session began, by its score, and whether it has terms.
func readScore(score float64) (began int64, ended bool) {
	whole := math.Floor(score)
	return int64(whole), score != whole
}

// row is what is known of a live call without reading its session.
type row struct {
	From, To, Flow, Step, Outcome, Release string
	Began, Sent                            time.Time
	Escaped                                bool                  `json:",omitempty"`
	Duplicates                             int                   `json:",omitzero"`
	Marks                                  map[sessions.Mark]int `json:",omitempty"`
}

func encodeRow(s *sessions.Session) (string, error) {
	body, err := encode(row{
		s.Call.From, s.Call.To, s.Flow, s.Step, s.Outcome, s.Release, s.BeganAt, s.SentAt, s.Escaped, s.Duplicates, s.Marks,
	})
	return strconv.FormatInt(s.Revision, 10) + " " + string(body), err
}

// decodeRow returns what a row knows of a session. What cannot be read is an
// error, for a sweep to write again.
func decodeRow(sid, text string) (*sessions.Session, error) {
	revision, body, _ := strings.Cut(text, " ")
	var r row
	if err := json.Unmarshal([]byte(body), &r); err != nil {
		return nil, fmt.Errorf("row of %s: %w", sid, err)
	}
	n, err := strconv.ParseInt(revision, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("row of %s: its revision is not a number", sid)
	}
	return &sessions.Session{
		Call: sessions.Call{SID: sid, From: r.From, To: r.To}, Flow: r.Flow, Step: r.Step, Outcome: r.Outcome, Release: r.Release,
		BeganAt: r.Began, SentAt: r.Sent, Escaped: r.Escaped, Duplicates: r.Duplicates, Marks: r.Marks, Revision: n,
	}, nil
}
