package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"texmlsrv/console/flowview"
	"texmlsrv/console/helping"
	"texmlsrv/console/story"
	"texmlsrv/console/web"
	"texmlsrv/sessions"
)

// Flows are the releases that this process has. *calls.Service is one.
type Flows = flowview.Releases

// A call's page shows what people did about it, and the latest looks at it.
const (
	looksLimit = 100
	trailPage  = 200
	trailPages = 20 // that are read at most: a call that was looked at 4,000 times
)

// callPage is what the page of a call shows.
type callPage struct {
	*story.Story
	Rows    []turnRow
	Release releaseView
	Acts    []sessions.Audit // what people did about the call, newest first
	Looks   []sessions.Audit // who looked at it
	Ways    []flowWay
	Help    *helpPanel // what the reader can do about it; nil for viewers
}

// turnRow is a turn as a row of the timeline.
type turnRow struct {
	story.Turn
	ID      string // of the row in the page
	Href    string // of everything behind it
	Version string // another one, once what is behind it changed
	Still   bool   // its time is not that of who reads: nothing counts
}

// releaseView says which flows a call goes by.
type releaseView struct {
	ID     string
	Served bool // new calls begin with it
	Kept   bool // this process has it
	Known  bool // it is known which are served
}

// call shows a call.
func (s *server) call(w http.ResponseWriter, r *http.Request) error {
	session, told, err := s.loaded(r.Context(), r.PathValue("sid"))
	if err != nil {
		return err
	}
	page := callPage{Story: told, Rows: rowsOf(told, callPath(told.SID)), Release: s.releaseOf(told.Release), Ways: s.ways(told)}
	if err := s.people(r.Context(), &page); err != nil {
		return err
	}
	page.Help = s.helpFor(r, session)
	return s.render(w, r, "call", page)
}

// people finds who did something about a call, and who looked at it.
func (s *server) people(ctx context.Context, page *callPage) error {
	q := sessions.AuditQuery{CallSID: page.SID, Limit: trailPage}
	for range trailPages {
		trail, err := s.Audit.Audits(ctx, q)
		if err != nil {
			return fmt.Errorf("console: the audit trail of a call: %w", err)
		}
		for _, a := range trail.Entries {
			switch {
			case a.Action == helping.PreviewAction:
			case a.Refused == "" && isHelp(a.Action): // the timeline tells it, with what came of it
			case a.Action != "view":
				page.Acts = append(page.Acts, a)
			case len(page.Looks) < looksLimit:
				page.Looks = append(page.Looks, a)
			}
		}
		if q.After = trail.Next; q.After == "" {
			return nil
		}
	}
	return nil
}

// told is the story of a call as it stands now.
func (s *server) told(ctx context.Context, sid string) (*story.Story, error) {
	_, told, err := s.loaded(ctx, sid)
	return told, err
}

// loaded is a call as it stands now, and its story. The session holds what is
// sensitive.
func (s *server) loaded(ctx context.Context, sid string) (*sessions.Session, *story.Story, error) {
	session, err := s.Store.Load(ctx, sid)
	if err != nil {
		return nil, nil, fmt.Errorf("console: %w", err)
	}
	timeline, err := s.Store.Timeline(ctx, sid)
	if err != nil {
		return nil, nil, fmt.Errorf("console: %w", err)
	}
	return session, story.Of(session, timeline, s.Now()), nil
}

// rowsOf are the turns as rows of a page that has an address.
func rowsOf(t *story.Story, base string) []turnRow {
	rows := make([]turnRow, len(t.Turns))
	for i, turn := range t.Turns {
		rows[i] = turnRow{
			Turn: turn, ID: t.Anchor(i), Href: turnPath(base, t, i),
			Version: fmt.Sprintf("%d-%d-%s", len(turn.Marks), turn.Replied.UnixMilli(), turn.Marks[0].Word) + t.Touched(i),
		}
	}
	return rows
}

// callPath is the address of a call's page.
func callPath(sid string) string { return "/calls/" + url.PathEscape(sid) }

// turnPath is the address of everything behind a turn.
func turnPath(base string, t *story.Story, i int) string {
	path := base + "/turns/" + strconv.Itoa(t.Turns[i].Number)
	if t.Index(t.Turns[i].Number) != i {
		path += "?index=" + strconv.Itoa(i)
	}
	return path
}

func (s *server) releaseOf(id string) releaseView {
	v := releaseView{ID: id}
	if s.Flows == nil {
		return v
	}
	v.Known, v.Served, v.Kept = true, s.Flows.Release().ID == id, s.Flows.ReleaseOf(id) != nil
	return v
}

// turnPlace is where the page of a turn stands.
type turnPlace struct {
	Base     string // address of the call, or of what else it is a turn of
	Call     string // what that is
	List     string // what it is among
	ListHref string
}

// turnPage is what the page of a turn shows.
type turnPage struct {
	turnPlace
	SID    string
	Row    turnRow
	Body   *story.Body
	Before *turnRow
	After  *turnRow
}

// callTurn shows everything behind a turn of a call.
func (s *server) callTurn(w http.ResponseWriter, r *http.Request) error {
	told, err := s.told(r.Context(), r.PathValue("sid"))
	if err != nil {
		return err
	}
	return s.showTurn(w, r, told, turnPlace{Base: callPath(told.SID), Call: "the call", List: "Calls", ListHref: "/calls"})
}

// showTurn shows everything behind a turn: as a page of its own, and as the part
// that the page of the call opens.
func (s *server) showTurn(w http.ResponseWriter, r *http.Request, told *story.Story, place turnPlace) error {
	i := told.Find(r.PathValue("turn"), r.URL.Query().Get("index"))
	if i < 0 {
		return web.Refuse(http.StatusNotFound, "The call has no such turn", "Its page lists those that it has.")
	}
	rows := rowsOf(told, place.Base)
	page := turnPage{turnPlace: place, SID: told.SID, Row: rows[i], Body: told.Body(i)}
	if i > 0 {
		page.Before = &rows[i-1]
	}
	if i+1 < len(rows) {
		page.After = &rows[i+1]
	}
	return s.render(w, r, "turn", page)
}

// callBeside shows all that came and went beside the turns of a call.
func (s *server) callBeside(w http.ResponseWriter, r *http.Request) error {
	told, err := s.told(r.Context(), r.PathValue("sid"))
	if err != nil {
		return err
	}
	return s.render(w, r, "beside", told)
}

// revealPage shows one value that is masked everywhere else.
type revealPage struct {
	SID, Name, Value string
	Gone             bool
}

// reveal shows a sensitive value to an operator who says why. It is written down
// before it is shown; the value itself is written down nowhere.
func (s *server) reveal(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	name, why := r.PostForm.Get("name"), r.PostForm.Get("why")
	web.Note(r, name, why)
	if err := web.CheckWhy(why); err != nil {
		return err
	}
	session, err := s.Store.Load(r.Context(), r.PathValue("sid"))
	if err != nil {
		return fmt.Errorf("console: %w", err)
	}
	shown, hidden := story.Reveal(session, name)
	if !hidden {
		web.Note(r, "", why)
		return web.Refuse(http.StatusNotFound, "There is no such hidden value", "It may have been forgotten since.")
	}
	return s.render(w, r, "reveal", revealPage{SID: session.Call.SID, Name: name, Value: shown})
}
