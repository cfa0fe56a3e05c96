// Package listing is the list of calls without its page: what an address asks
// for, and a call as one row. The page and the API read and tell the same.
package listing

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"texmlsrv/console/web"
	"texmlsrv/sessions"
)

// Forms in which times are typed, beside RFC 3339.
const (
	MinuteForm = "2006-01-02T15:04" // how browsers send a day and a time
	DayForm    = "2006-01-02"
)

const (
	searchMost = 200 // letters of what is searched for
	wholeSID   = 20  // letters and digits in a row from which a text is the id of a call
)

// Parameters of the list of calls.
const (
	ParamSearch     = "q"
	ParamAs         = "as" // text: what looks like a number or an id is words
	ParamLive       = "live"
	ParamFlow       = "flow"
	ParamStep       = "step"
	ParamOutcome    = "outcome"
	ParamEnding     = "ending"
	ParamRelease    = "release"
	ParamFrom       = "from"
	ParamTo         = "to"
	ParamWait       = "waiting"
	ParamDegraded   = "degraded"
	ParamDuplicates = "duplicates"
	ParamProblems   = "problems"
	ParamAfter      = "after"
	ParamTop        = "top" // what is listed begins at this millisecond: a page that brings itself up to date stays put
	ParamPart       = "part"
)

// Params are the parameters by which a list is narrowed down.
func Params() []string {
	return []string{
		ParamSearch, ParamAs, ParamLive, ParamFlow, ParamStep, ParamOutcome, ParamEnding, ParamRelease,
		ParamFrom, ParamTo, ParamWait, ParamDegraded, ParamDuplicates, ParamProblems,
	}
}

// What a search can have been taken for.
const (
	ByNumber = "number"
	ByID     = "id"
	ByText   = "text"
)

// Asked is what the list of calls is asked for by an address.
type Asked struct {
	sessions.Query
	Values url.Values // without what is empty, and without parts and pages
	Top    time.Time  // zero where the list begins at the newest
	Kind   string     // what the search was taken for; "" where there is none
}

// Read reads the query of an address. The error is a *web.Problem.
func Read(given url.Values) (*Asked, error) {
	a := &Asked{Values: url.Values{}}
	for name, values := range given {
		if value := strings.TrimSpace(values[0]); value != "" {
			a.Values.Set(name, value)
		}
	}
	get := a.Values.Get
	a.After = get(ParamAfter)
	if millis, err := strconv.ParseInt(get(ParamTop), 10, 64); err == nil {
		a.Top = time.UnixMilli(millis)
	}
	for _, name := range []string{ParamAfter, ParamTop, ParamPart} {
		a.Values.Del(name)
	}
	a.Flow, a.Step, a.Outcome, a.Ending, a.Release = get(ParamFlow), get(ParamStep), get(ParamOutcome), get(ParamEnding), get(ParamRelease)
	if err := a.choices(); err != nil {
		return a, err
	}
	a.search(get(ParamSearch), get(ParamAs) == ByText)
	return a, a.times()
}

// choices reads what is one of a few words.
func (a *Asked) choices() error {
	for _, choice := range []struct {
		param string
		words []string
	}{
		{ParamLive, []string{"yes", "no"}}, {ParamAs, []string{ByText}},
		{ParamDegraded, []string{"yes"}}, {ParamDuplicates, []string{"yes"}}, {ParamProblems, []string{"yes"}},
	} {
		if value := a.Values.Get(choice.param); value != "" && !slices.Contains(choice.words, value) {
			return web.Refuse(http.StatusBadRequest, "There is no such choice",
				choice.param+" is "+strings.Join(choice.words, " or ")+", not "+web.Shortened(value, wholeSID)+".")
		}
	}
	if live := a.Values.Get(ParamLive); live != "" {
		is := live == "yes"
		a.Live = &is
	}
	a.Degraded, a.Duplicates, a.Problems = a.Values.Has(ParamDegraded), a.Values.Has(ParamDuplicates), a.Values.Has(ParamProblems)
	return nil
}

// search tells apart what was typed: the id of a call, a number, or words.
func (a *Asked) search(typed string, text bool) {
	typed = web.Shortened(typed, searchMost)
	switch {
	case typed == "":
	case !text && looksLikeSID(typed):
		a.SID, a.Kind = typed, ByID
	case !text && looksLikeNumber(typed):
		a.Number, a.Kind = typed, ByNumber
	default:
		a.Text, a.Kind = typed, ByText
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
func (a *Asked) times() error {
	var err error
	if a.From, err = Moment(a.Values.Get(ParamFrom)); err != nil {
		return err
	}
	if a.To, err = Moment(a.Values.Get(ParamTo)); err != nil {
		return err
	}
	if wait := a.Values.Get(ParamWait); wait != "" {
		if a.WaitingLonger, err = time.ParseDuration(wait); err != nil || a.WaitingLonger <= 0 {
			return web.Refuse(http.StatusBadRequest, "That is no length of time", "It looks like 30s or 5m, not like "+web.Shortened(wait, len(DayForm))+".")
		}
	}
	return nil
}

// Moment is an instant in UTC as people and programs write it; zero where none
// is given. The error is a *web.Problem.
func Moment(typed string) (time.Time, error) {
	if typed == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{MinuteForm, DayForm, time.RFC3339} {
		if at, err := time.Parse(form, typed); err == nil {
			return at, nil
		}
	}
	return time.Time{}, web.Refuse(http.StatusBadRequest, "That is no time", "A time looks like 2026-11-23T10:00, not like "+web.Shortened(typed, len(MinuteForm))+".")
}

// Conditions are the names of what was asked for, and the values that no caller
// said.
func (a *Asked) Conditions() string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(a.Values)) {
		switch name {
		case "format", ParamAs, "limit":
		case ParamSearch:
			all = append(all, "search by "+a.Kind)
		default:
			all = append(all, name+"="+a.Values.Get(name))
		}
	}
	if len(all) == 0 {
		return "all calls"
	}
	return web.Shortened(strings.Join(all, " "), searchMost)
}
