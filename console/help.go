package console

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"texmlsrv/calls"
	"texmlsrv/console/access"
	"texmlsrv/console/helping"
	"texmlsrv/console/story"
	"texmlsrv/console/web"
	"texmlsrv/sessions"
)

func isHelp(action string) bool { return action == helping.Action || action == helping.NoteAction }

// helpPanel is what the reader of a call's page can do about it.
type helpPanel struct {
	SID    string
	Turn   int
	ID     string // of the form for a note
	Kinds  []helpKind
	Cannot []cannot // the reasons of those that cannot be done
	Over   bool
}

// helpKind is something that can be done, and what its form asks for.
type helpKind struct {
	Kind, Name string
	About      string // a sentence
	Danger     bool
	Why        string // it cannot be done; "" where it can
	Reason     int    // index of the same in Cannot
	Steps      []stepGroup
	Fields     []helpField
}

// cannot is what cannot be done for one reason.
type cannot struct {
	Names []string
	Why   string
	All   bool // nothing can be done
}

// stepGroup are the steps of a flow.
type stepGroup struct {
	Flow  string
	Steps []helpStep
}

type helpStep struct {
	Value, Step string
	Here        bool
}

// helpField is a value that can be put right.
type helpField struct {
	Name, Now, Wants string
	About            string // what the flow's author says of it
	Asked            bool
}

// helpKinds are the names of what can be done, and what it is, by kind.
var helpKinds = map[string]helpKind{
	calls.HelpRepeat:         {Name: "Repeat the question", About: "What is being asked is asked once more. It does not count as an attempt."},
	calls.HelpSay:            {Name: "Say something", About: "The caller hears a sentence, and then what is being asked once more. While an AI agent talks, the agent is told to say it."},
	calls.HelpValue:          {Name: "Correct a value", About: "What was understood wrongly is put right. When nothing is missing any more the call goes on, else it asks for the rest."},
	calls.HelpGoto:           {Name: "Go to a step", About: "The call leaves where it is, and goes on at another step of its flows."},
	calls.HelpTransfer:       {Name: "Transfer", About: "Somebody is rung, and connected with the caller."},
	calls.HelpStopGather:     {Name: "Stop the gather", About: "What is being asked ends now, as if nothing had been answered."},
	calls.HelpStartAssistant: {Name: "Start an assistant", About: "An AI assistant that is kept at Telnyx begins to talk with the caller."},
	calls.HelpStopAssistant:  {Name: "Stop the agent", About: "The AI agent that talks with the caller stops."},
	calls.HelpHangUp:         {Name: "Hang up", About: "The call ends.", Danger: true},
	calls.HelpNote:           {Name: "Note", About: "Something that colleagues should know about this call."},
}

// kindOf is what a form is for; zero for nothing that there is.
func kindOf(kind string) helpKind {
	k := helpKinds[kind]
	if k.Name != "" {
		k.Kind = kind
	}
	return k
}

// helpFor is what the reader can do about a call; nil for nothing at all.
func (s *server) helpFor(r *http.Request, session *sessions.Session) *helpPanel {
	if s.Calls == nil || web.Who(r).Role < access.Operator {
		return nil
	}
	p := &helpPanel{SID: session.Call.SID, Turn: session.Turn, ID: rand.Text(), Over: session.Ended()}
	for _, a := range s.Calls.Able(session) {
		kind := kindOf(a.Kind)
		switch {
		case a.Kind == calls.HelpNote || p.Over: // a note has a place of its own
		case a.Why == "":
			p.Kinds = append(p.Kinds, s.choices(kind, session))
		default:
			i := slices.IndexFunc(p.Cannot, func(c cannot) bool { return c.Why == a.Why })
			if i < 0 {
				p.Cannot, i = append(p.Cannot, cannot{Why: a.Why}), len(p.Cannot)
			}
			p.Cannot[i].Names = append(p.Cannot[i].Names, kind.Name)
			kind.Why, kind.Reason = a.Why, i
			p.Kinds = append(p.Kinds, kind)
		}
	}
	if len(p.Cannot) == 1 {
		p.Cannot[0].All = len(p.Cannot[0].Names) == len(p.Kinds)
	}
	return p
}

// choices adds what there is to choose from.
func (s *server) choices(kind helpKind, session *sessions.Session) helpKind {
	switch kind.Kind {
	case calls.HelpGoto:
		for _, at := range s.Calls.Steps(session) {
			if n := len(kind.Steps); n == 0 || kind.Steps[n-1].Flow != at.Flow {
				kind.Steps = append(kind.Steps, stepGroup{Flow: at.Flow})
			}
			group := &kind.Steps[len(kind.Steps)-1]
			group.Steps = append(group.Steps, helpStep{Value: at.Flow + "/" + at.Step, Step: at.Step, Here: at == session.Place()})
		}
	case calls.HelpValue:
		shown := session.Masked().Gathered
		for _, f := range s.Calls.Fields(session) {
			field := helpField{Name: f.Name, Wants: story.Wants(f.Property), About: f.Description, Asked: f.Asked}
			if v := shown[f.Name]; v != nil {
				field.Now = story.Written(v)
			}
			kind.Fields = append(kind.Fields, field)
		}
	}
	return kind
}

