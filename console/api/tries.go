package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"texmlsrv/console/story"
	"texmlsrv/console/tries"
	"texmlsrv/console/trying"
	"texmlsrv/console/web"
	"texmlsrv/simulator"
	"texmlsrv/simulator/talk"
)

// tryView is a try as it stands.
type tryView struct {
	tryRow
	Release string         `json:"release"`
	Ended   string         `json:"ended,omitempty"` // how, in a sentence
	Lines   []lineView     `json:"lines"`
	Waits   *waitsView     `json:"waits,omitempty"` // nil at the end, and while something takes long
	Played  []documentView `json:"documents"`
	Call    *callView      `json:"call,omitempty"` // nil before there is anything
}

// tryRow is a try in a list.
type tryRow struct {
	ID        string `json:"id"`
	Flow      string `json:"flow"`
	Direction string `json:"direction"`
	From      string `json:"from"`
	To        string `json:"to"`
	Over      bool   `json:"over"`
}

func rowOf(t *tries.Try) tryRow {
	row := tryRow{t.ID, t.Flow, t.Call.Direction, t.Call.From, t.Call.To, t.Over()}
	if row.Direction == "" {
		row.Direction = "inbound"
	}
	return row
}

// lineView is one thing that was heard, done or told.
type lineView struct {
	Who     string `json:"who"`
	Kind    string `json:"kind"`
	Text    string `json:"text,omitempty"`
	Turn    int    `json:"turn,omitzero"` // of the beginning of a turn, and its step and attempt
	Step    string `json:"step,omitempty"`
	Attempt int    `json:"attempt,omitzero"`
}

// waitsView is what is waited for.
type waitsView struct {
	Asked   int             `json:"asked"`
	Kind    string          `json:"kind"`
	Title   string          `json:"title"`
	Can     []string        `json:"can"`              // words for what can be done
	Schema  json.RawMessage `json:"schema,omitempty"` // of an AI gather
	Words   []wordView      `json:"words,omitempty"`  // how it can go, outside the call
	Behind  string          `json:"behind,omitempty"` // what can stand behind such a word
	Behaves []wordView      `json:"behaves"`          // how the request after it can misbehave
}

// wordView is a word, and what it means.
type wordView struct {
	Word  string `json:"word"`
	About string `json:"about,omitempty"`
}

// documentView is a document that led the call.
type documentView struct {
	Turn     int         `json:"turn,omitzero"`
	Step     string      `json:"step,omitempty"`
	Took     story.Lapse `json:"took"`
	Problems []string    `json:"problems"`
}

func (a *api) tryDesk() trying.Desk {
	return trying.Desk{Tries: a.Tries, Served: a.Served, Now: a.Now}
}

// tries lists those of who asks.
func (a *api) tries(w http.ResponseWriter, r *http.Request) error {
	desk := a.tryDesk()
	if _, err := desk.Flows(); err != nil {
		return err //nolint:wrapcheck // it is an answer
	}
	rows := []tryRow{}
	for _, t := range desk.All(r) {
		rows = append(rows, rowOf(t))
	}
	return answer(w, r, page{Items: rows})
}

// tryBegins begins a try.
func (a *api) tryBegins(w http.ResponseWriter, r *http.Request) error {
	desk := a.tryDesk()
	if _, err := desk.Flows(); err != nil {
		return err //nolint:wrapcheck // it is an answer
	}
	var wish trying.Wish
	if err := receiveMost(w, r, &wish, trying.BodyMost); err != nil {
		return err
	}
	t, wrong, err := desk.Begin(r, wish)
	switch {
	case errors.Is(err, tries.ErrMany):
		return web.Refuse(http.StatusTooManyRequests, "No more tries can begin now", trying.TooMany)
	case err != nil:
		return err //nolint:wrapcheck // it says whose it is
	case len(wrong) > 0:
		return unfit(wrong)
	}
	w.Header().Set("Location", Root+"/tries/"+url.PathEscape(t.ID))
	return a.showTry(w, r, t, http.StatusCreated)
}

// try tells a try as it stands, once something is waited for.
func (a *api) try(w http.ResponseWriter, r *http.Request) error {
	t, err := a.tryDesk().Of(r)
	if err != nil {
		return err //nolint:wrapcheck // it is an answer
	}
	return a.showTry(w, r, t, http.StatusOK)
}

