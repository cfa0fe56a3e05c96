package console

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"texmlsrv/console/story"
	"texmlsrv/console/tries"
	"texmlsrv/console/trying"
	"texmlsrv/console/web"
	"texmlsrv/simulator/talk"
)

// documentBudget is what a document may take: the look-ups of a turn share 1.5 s,
// the rest has 0.5 s.
const documentBudget = 2 * time.Second

// tryPage is what the page of a try shows.
type tryPage struct {
	*tries.Try
	Base     string // address of the page
	Title    string // of the flow
	Lines    []tries.Line
	Ask      *askView // nil at the end
	Over     string   // how the call ended; "" while it goes on
	Story    *story.Story
	Rows     []turnRow
	Ways     []flowWay
	Document []story.Line // of the current turn
	Played   []tries.Played
	Latest   *tries.Played // the document that is played now
	Took     string        // how long that took
	Share    int           // how much of what a document may take it took, in percent
	Notice   string
	Long     string     // how long the call took, in its own time
	Fields   url.Values // of the form that begins the same try again
	Again    string     // address of that form
}

// tryDesk is where flows are tried from.
func (s *server) tryDesk() trying.Desk {
	d := trying.Desk{Tries: s.Tries, Now: s.Now}
	if s.Flows != nil {
		d.Served = s.Flows.Release
	}
	return d
}

// try shows a try as it stands.
func (s *server) try(w http.ResponseWriter, r *http.Request) error {
	t, err := s.tryDesk().Of(r)
	if err != nil {
		return err
	}
	return s.showTry(w, r, http.StatusOK, t, nil, noticeOf(r))
}

// noticeOf is what a page is to say once, after what it was led to by.
func noticeOf(r *http.Request) string {
	switch r.URL.Query().Get("note") {
	case "moved":
		return "The call waits for something else by now, so that was not done."
	case "goes-on":
		return "The call goes on. Bring it to its end, or hang up; then it can be saved as a scenario."
	}
	return ""
}

func (s *server) showTry(w http.ResponseWriter, r *http.Request, status int, t *tries.Try, answered *answered, notice string) error {
	state := s.tryDesk().Waits(r.Context(), t)
	page := tryPage{
		Try: t, Base: tryPath(t), Title: cmp.Or(t.Release.Flows[t.Flow].Title, t.Flow),
		Lines: state.Lines, Played: state.Played, Notice: notice, Over: tries.Ending(state),
	}
	if n := len(state.Played); n > 0 {
		page.Latest = &state.Played[n-1]
		page.Took = talk.Span(page.Latest.Took)
		page.Share = int(min(100, page.Latest.Took*100/documentBudget))
	}
	page.Again = "/try?" + t.Describing
	page.Fields, _ = url.ParseQuery(t.Describing) // as it was written
	if state.Moment != nil {
		page.Ask = asking(state, answered)
	}
	if state.Record != nil {
		page.Long = story.Span(state.Record.Ended.Sub(state.Record.Began))
	}
	session, timeline, now := t.Session(r.Context())
	if session != nil {
		page.Story = story.Of(session, timeline, now)
		page.Rows = rowsOf(page.Story, page.Base)
		for i := range page.Rows {
			page.Rows[i].Still = true
		}
		page.Ways = waysOf(page.Story, t.Release)
		if n := len(page.Rows); n > 0 {
			page.Document = page.Story.Body(n - 1).Document
		}
	}
	return s.renderAs(w, r, status, "trying", page)
}

func tryPath(t *tries.Try) string { return "/try/" + url.PathEscape(t.ID) }

// tryTurn shows everything behind a turn of a try.
func (s *server) tryTurn(w http.ResponseWriter, r *http.Request) error {
	t, err := s.tryDesk().Of(r)
	if err != nil {
		return err
	}
	session, timeline, now := t.Session(r.Context())
	if session == nil {
		return web.Refuse(http.StatusNotFound, "The call has not begun", "")
	}
	return s.showTurn(w, r, story.Of(session, timeline, now), turnPlace{Base: tryPath(t), List: "Try", ListHref: "/try", Call: "the try"})
}

