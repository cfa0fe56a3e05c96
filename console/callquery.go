package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"texmlsrv/console/story"
	"texmlsrv/console/web"
	"texmlsrv/sessions"
)

const (
	minuteForm = "2006-01-02T15:04" // how browsers send a day and a time
	searchMost = 200                // letters of what is searched for
	wholeSID   = 20                 // letters and digits in a row from which a text is the id of a call
)

// Parameters of the list of calls.
const (
	paramSearch = "q"
	paramAs     = "as" // text: what looks like a number or an id is words
	paramLive   = "live"
	paramFrom   = "from"
	paramTo     = "to"
	paramWait   = "waiting"
	paramAfter  = "after"
	paramTop    = "top" // what is listed begins at this millisecond: a page that brings itself up to date stays put
	paramPart   = "part"
)

// filter is a condition of the list that is set, as a chip shows it.
type filter struct {
	Name, Value string
	Off         string // address of the list without it
}

// callQuery is what the list of calls is asked for by its address.
type callQuery struct {
	sessions.Query
	asked url.Values // without what is empty, and without parts and pages
	top   time.Time
	kind  string // what the search was taken for: number, id or text
}

// readCallQuery reads the address of the list.
func readCallQuery(asked url.Values) (*callQuery, error) {
	q := &callQuery{asked: url.Values{}}
	for name, values := range asked {
		if value := strings.TrimSpace(values[0]); value != "" {
			q.asked.Set(name, value)
		}
	}
	q.After = q.asked.Get(paramAfter)
	if millis, err := strconv.ParseInt(q.asked.Get(paramTop), 10, 64); err == nil {
		q.top = time.UnixMilli(millis)
	}
	for _, name := range []string{paramAfter, paramTop, paramPart} {
		q.asked.Del(name)
	}
	get := q.asked.Get
	q.Flow, q.Step, q.Outcome, q.Ending, q.Release = get("flow"), get("step"), get("outcome"), get("ending"), get("release")
	q.Degraded, q.Duplicates, q.Problems = get("degraded") != "", get("duplicates") != "", get("problems") != ""
	switch live := get(paramLive); live {
	case "yes", "no":
		is := live == "yes"
		q.Live = &is
	}
	q.search(get(paramSearch), get(paramAs) == "text")
	return q, q.times()
}

// search tells apart what was typed: the id of a call, a number, or words.
func (q *callQuery) search(typed string, text bool) {
	typed = shortened(typed, searchMost)
	switch {
	case typed == "":
	case !text && looksLikeSID(typed):
		q.SID, q.kind = typed, "id"
	case !text && looksLikeNumber(typed):
		q.Number, q.kind = typed, "number"
	default:
		q.Text, q.kind = typed, "text"
	}
}

// looksLikeSID reports whether a text is a CallSid or its beginning: Telnyx'
// begin with a version, as in v3:aBc.
func looksLikeSID(typed string) bool {
	if strings.ContainsFunc(typed, unicode.IsSpace) || strings.ContainsRune(typed, '@') {
		return false
	}
	if rest, is := strings.CutPrefix(typed, "v"); is {
		version, _, is := strings.Cut(rest, ":")
		if _, err := strconv.Atoi(version); is && err == nil {
			return true
		}
	}
	return len(typed) >= wholeSID && strings.ContainsAny(typed, "0123456789") && strings.ContainsFunc(typed, unicode.IsLetter)
}

// looksLikeNumber reports whether a text is a telephone's number, or a part of
// one, or the address of a SIP telephone.
func looksLikeNumber(typed string) bool {
	if strings.HasPrefix(typed, "sip:") || strings.HasPrefix(typed, "sips:") || strings.ContainsRune(typed, '@') {
		return true
	}
	sign := func(r rune) bool { return !unicode.IsSpace(r) && !strings.ContainsRune("0123456789+-./()", r) }
	return strings.ContainsAny(typed, "0123456789") && !strings.ContainsFunc(typed, sign)
}

// times reads what is said of times.
func (q *callQuery) times() error {
	var err error
	if q.From, err = moment(q.asked.Get(paramFrom)); err != nil {
		return err
	}
	if q.To, err = moment(q.asked.Get(paramTo)); err != nil {
		return err
	}
	if wait := q.asked.Get(paramWait); wait != "" {
		if q.WaitingLonger, err = time.ParseDuration(wait); err != nil || q.WaitingLonger <= 0 {
			return web.Refuse(http.StatusBadRequest, "That is no length of time", "It looks like 30s or 5m, not like "+shortened(wait, len(dayForm))+".")
		}
	}
	return nil
}

// moment is an instant in UTC; zero where none is given.
func moment(typed string) (time.Time, error) {
	if typed == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{minuteForm, dayForm, time.RFC3339} {
		if at, err := time.Parse(form, typed); err == nil {
			return at, nil
		}
	}
	return time.Time{}, web.Refuse(http.StatusBadRequest, "That is no time", "A time looks like 2026-11-23T10:00, not like "+shortened(typed, len(minuteForm))+".")
}

// path is the address of the list with what is asked for, and more.
func (q *callQuery) path(path string, more ...string) string {
	asked := url.Values{}
	for name, values := range q.asked {
		asked[name] = values
	}
	for i := 0; i+1 < len(more); i += 2 {
		if asked.Set(more[i], more[i+1]); more[i+1] == "" {
			asked.Del(more[i])
		}
	}
	return withQuery(path, asked)
}

// filters are the chips of what is asked for.
func (q *callQuery) filters() []filter {
	var all []filter
	chip := func(set bool, param, name, value string) {
		if set {
			all = append(all, filter{Name: name, Value: value, Off: q.path("/calls", param, "")})
		}
	}
	if q.kind != "" {
		names := map[string]string{"id": "CallSid", "number": "Number", "text": "Said or gathered"}
		all = append(all, filter{Name: names[q.kind], Value: q.SID + q.Number + q.Text, Off: q.path("/calls", paramSearch, "", paramAs, "")})
	}
	if q.Live != nil {
		chip(true, paramLive, "", map[bool]string{true: "running", false: "ended"}[*q.Live])
	}
	chip(q.Flow != "", "flow", "Flow", q.Flow)
	chip(q.Step != "", "step", "Step", q.Step)
	chip(q.Outcome != "", "outcome", "Outcome", q.Outcome)
	chip(q.Ending != "", "ending", "Ending", q.Ending)
	chip(q.Release != "", "release", "Release", q.Release)
	chip(!q.From.IsZero(), paramFrom, "Began from", q.From.Format("2006-01-02 15:04 UTC"))
	chip(!q.To.IsZero(), paramTo, "Began before", q.To.Format("2006-01-02 15:04 UTC"))
	chip(q.WaitingLonger > 0, paramWait, "Waiting longer than", story.Span(q.WaitingLonger))
	chip(q.Problems, "problems", "", "problems")
	chip(q.Degraded, "degraded", "", "degraded")
	chip(q.Duplicates, "duplicates", "", "duplicates")
	return all
}