// tryActs does something at the moment that the request saw.
func (a *api) tryActs(w http.ResponseWriter, r *http.Request) error {
	desk := a.tryDesk()
	t, err := desk.Of(r)
	if err != nil {
		return err //nolint:wrapcheck // it is an answer
	}
	var deed trying.Deed
	if err := receiveMost(w, r, &deed, trying.BodyMost); err != nil {
		return err
	}
	asked, err := momentSeen(r)
	if err != nil {
		return err
	}
	state := desk.Waits(r.Context(), t)
	if asked == whichever {
		asked = state.Asked
	}
	_, wrong, err := desk.Act(r, t, asked, deed)
	switch {
	case errors.Is(err, tries.ErrMoved) && t.Over():
		return web.Refuse(http.StatusConflict, "The call is over", "Begin another try, or read this one as a scenario.")
	case errors.Is(err, tries.ErrMoved):
		return web.Refuse(http.StatusPreconditionFailed, "The call waits for something else", "That was not done. Read the try again.")
	case err != nil:
		return err //nolint:wrapcheck // it says whose it is
	case len(wrong) > 0:
		return unfit(wrong)
	}
	return a.showTry(w, r, t, http.StatusOK)
}

// tryAgain sends the last request of a try once more.
func (a *api) tryAgain(w http.ResponseWriter, r *http.Request) error {
	desk := a.tryDesk()
	t, err := desk.Of(r)
	if err != nil {
		return err //nolint:wrapcheck // it is an answer
	}
	if err := desk.Again(r, t); err != nil {
		return err //nolint:wrapcheck // it is an answer
	}
	return a.showTry(w, r, t, http.StatusOK)
}

// tryEnds gives a try up.
func (a *api) tryEnds(w http.ResponseWriter, r *http.Request) error {
	desk := a.tryDesk()
	t, err := desk.Of(r)
	if err != nil {
		return err //nolint:wrapcheck // it is an answer
	}
	if err := desk.End(r, t); err != nil {
		return err //nolint:wrapcheck // it is an answer
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// showTry answers with a try as it stands.
func (a *api) showTry(w http.ResponseWriter, r *http.Request, t *tries.Try, status int) error {
	state := a.tryDesk().Waits(r.Context(), t)
	v := tryView{
		tryRow: rowOf(t), Release: t.Release.ID, Ended: tries.Ending(state), Lines: []lineView{}, Played: []documentView{},
	}
	for _, l := range state.Lines {
		v.Lines = append(v.Lines, lineView{l.Who, l.Kind, l.Text, l.Turn, l.Step, l.Try})
	}
	for _, p := range state.Played {
		v.Played = append(v.Played, documentView{p.Turn, p.Step, story.Lapse(p.Took), append([]string{}, p.Problems...)})
	}
	if state.Moment != nil {
		v.Waits = waitsOf(state)
	}
	if session, timeline, now := t.Session(r.Context()); session != nil {
		v.Call = &callView{story.Of(session, timeline, now), session.Turn, !session.Ended()}
	}
	body, err := encoded(v)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", momentTag(state.Asked))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the reader is gone: nobody to tell
	return nil
}

func waitsOf(state tries.State) *waitsView {
	m := *state.Moment
	v := &waitsView{Asked: state.Asked, Kind: m.Kind, Title: trying.Title(m), Can: trying.Can(m), Behaves: words(talk.Misbehaviours(m.Kind))}
	switch m.Kind {
	case simulator.MomentAI:
		if m.Parameters != nil {
			v.Schema = m.Parameters.Bytes()
		}
	case simulator.MomentGather, simulator.MomentRecord:
	default:
		event := talk.EventOf(m)
		v.Words, v.Behind = words(event.Words), event.Takes
	}
	return v
}

func words(all []talk.Word) []wordView {
	out := make([]wordView, len(all))
	for i, w := range all {
		out[i] = wordView{w.Name, w.About}
	}
	return out
}

// momentTag is the entity tag of a try: it names what is waited for, so that a
// program can say what it saw.
func momentTag(asked int) string { return fmt.Sprintf(`"moment-%d"`, asked) }

// whichever is the moment of who does not mind.
const whichever = -1

// momentSeen is the moment that a request is about by its If-Match.
func momentSeen(r *http.Request) (int, error) {
	named := r.Header.Get("If-Match")
	switch number, ok := strings.CutPrefix(named, `"moment-`); {
	case named == "":
		return 0, web.Refuse(http.StatusPreconditionRequired, "Say which moment you saw",
			`Send If-Match with the ETag of the try, such as If-Match: "moment-2". Then nothing is done to a call that has gone on meanwhile.`)
	case named == "*":
		return whichever, nil
	case ok && strings.HasSuffix(number, `"`):
		if asked, err := strconv.Atoi(strings.TrimSuffix(number, `"`)); err == nil && asked >= 0 {
			return asked, nil
		}
	}
	return 0, web.Refuse(http.StatusBadRequest, "That names no moment", `If-Match looks like "moment-2", with its quotation marks.`)
}

// unfit says to a program what of a body does not do.
func unfit(wrong trying.Wrong) error {
	field := slices.Sorted(maps.Keys(wrong))[0]
	return &web.Problem{
		Status: http.StatusUnprocessableEntity, Title: "That does not go", Detail: web.Shortened(field, nameMost) + ": " + wrong[field],
		Members: map[string]any{"field": field, "fields": wrong},
	}
}
