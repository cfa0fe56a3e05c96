package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"texmlsrv/calls"
	"texmlsrv/console/helping"
	"texmlsrv/console/story"
	"texmlsrv/console/web"
)

// turnTag is the entity tag of what can be done about a call: it names the turn,
// so that a program can say which one it saw.
func turnTag(turn int) string { return fmt.Sprintf(`"turn-%d"`, turn) }

// ableView is what can be done about a call as it stands.
type ableView struct {
	Turn    int         `json:"turn"`
	Running bool        `json:"running"`
	Kinds   []kindView  `json:"kinds"`
	Steps   []place     `json:"steps"`
	Fields  []fieldView `json:"fields"`
}

// kindView is something to do.
type kindView struct {
	Kind string `json:"kind"`
	Able bool   `json:"able"`
	Why  string `json:"why,omitempty"` // not
}

// fieldView is a value that can be put right.
type fieldView struct {
	Name  string `json:"name"`
	Wants string `json:"wants"`
	Asked bool   `json:"asked"`
	Now   string `json:"now,omitempty"`
}

// able tells what can be done about a call.
func (a *api) able(w http.ResponseWriter, r *http.Request) error {
	if err := a.desk().Check(); err != nil {
		return err
	}
	session, err := a.Store.Load(r.Context(), r.PathValue("sid"))
	if err != nil {
		return fmt.Errorf("api: %w", err)
	}
	v := ableView{Turn: session.Turn, Running: !session.Ended(), Kinds: []kindView{}, Steps: []place{}, Fields: []fieldView{}}
	for _, k := range a.Calls.Able(session) {
		v.Kinds = append(v.Kinds, kindView{k.Kind, k.Why == "", k.Why})
	}
	for _, at := range a.Calls.Steps(session) {
		v.Steps = append(v.Steps, place{at.Flow, at.Step})
	}
	shown := session.Masked().Gathered
	for _, f := range a.Calls.Fields(session) {
		field := fieldView{Name: f.Name, Wants: story.Wants(f.Property), Asked: f.Asked}
		if now := shown[f.Name]; now != nil {
			field.Now = story.Written(now)
		}
		v.Fields = append(v.Fields, field)
	}
	body, err := encoded(v)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", turnTag(v.Turn))
	return give(w, body)
}

// wish is what a request wants to be done.
type wish struct {
	Kind  string `json:"kind"`
	ID    string `json:"id"`
	Step  string `json:"step"`
	Name  string `json:"name"`
	Value string `json:"value"`
	Text  string `json:"text"`
	To    string `json:"to"`
	Why   string `json:"why"`
}

// wanted reads what a request wants to be done, at the turn that it saw.
func (a *api) wanted(w http.ResponseWriter, r *http.Request) (calls.Intervention, error) {
	if err := a.desk().Check(); err != nil {
		return calls.Intervention{}, err
	}
	var asked wish
	if err := receive(w, r, &asked); err != nil {
		return calls.Intervention{}, err
	}
	i := calls.Intervention{
		Kind: asked.Kind, ID: asked.ID, Step: asked.Step, Name: asked.Name, Value: asked.Value, Text: asked.Text, To: asked.To,
		Who: web.Who(r).Name, Why: asked.Why,
	}
	var err error
	i.Turn, err = a.turnSeen(r)
	helping.Note(r, i)
	return i, err
}

// turnSeen is the turn that a request is about by its If-Match.
func (a *api) turnSeen(r *http.Request) (int, error) {
	named := r.Header.Get("If-Match")
	switch number, ok := strings.CutPrefix(named, `"turn-`); {
	case named == "":
		return 0, web.Refuse(http.StatusPreconditionRequired, "Say which turn you saw",
			`Send If-Match with the ETag of the call's interventions, such as If-Match: "turn-7". Then nothing is done to a call that has gone on meanwhile.`)
	case named == "*":
		session, err := a.Store.Load(r.Context(), r.PathValue("sid"))
		if err != nil {
			return 0, fmt.Errorf("api: %w", err)
		}
		return session.Turn, nil
	case ok && strings.HasSuffix(number, `"`):
		if turn, err := strconv.Atoi(strings.TrimSuffix(number, `"`)); err == nil && turn > 0 {
			return turn, nil
		}
	}
	return 0, web.Refuse(http.StatusBadRequest, "That names no turn", `If-Match looks like "turn-7", with its quotation marks.`)
}

