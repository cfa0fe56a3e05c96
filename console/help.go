package console

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"texmlsrv/calls"
	"texmlsrv/console/access"
	"texmlsrv/console/story"
	"texmlsrv/console/web"
	"texmlsrv/flows"
	"texmlsrv/sessions"
)

// Calls are the calls that people can do something about. *calls.Service is one.
type Calls interface {
	// Able says what can be done about a call, and of the rest why not.
	Able(session *sessions.Session) []calls.Ability
	// Steps are those that a call can be taken to.
	Steps(session *sessions.Session) []sessions.Place
	// Fields are the values of a call that can be put right.
	Fields(session *sessions.Session) []flows.Field
	// Preview tells what would come of an intervention.
	Preview(ctx context.Context, callSID string, i calls.Intervention) (calls.Preview, error)
	// Intervene does it.
	Intervene(ctx context.Context, callSID string, i calls.Intervention) (calls.Result, error)
}

// Words of the audit trail.
const (
	previewAction = "preview"
	helpAction    = "help"
	noteAction    = "note"
)

func isHelp(action string) bool { return action == helpAction || action == noteAction }

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
			field := helpField{Name: f.Name, Wants: story.Wants(f.Property), Asked: f.Asked}
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
	Since   []turnRow
	Look    string // address of the call
}

// helpPreview shows what would come of what a form asks for.
func (s *server) helpPreview(w http.ResponseWriter, r *http.Request) error {
	page, err := s.wanted(r)
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
	page, err := s.wanted(r)
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
	page.Told, page.Bad = told(page.Result)
	return s.render(w, r, "help", page)
}

// note writes something down about a call.
func (s *server) note(w http.ResponseWriter, r *http.Request) error {
	page, err := s.wanted(r)
	if err != nil {
		return err
	}
	page.Kind = kindOf(calls.HelpNote)
	page.Wanted.Kind = calls.HelpNote
	web.Note(r, "", "")
	if err := s.done(r, &page); err != nil {
		return err
	}
	http.Redirect(w, r, page.Look+"#people", http.StatusSeeOther)
	return nil
}

// done does it, if it still can be done, and has it written down before.
func (s *server) done(r *http.Request, page *helpPage) error {
	trial := page.Wanted
	if _, err := s.Calls.Preview(r.Context(), page.SID, trial); err != nil && !s.again(r, page, err) {
		return s.notDone(r, *page, err)
	}
	if err := web.Record(r); err != nil {
		return err
	}
	var err error
	if page.Result, err = s.Calls.Intervene(r.Context(), page.SID, page.Wanted); err != nil {
		return s.notDone(r, *page, err)
	}
	return nil
}

// again reports whether a form was sent twice: then the call has gone on because
// of it.
func (s *server) again(r *http.Request, page *helpPage, err error) bool {
	if _, is := errors.AsType[*calls.InterventionError](err); is {
		return false
	}
	session, err := s.Store.Load(r.Context(), page.SID)
	return err == nil && page.Wanted.ID != "" && session.Helped(page.Wanted.ID)
}

// wanted reads a form.
func (s *server) wanted(r *http.Request) (helpPage, error) {
	page := helpPage{SID: r.PathValue("sid")}
	page.Look = callPath(page.SID)
	if s.Calls == nil {
		return page, web.Refuse(http.StatusNotFound, "Calls cannot be helped from here", "This console only looks at them.")
	}
	turn, _ := strconv.Atoi(r.PostFormValue("turn")) // 0 is no turn, and refused as such
	page.Kind = kindOf(r.PostFormValue("kind"))
	page.Wanted = calls.Intervention{
		Kind: page.Kind.Kind, Turn: turn, ID: r.PostFormValue("id"),
		Step: r.PostFormValue("step"), Name: r.PostFormValue("name"), Value: r.PostFormValue("value"),
		Text: r.PostFormValue("text"), To: r.PostFormValue("to"),
		Who: web.Who(r).Name, Why: r.PostFormValue("why"),
	}
	web.Note(r, strings.TrimSuffix(page.Wanted.Kind+": "+about(page.Wanted), ": "), page.Wanted.Why)
	web.VisitOf(r).Audit.Turn = turn
	return page, nil
}

// about is what exactly an intervention is about, as far as the audit trail may
// hold it: no values, and nothing that is said.
func about(i calls.Intervention) string {
	switch i.Kind {
	case calls.HelpGoto:
		return i.Step
	case calls.HelpValue, calls.HelpStartAssistant:
		return i.Name
	case calls.HelpTransfer:
		return i.To
	}
	return ""
}

// notDone is how it is said that something was not done.
func (s *server) notDone(r *http.Request, page helpPage, err error) error {
	page.State = "refused"
	refused := &web.Problem{Status: http.StatusUnprocessableEntity, Page: "help", Err: err}
	meanwhile, answered := errors.AsType[*calls.AnsweredMeanwhileError](err)
	unable, is := errors.AsType[*calls.UnableError](err)
	wrong, mistaken := errors.AsType[*calls.InterventionError](err)
	switch {
	case answered:
		refused.Status = http.StatusConflict
		page.Title, page.Told = "The caller has answered meanwhile", "Nothing was done. You saw turn "+strconv.Itoa(meanwhile.Turn)+"; this came since:"
		if meanwhile.Now == meanwhile.Turn {
			page.Told = "Nothing was done: the answer to turn " + strconv.Itoa(meanwhile.Turn) + " has come, and is about to be taken."
		}
		if since, err := s.turnsSince(r.Context(), page.SID, meanwhile.Turn); err == nil {
			page.Since = since
		}
	case is:
		refused.Status = http.StatusConflict
		page.Title, page.Told = "That cannot be done now", unable.Why
	case mistaken && wrong.Field == "kind":
		page.Title, page.Told = "There is no such thing to do", "Open the call again, and try once more."
	case mistaken:
		page.Title, page.Told = "That does not go", fieldNames[wrong.Field]+wrong.Problem
	default:
		return fmt.Errorf("console: %w", err)
	}
	refused.Title, refused.Detail, refused.Data = page.Title, page.Told, page
	return refused
}

// fieldNames are what people call the fields of the forms.
var fieldNames = map[string]string{
	"why": "The reason: ", "step": "The step: ", "name": "The name: ", "value": "The value: ", "text": "The text: ", "to": "Whom to ring: ",
}

// turnsSince are the turns of a call from one on.
func (s *server) turnsSince(ctx context.Context, sid string, turn int) ([]turnRow, error) {
	call, err := s.told(ctx, sid)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rowsOf(call, callPath(call.SID)), func(row turnRow) bool { return row.Number < turn }), nil
}

// told says what came of an intervention.
func told(r calls.Result) (text string, bad bool) {
	switch {
	case r.Again:
		return "It was done already, and not once more.", false
	case r.Outcome == "":
		return "It is done. The caller hears nothing of it.", false
	case r.Outcome == "ok":
		return "It is done: Telnyx has taken it.", false
	case r.Outcome == "gone":
		return "Telnyx says that the call is over.", true
	}
	text = map[string]string{
		"unauthorized": "Telnyx refuses the API key.", "rate_limited": "Telnyx was asked too often in a moment.",
		"timeout": "Telnyx did not answer in time; it may have been done all the same.", "unavailable": "Telnyx could not be reached.",
	}[r.Outcome]
	if text == "" {
		text = "Telnyx did not take it."
	}
	if !r.Stored {
		return text + " The call goes on as it was.", true
	}
	return text + " It is stored: the call gets it as soon as it asks for a document again.", true
}