// helpPage is what the steps of an intervention show: what would come of it, what
// came of it, or why it was not done.
type helpPage struct {
	State   string // preview, done or refused
	SID     string
	Kind    helpKind
	Wanted  calls.Intervention
	Preview calls.Preview
	Result  calls.Result
	Title   string
	Told    string // a sentence or two
	Bad     bool   // Telnyx did not take it
	Field   string // that has to be put right; "" where there is none
	Since   []turnRow
	Look    string // address of the call
}

// helpPreview shows what would come of what a form asks for.
func (s *server) helpPreview(w http.ResponseWriter, r *http.Request) error {
	page, err := s.wanted(w, r)
	if err != nil {
		return err
	}
	page.Wanted.ID = rand.Text()
	page.Preview, err = s.Calls.Preview(r.Context(), page.SID, page.Wanted)
	if err != nil {
		return s.notDone(r, page, err)
	}
	page.State, page.Title = "preview", page.Kind.Name
	return s.render(w, r, "help", page)
}

// help does what a preview was shown of. It is written down before.
func (s *server) help(w http.ResponseWriter, r *http.Request) error {
	page, err := s.wanted(w, r)
	if err != nil {
		return err
	}
	if page.Wanted.ID == "" {
		return web.Refuse(http.StatusUnprocessableEntity, "The form is not whole", "Open the call again, and try once more.")
	}
	if err := s.done(r, &page); err != nil {
		return err
	}
	page.State, page.Title = "done", page.Kind.Name
	page.Told, page.Bad = helping.Told(page.Result)
	return s.render(w, r, "help", page)
}

// note writes something down about a call.
func (s *server) note(w http.ResponseWriter, r *http.Request) error {
	page, err := s.wanted(w, r)
	if err != nil {
		return err
	}
	page.Kind = kindOf(calls.HelpNote)
	page.Wanted.Kind = calls.HelpNote
	helping.Note(r, page.Wanted)
	if err := s.done(r, &page); err != nil {
		return err
	}
	http.Redirect(w, r, page.Look+"#people", http.StatusSeeOther)
	return nil
}

// done does it, if it still can be done, and has it written down before.
func (s *server) done(r *http.Request, page *helpPage) error {
	var err error
	if page.Result, err = s.desk().Do(r, page.SID, page.Wanted); err != nil {
		return s.notDone(r, *page, err)
	}
	return nil
}

// desk is where calls are helped from.
func (s *server) desk() helping.Desk { return helping.Desk{Calls: s.Calls, Store: s.Store} }

// wanted reads a form.
func (s *server) wanted(w http.ResponseWriter, r *http.Request) (helpPage, error) {
	page := helpPage{SID: r.PathValue("sid")}
	page.Look = callPath(page.SID)
	if err := s.desk().Check(); err != nil {
		return page, err
	}
	if err := readForm(w, r); err != nil {
		return page, err
	}
	turn, _ := strconv.Atoi(r.PostForm.Get("turn")) // 0 is no turn, and refused as such
	page.Kind = kindOf(r.PostForm.Get("kind"))
	page.Wanted = calls.Intervention{
		Kind: page.Kind.Kind, Turn: turn, ID: r.PostForm.Get("id"),
		Step: r.PostForm.Get("step"), Name: r.PostForm.Get("name"), Value: r.PostForm.Get("value"),
		Text: r.PostForm.Get("text"), To: r.PostForm.Get("to"),
		Who: web.Who(r).Name, Why: r.PostForm.Get("why"),
	}
	helping.Note(r, page.Wanted)
	return page, nil
}

// notDone is how it is said that something was not done.
func (s *server) notDone(r *http.Request, page helpPage, err error) error {
	refused := helping.Refused(err)
	if refused == nil {
		return fmt.Errorf("console: %w", err)
	}
	if meanwhile, answered := errors.AsType[*calls.AnsweredMeanwhileError](err); answered {
		if meanwhile.Now != meanwhile.Turn {
			refused.Detail = "Nothing was done. You saw turn " + strconv.Itoa(meanwhile.Turn) + "; this came since:"
		}
		if since, err := s.turnsSince(r.Context(), page.SID, meanwhile.Turn); err == nil {
			page.Since = since
		}
	}
	if wrong, mistaken := errors.AsType[*calls.InterventionError](err); mistaken && page.Kind.Kind != "" {
		page.Field = wrong.Field
	}
	page.State, page.Title, page.Told = "refused", refused.Title, refused.Detail
	refused.Page, refused.Data = "help", page
	return refused
}

// turnsSince are the turns of a call from one on.
func (s *server) turnsSince(ctx context.Context, sid string, turn int) ([]turnRow, error) {
	call, err := s.told(ctx, sid)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rowsOf(call, callPath(call.SID)), func(row turnRow) bool { return row.Number < turn }), nil
}