// previewView is what would come of an intervention.
type previewView struct {
	Turn     int             `json:"turn"`
	Flow     string          `json:"flow"`
	Step     string          `json:"step"`
	Document string          `json:"document,omitempty"`
	Command  string          `json:"command,omitempty"`
	Settings json.RawMessage `json:"settings,omitempty"`
	Name     string          `json:"name,omitempty"`
	Before   any             `json:"before,omitempty"`
	After    any             `json:"after,omitempty"`
	Says     []string        `json:"says"`
	Warnings []string        `json:"warnings"`
}

// preview tells what would come of an intervention, and does nothing.
func (a *api) preview(w http.ResponseWriter, r *http.Request) error {
	i, err := a.wanted(w, r)
	if err != nil {
		return err
	}
	p, err := a.Calls.Preview(r.Context(), r.PathValue("sid"), i)
	if err != nil {
		return notDone(err)
	}
	body, err := encoded(previewView{
		p.Turn, p.Place.Flow, p.Place.Step, p.Document, p.Command, p.Settings, p.Name, p.Before, p.After,
		append([]string{}, p.Says...), append([]string{}, p.Warnings...),
	})
	if err != nil {
		return err
	}
	return give(w, body)
}

// doneView is what came of an intervention.
type doneView struct {
	Turn    int    `json:"turn"`
	Outcome string `json:"outcome,omitempty"`
	Stored  bool   `json:"stored"`
	Again   bool   `json:"again"`
	Told    string `json:"told"`
}

// intervene does something about a call. It is written down before.
func (a *api) intervene(w http.ResponseWriter, r *http.Request) error {
	i, err := a.wanted(w, r)
	if err != nil {
		return err
	}
	return a.do(w, r, i)
}

// note writes something down about a call, whatever its turn.
func (a *api) note(w http.ResponseWriter, r *http.Request) error {
	if err := a.desk().Check(); err != nil {
		return err
	}
	var asked struct {
		ID   string `json:"id"`
		Text string `json:"text"`
	}
	if err := receive(w, r, &asked); err != nil {
		return err
	}
	i := calls.Intervention{Kind: calls.HelpNote, ID: asked.ID, Text: asked.Text, Who: web.Who(r).Name}
	helping.Note(r, i)
	return a.do(w, r, i)
}

func (a *api) do(w http.ResponseWriter, r *http.Request, i calls.Intervention) error {
	result, err := a.desk().Do(r, r.PathValue("sid"), i)
	if err != nil {
		return notDone(err)
	}
	told, _ := helping.Told(result)
	body, err := encoded(doneView{result.Turn, result.Outcome, result.Stored, result.Again, told})
	if err != nil {
		return err
	}
	w.Header().Set("ETag", turnTag(result.Turn))
	return give(w, body)
}

// desk is where calls are helped from.
func (a *api) desk() helping.Desk { return helping.Desk{Calls: a.Calls, Store: a.Store} }

// notDone says to a program why something was not done. That the call has gone
// on is what its If-Match asked about.
func notDone(err error) error {
	refused := helping.Refused(err)
	if refused == nil {
		return fmt.Errorf("api: %w", err)
	}
	if meanwhile, answered := errors.AsType[*calls.AnsweredMeanwhileError](err); answered {
		refused.Status, refused.Members = http.StatusPreconditionFailed, map[string]any{"turn": meanwhile.Now}
	}
	if wrong, mistaken := errors.AsType[*calls.InterventionError](err); mistaken {
		refused.Members = map[string]any{"field": wrong.Field}
	}
	return refused
}