// tryActs does something at the moment that a try waits at.
func (s *server) tryActs(w http.ResponseWriter, r *http.Request) error {
	t, err := s.tryDesk().Of(r)
	if err != nil {
		return err
	}
	if err := readFormOf(w, r, trying.BodyMost); err != nil {
		return err
	}
	asked, err := strconv.Atoi(r.PostForm.Get("asked"))
	if err != nil {
		asked = -1 // which is never
	}
	after, wrong, err := s.tryDesk().Act(r, t, asked, trying.DeedOf(r.PostForm))
	to := tryPath(t)
	switch {
	case len(wrong) > 0:
		return s.showTry(w, r, http.StatusUnprocessableEntity, t, &answered{r.PostForm, wrong}, "")
	case errors.Is(err, tries.ErrMoved):
		to += "?note=moved"
	case err != nil:
		return err
	case r.PostForm.Get("then") == "scenario" && after.Record != nil:
		to += "/scenario"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// tryAgain sends the last request of a try once more.
func (s *server) tryAgain(w http.ResponseWriter, r *http.Request) error {
	t, err := s.tryDesk().Of(r)
	if err != nil {
		return err
	}
	if err := s.tryDesk().Again(r, t); err != nil {
		return err
	}
	http.Redirect(w, r, tryPath(t), http.StatusSeeOther)
	return nil
}

// tryEnds gives a try up.
func (s *server) tryEnds(w http.ResponseWriter, r *http.Request) error {
	t, err := s.tryDesk().Of(r)
	if err != nil {
		return err
	}
	if err := s.tryDesk().End(r, t); err != nil {
		return err
	}
	http.Redirect(w, r, "/try?flow="+url.QueryEscape(t.Flow), http.StatusSeeOther)
	return nil
}

// tryScenario shows a try as a scenario, or has it taken away.
func (s *server) tryScenario(w http.ResponseWriter, r *http.Request) error {
	t, err := s.tryDesk().Of(r)
	if err != nil {
		return err
	}
	page, over, err := tryScenarioOf(r, t)
	switch {
	case err != nil:
		return err
	case !over:
		http.Redirect(w, r, tryPath(t)+"?note=goes-on", http.StatusSeeOther)
		return nil
	}
	return s.showScenario(w, r, page)
}

// tries begins with the page on which a try is set up.
func (s *server) tries(w http.ResponseWriter, r *http.Request) error {
	asked := r.URL.Query()
	return s.showSetup(w, r, http.StatusOK, asked, nil)
}

// tryBegins begins one.
func (s *server) tryBegins(w http.ResponseWriter, r *http.Request) error {
	release, err := s.tryDesk().Flows()
	if err != nil {
		return err
	}
	if err := readFormOf(w, r, trying.BodyMost); err != nil {
		return err
	}
	for name, values := range r.PostForm {
		r.PostForm[name] = slices.DeleteFunc(values, func(v string) bool { return strings.TrimSpace(v) == "" })
		if len(r.PostForm[name]) == 0 {
			delete(r.PostForm, name)
		}
	}
	wish := trying.WishOf(r.PostForm, release)
	t, wrong, err := s.tryDesk().Begin(r, wish)
	switch {
	case len(wrong) > 0:
		return s.showSetup(w, r, http.StatusUnprocessableEntity, r.PostForm, wish.FormWrong(wrong))
	case errors.Is(err, tries.ErrMany):
		return s.showSetup(w, r, http.StatusTooManyRequests, r.PostForm, trying.Wrong{"flow": trying.TooMany})
	case err != nil:
		return err
	}
	http.Redirect(w, r, tryPath(t), http.StatusSeeOther)
	return nil
}
