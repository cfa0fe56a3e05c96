package console

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"texmlsrv/console/listing"
	"texmlsrv/console/story"
	"texmlsrv/sessions"
)

// callsView is what the list of calls shows.
type callsView struct {
	Asked   map[string]string // as the form shows it
	Filters []filter
	AsText  string // the same search, for words; "" where it is one
	Rows    []callRow
	Count   string
	Running string   // how many calls run, over all; "" is not said
	Parked  []string // numbers whose calls reach no flow
	Known   known
	From    string // as browsers take it
	To      string
	Waits   []wait

	Self    string // address that this part is brought up to date by
	Newer   string // how many came since; "" for none
	Newest  string // address of the first page, as it is now
	First   string // the same, on later pages; "" on the first
	Next    string // address of what comes after; "" at the end
	CSV     string // address of the exports
	JSON    string
	Export  bool // there is something to export
	Anybody bool // nothing was asked for, and there is nothing: nobody has called
}

// wait is a choice of how long calls wait.
type wait struct {
	Value, Words string
	Chosen       bool
}

// waits are the choices, and among them the one that was made.
func waits(chosen time.Duration) []wait {
	of := []time.Duration{10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute}
	if chosen > 0 && !slices.Contains(of, chosen) {
		of = append(of, chosen)
		slices.Sort(of)
	}
	all := make([]wait, len(of))
	for i, d := range of {
		all[i] = wait{d.String(), story.Span(d), d == chosen}
	}
	return all
}

// known are names that forms propose.
type known struct{ Flows, Steps, Outcomes, Endings []string }

// calls lists calls, newest first.
func (s *server) calls(w http.ResponseWriter, r *http.Request) error {
	given := r.URL.Query()
	q, err := readCallQuery(given)
	if err != nil {
		return err
	}
	whole := given.Get(listing.ParamPart) == ""
	if whole && hasEmpty(given) {
		http.Redirect(w, r, q.path("/calls", listing.ParamAfter, q.After), http.StatusSeeOther) // forms send what is empty too
		return nil
	}
	v, err := s.callsView(r.Context(), q)
	if err != nil {
		return err
	}
	if whole {
		v.Parked = s.parked()
		if err := s.addCounts(r.Context(), q, v); err != nil {
			return err
		}
	}
	return s.render(w, r, "calls", v)
}

// parked are the numbers whose calls reach no flow, so that they are not missed
// in the list.
func (s *server) parked() []string {
	if s.Parked == nil {
		return nil
	}
	var all []string
	for _, p := range s.Parked() {
		all = append(all, cmp.Or(p.Number, "a number that was not told"))
	}
	return all
}

// callsView searches, and says what was found. From the first row on the list
// stays put: what began later is told, and not put in.
func (s *server) callsView(ctx context.Context, q callQuery) (*callsView, error) {
	held := q.Query
	if !q.Top.IsZero() && q.After == "" {
		if end := q.Top.Add(time.Millisecond); held.To.IsZero() || end.Before(held.To) {
			held.To = end
		}
	}
	page, err := s.Finder.Search(ctx, held)
	if err != nil {
		return nil, fmt.Errorf("console: search: %w", err)
	}
	v := &callsView{
		Asked: map[string]string{}, Filters: q.filters(), Newest: q.path("/calls"),
		From: browserTime(q.From), To: browserTime(q.To), Waits: waits(q.WaitingLonger),
		CSV: q.path("/calls/export", "format", "csv"), JSON: q.path("/calls/export", "format", "json"), Export: len(page.Sessions) > 0,
	}
	for name := range q.Values {
		v.Asked[name] = q.Values.Get(name)
	}
	for _, session := range page.Sessions {
		v.Rows = append(v.Rows, rowOf(session))
	}
	if q.Kind == listing.ByID || q.Kind == listing.ByNumber {
		v.AsText = q.path("/calls", listing.ParamAs, listing.ByText)
	}
	v.Count = countOf(page, q.After == "")
	v.Anybody = len(v.Filters) == 0 && len(v.Rows) == 0 && q.After == "" && !page.More
	if page.Next != "" {
		v.Next = q.path("/calls", listing.ParamAfter, page.Next)
	}
	if q.After != "" {
		v.First, v.Self = v.Newest, q.path("/calls", listing.ParamAfter, q.After)
		return v, nil
	}
	top := q.Top
	if top.IsZero() && len(page.Sessions) > 0 {
		top = page.Sessions[0].BeganAt
	}
	if v.Self = v.Newest; !top.IsZero() {
		v.Self = q.path("/calls", listing.ParamTop, strconv.FormatInt(top.UnixMilli(), 10))
	}
	if !q.Top.IsZero() {
		v.Newer, err = s.newer(ctx, q)
	}
	return v, err
}

// newer says how many calls would be listed above the first one.
func (s *server) newer(ctx context.Context, q callQuery) (string, error) {
	above := q.Query
	above.Limit = sessions.PageLimit
	if above.From = q.Top.Truncate(time.Millisecond).Add(time.Millisecond); q.From.After(above.From) {
		above.From = q.From
	}
	page, err := s.Finder.Search(ctx, above)
	switch n := len(page.Sessions); {
	case err != nil:
		return "", fmt.Errorf("console: search: %w", err)
	case n == 0:
		return "", nil
	case page.More:
		return fmt.Sprintf("More than %d new calls", n), nil
	default:
		return counted(n, "new call"), nil
	}
}

// countOf says how many calls there are on all pages.
func countOf(page sessions.Page, first bool) string {
	if first && !page.More {
		return counted(len(page.Sessions), "call")
	}
	return "about " + counted(max(page.About, len(page.Sessions)), "call")
}

// browserTime is an instant as a form's field takes it; "" for none.
func browserTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(listing.MinuteForm)
}

// counted is a number of things: 1 call, 12,345 calls.
func counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return thousands(n) + " " + thing
}

// thousands is a number as people read it: 12,345.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// hasEmpty reports whether a form sent fields that nobody filled in.
func hasEmpty(given url.Values) bool {
	for _, values := range given {
		if values[0] == "" {
			return true
		}
	}
	return false
}

// addCounts adds what a look at all calls tells: how many run, and which names
// there are to choose from.
func (s *server) addCounts(ctx context.Context, q callQuery, v *callsView) error {
	counts, err := s.Finder.Counts(ctx, sessions.LastDay)
	if err != nil {
		return fmt.Errorf("console: counts: %w", err)
	}
	running := 0
	for _, at := range counts.Standing {
		running += at.Live
		v.Known.Flows, v.Known.Steps = append(v.Known.Flows, at.Flow), append(v.Known.Steps, at.Step)
	}
	for _, move := range counts.Moves {
		v.Known.Flows, v.Known.Steps = append(v.Known.Flows, move.To.Flow), append(v.Known.Steps, move.To.Step)
	}
	for _, o := range counts.Outcomes {
		v.Known.Outcomes, v.Known.Endings = append(v.Known.Outcomes, o.Outcome), append(v.Known.Endings, o.Ending)
	}
	for _, names := range []*[]string{&v.Known.Flows, &v.Known.Steps, &v.Known.Outcomes, &v.Known.Endings} {
		slices.Sort(*names)
		*names = slices.DeleteFunc(slices.Compact(*names), func(name string) bool { return name == "" })
	}
	if q.Live == nil && running > 0 {
		v.Running = thousands(running) + " running now"
	}
	return nil
}
