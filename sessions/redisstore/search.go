package redisstore

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"texmlsrv/sessions"
)

// Bounds of one search: so many sessions are read, and so many passed by unread.
// Whoever wants more asks for the next page.
const (
	readMost = 5000
	passMost = 50_000
	readOnce = 100
	walkFar  = 500
)

// candidate is a session that may be what is looked for.
type candidate struct {
	began int64 // ms
	sid   string
}

// newestFirst orders candidates as pages do.
func newestFirst(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.began, a.began), strings.Compare(b.sid, a.sid))
}

// source gives candidates, newest first.
type source interface {
	// next returns some more; none when there are no more.
	next(ctx context.Context) ([]candidate, error)

	// estimate returns about how many there are in all.
	estimate(ctx context.Context) (float64, error)
}

// search is one search on its way.
type search struct {
	*Store
	q     sessions.Query
	after *sessions.Cursor // nil for the first page

	from   source
	found  []*sessions.Session // one more than the page holds says that there are more
	passed int
	read   int
	last   candidate // the last one looked at
}

// Search implements sessions.Finder. A call is found from about a tenth of a
// second after it was committed.
func (s *Store) Search(ctx context.Context, q sessions.Query) (sessions.Page, error) {
	after, err := sessions.ParseCursor(q.After)
	if err != nil {
		return sessions.Page{}, err
	}
	on := &search{Store: s, q: q, after: after}
	page, err := on.run(ctx)
	if err != nil {
		return sessions.Page{}, fmt.Errorf("redisstore: search: %w", cause(ctx, err))
	}
	return page, nil
}

func (on *search) run(ctx context.Context) (sessions.Page, error) {
	if page, whole, err := on.bySID(ctx); whole || err != nil {
		return page, err
	}
	if err := on.choose(ctx); err != nil {
		return sessions.Page{}, err
	}
	for {
		some, err := on.from.next(ctx)
		if err != nil {
			return sessions.Page{}, err
		}
		if len(some) == 0 {
			return on.whole(), nil
		}
		if enough, err := on.look(ctx, some); err != nil {
			return sessions.Page{}, err
		} else if enough {
			return on.part(ctx)
		}
	}
}

// bySID looks a call up whose whole id is given.
func (on *search) bySID(ctx context.Context) (page sessions.Page, whole bool, err error) {
	if on.q.SID == "" || on.after != nil {
		return sessions.Page{}, false, nil
	}
	found, err := on.Store.read(ctx, []string{on.q.SID})
	if err != nil || found[0] == nil || !on.q.Matches(found[0], on.opts.Now()) {
		return sessions.Page{}, false, err
	}
	return sessions.Page{Sessions: found, About: 1}, true, nil
}

// choose chooses where candidates come from.
func (on *search) choose(ctx context.Context) error {
	var live []candidate
	terms := conditions(on.q)
	if on.q.OnlyLive() || len(terms) > 0 && !on.q.OnlyEnded() {
		var err error
		if live, err = on.live(ctx); err != nil {
			return err
		}
	}
	if on.q.OnlyLive() {
		on.from = &known{live, len(live)}
		return nil
	}
	days, err := on.days(ctx)
	if err != nil {
		return err
	}
	if len(terms) > 0 {
		on.from = &having{span: days, terms: terms, live: live, candidates: len(live)}
	} else {
		each := 4 + 2*on.q.Size()/shards
		if on.q.SID != "" {
			each = walkFar // they are passed by unread
		}
		on.from = &walk{span: days, each: each}
	}
	return nil
}

// live are the live calls that the query may find, by what their rows say.
func (on *search) live(ctx context.Context) ([]candidate, error) {
	rows, err := on.liveRows(ctx)
	if err != nil {
		return nil, err
	}
	words := map[string]string{}
	if on.q.Text != "" {
		hashes, err := on.liveHashes(ctx, "words")
		if err != nil {
			return nil, err
		}
		for _, hash := range hashes {
			for sid, text := range hash {
				words[sid] = text
			}
		}
	}
	var live []candidate
	wanted, now := sessions.Words(on.q.Text), on.opts.Now()
	for sid, session := range rows {
		if on.q.MatchesFields(session, now) && (len(wanted) == 0 || sessions.HasWords(strings.Fields(words[sid]), wanted)) {
			live = append(live, candidate{session.BeganAt.UnixMilli(), sid})
		}
	}
	slices.SortFunc(live, newestFirst)
	return live, nil
}

// look reads candidates and keeps those that the query finds. Enough are found,
// or looked at, when it says so.
func (on *search) look(ctx context.Context, some []candidate) (enough bool, err error) {
	for len(some) > 0 && !enough {
		var sids []string
		n := 0
		for ; n < len(some) && len(sids) < max(on.missing(), readOnce/4); n++ {
			if c := some[n]; on.isAfter(c) && strings.HasPrefix(c.sid, on.q.SID) {
				sids = append(sids, c.sid)
			}
		}
		if err := on.keep(ctx, sids); err != nil {
			return false, err
		}
		on.last, on.passed, some = some[n-1], on.passed+n, some[n:]
		enough = on.missing() <= 0 || on.read >= readMost || on.passed >= passMost
	}
	return enough, nil
}

// missing is how many more have to be found to fill the page and know that there
// are more.
func (on *search) missing() int { return on.q.Size() + 1 - len(on.found) }

func (on *search) isAfter(c candidate) bool {
	return on.after == nil || newestFirst(c, candidate{on.after.Began.UnixMilli(), on.after.SID}) > 0
}

// keep reads sessions and keeps those that the query finds.
func (on *search) keep(ctx context.Context, sids []string) error {
	sessions, err := on.Store.read(ctx, sids)
	if err != nil {
		return err
	}
	on.read += len(sids)
	now := on.opts.Now()
	for _, s := range sessions {
		if s != nil && on.q.Matches(s, now) {
			on.found = append(on.found, s)
		}
	}
	return nil
}

// whole is the last page: everything was looked at.
func (on *search) whole() sessions.Page {
	page := sessions.Page{Sessions: on.found, About: len(on.found)}
	if on.after != nil {
		page.About += on.after.Seen
	}
	return page
}

// part is a page that others follow, or may follow.
func (on *search) part(ctx context.Context) (sessions.Page, error) {
	size := min(len(on.found), on.q.Size())
	page := sessions.Page{Sessions: on.found[:size], More: true}
	next := sessions.Cursor{Began: msTime(on.last.began), SID: on.last.sid}
	if len(on.found) > size {
		next = sessions.CursorAt(page.Sessions[size-1])
	}
	next.Seen = size
	if on.after != nil {
		next.Seen += on.after.Seen
		next.About = on.after.About
	} else {
		total, err := on.from.estimate(ctx)
		if err != nil {
			return sessions.Page{}, err
		}
		next.About = int(math.Round(total * float64(len(on.found)) / float64(max(1, on.passed))))
	}
	next.About = max(next.About, next.Seen+len(on.found)-size)
	page.About, page.Next = next.About, next.String()
	return page, nil
}

// known is a source of candidates that are all known.
type known struct {
	left []candidate
	all  int
}

func (k *known) next(context.Context) ([]candidate, error) {
	some := k.left
	k.left = nil
	return some, nil
}

func (k *known) estimate(context.Context) (float64, error) { return float64(k.all), nil }
