package talk

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
	"texmlsrv/simulator"
)

// Scenario is a conversation with the world it took place in and what came of
// it, to be written as a file of scenarios/.
type Scenario struct {
	Title   string         // "": made up from what the call came to
	Head    []string       // lines in front of it, for who reads it
	Call    simulator.Call // as played
	Now     time.Time      // when it began, in the flow's zone
	Flow    string
	Story   Story
	Env     map[string]string
	Secrets map[string]string // only their names are written
	Lookups []Lookup          // in their order
	Keyless bool              // nothing could be asked of Telnyx

	Variables sessions.Values // instead of the flow's

	Steps    []string
	Outcome  string
	Gathered sessions.Values
}

// Lookup is a look-up that was made, and what came of it.
type Lookup struct {
	Step   string // step, or flow/step
	Code   int
	Result any    // decoded JSON
	Failed string // as in flows.Found
}

// YAML is the file.
func (s *Scenario) YAML() ([]byte, error) {
	root := mapping()
	root.put("title", text(s.title()))
	root.put("caller", s.caller())
	root.put("given", s.given())
	exchanges, err := s.exchanges()
	if err != nil {
		return nil, err
	}
	root.put("exchanges", exchanges)
	expect, err := s.expect()
	if err != nil {
		return nil, err
	}
	root.put("expect", expect)
	var b bytes.Buffer
	for _, line := range s.Head {
		b.WriteString(strings.TrimRight("# "+line, " ") + "\n")
	}
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(root.Node); err != nil {
		return nil, fmt.Errorf("talk: %w", err)
	}
	return b.Bytes(), nil
}

// title says what the call came to; a better one is for the author to think of.
func (s *Scenario) title() string {
	switch {
	case s.Title != "":
		return s.Title
	case s.Outcome == "":
		return "A call to " + s.Flow + " that comes to nothing"
	}
	return "A call to " + s.Flow + " that ends as " + s.Outcome
}

// withheld is the number of who does not want it known.
const withheld = "anonymous"

func (s *Scenario) caller() node {
	person := s.Call.From
	if s.Call.Direction == "outbound" {
		person = s.Call.To
	}
	caller := mapping()
	if person != withheld {
		caller.put("number", text(person))
	}
	if s.Call.Type == "sip" {
		caller.put("type", text("sip"))
	}
	if s.Call.CallerName != "" {
		caller.put("name", text(s.Call.CallerName))
	}
	return caller
}

func (s *Scenario) given() node {
	given := mapping()
	given.put("now", text(s.Now.Format("2006-01-02T15:04:05Z07:00")))
	ours := s.Call.To
	if s.Call.Direction == "outbound" {
		ours = s.Call.From
		given.put("direction", text("outbound"))
	}
	if strings.HasPrefix(ours, "+") {
		given.put("called", text(ours))
	}
	if s.Call.AnsweredBy != "" {
		given.put("answered_by", text(s.Call.AnsweredBy))
	}
	params := map[string]string{}
	for name := range s.Call.Params {
		params[name] = s.Call.Params.Get(name)
	}
	given.put("params", texts(params))
	variables := mapping()
	for _, name := range slices.Sorted(maps.Keys(s.Variables)) {
		variables.put(name, value(s.Variables[name]))
	}
	given.put("variables", variables)
	given.put("env", texts(s.Env))
	secrets := map[string]string{}
	for name := range s.Secrets {
		secrets[name] = "made-up"
	}
	given.put("secrets", texts(secrets))
	given.put("lookups", s.lookups())
	given.put("behaves", behaving(s.Story.Behaves))
	if s.Keyless {
		given.put("api_key", value(false))
	}
	return given
}

// lookups are the replies by step, in the order in which the steps came.
func (s *Scenario) lookups() node {
	replies := map[string][]node{}
	var order []string
	for _, l := range s.Lookups {
		if replies[l.Step] == nil {
			order = append(order, l.Step)
		}
		replies[l.Step] = append(replies[l.Step], l.reply())
	}
	all := mapping()
	for _, step := range order {
		if one := replies[step]; len(one) == 1 {
			all.put(step, one[0])
		} else {
			all.put(step, sequence(one))
		}
	}
	return all
}

func (l Lookup) reply() node {
	reply := mapping()
	switch {
	case l.Failed == "timeout", l.Failed == "connection":
		reply.put("fails", text(l.Failed))
		return reply
	case l.Failed == "not JSON":
		reply.put("text", text("no JSON"))
	case l.Result != nil:
		reply.put("result", value(l.Result))
	}
	if l.Code != 200 || l.Failed == "" && l.Result == nil {
		reply.put("code", value(float64(max(l.Code, 100))))
	}
	return reply
}

func (s *Scenario) exchanges() (node, error) {
	var all []node
	for _, part := range s.Story.Parts {
		exchange := mapping()
		if heard := recognisable(part.Hears); heard != "" {
			exchange.put("hears", text(heard))
		}
		if err := part.does(exchange); err != nil {
			return node{}, err
		}
		exchange.put("behaves", behaving(part.Act.Behaves))
		if len(exchange.Content) > 0 {
			exchange.HeadComment = comment(part.Note)
			all = append(all, exchange)
		}
	}
	return sequence(all), nil
}

// recognisable is the piece of what was heard by which it is known again: its
// last question, else its longest sentence.
func recognisable(heard []string) string {
	longest := ""
	sentences := sentence.FindAllString(strings.Join(heard, " "), -1)
	for _, one := range slices.Backward(sentences) {
		one = strings.TrimSpace(one)
		if strings.HasSuffix(one, "?") || strings.HasSuffix(one, "？") {
			return one
		}
		if len(one) > len(longest) {
			longest = one
		}
	}
	if longest == "" && len(heard) > 0 {
		return heard[0]
	}
	return longest
}

var sentence = regexp.MustCompile(`[^.!?。！？]+[.!?。！？]+`)

// does puts what was done into an exchange.
func (p Part) does(exchange node) error {
	act, kind := p.Act, p.Kind
	switch {
	case kind == simulator.MomentListened && !act.HangUp:
		return nil
	case kind == simulator.MomentRecord && act.Seconds > 0:
		record := mapping()
		record.put("seconds", value(act.Seconds))
		if act.HangUp {
			record.put("hangs_up", value(true))
		}
		exchange.put("record", record)
		return nil
	case act.HangUp:
		exchange.put("hangs_up", value(true))
		return nil
	case act.Speech != nil:
		exchange.put("says", spoken(act))
		return nil
	case act.Digits != nil:
		exchange.put("presses", text(*act.Digits))
		return nil
	case act.Gathers != nil:
		values, err := schemas.ReadJSON(act.Gathers)
		if err != nil {
			return fmt.Errorf("talk: %w", err)
		}
		exchange.put("gathers", ordered(values))
		exchange.put("conversation", conversation(act.Conversation))
		return nil
	case act.Status != "":
		exchange.put(kind, p.went())
		return nil
	}
	exchange.put("silent", value(true))
	return nil
}

func spoken(act simulator.Act) node {
	if act.Confidence == 0 {
		return text(*act.Speech)
	}
	says := mapping()
	says.put("text", text(*act.Speech))
	says.put("confidence", value(act.Confidence))
	return says
}

func conversation(messages []simulator.Message) node {
	var all []node
	for _, m := range messages {
		one := mapping()
		one.put(m.Role, text(m.Content))
		all = append(all, one)
	}
	return sequence(all)
}

// went is how something outside the call went.
func (p Part) went() node {
	act := p.Act
	if act.Seconds == 0 && len(act.Values) == 0 && act.Reason == "" && !p.Untaken {
		return text(act.Status)
	}
	end := mapping()
	end.put("status", text(act.Status))
	switch {
	case p.Untaken:
		end.put("seconds", value(0.0))
	case act.Seconds > 0 && p.Kind == simulator.MomentDial: // others have no length
		end.put("seconds", value(act.Seconds))
	}
	if p.Kind != simulator.MomentDial && act.Reason != "" {
		end.put("reason", text(act.Reason))
	}
	end.put("values", texts(act.Values))
	return end
}

// behaving are misbehaviours of a request.
func behaving(all []simulator.Behaviour) node {
	var items []node
	for _, b := range all {
		one := text(b.Name)
		switch {
		case b.Times > 1:
			one = mapping()
			one.put(b.Name, value(float64(min(b.Times, mostRepeats))))
		case b.Name == simulator.Delay:
			one = mapping()
			one.put(b.Name, text(cmp.Or(b.Delay, 3*time.Second).String()))
		case b.Fault != "":
			one = mapping()
			one.put(b.Name, text(b.Fault))
		}
		items = append(items, one)
	}
	return sequence(items)
}

// comment is a note in the file; "" is none.
func comment(note string) string {
	if note == "" {
		return ""
	}
	return "# " + strings.ReplaceAll(note, "\n", "\n# ")
}

func (s *Scenario) expect() (node, error) {
	expect := mapping()
	var steps []node
	for _, step := range s.Steps {
		steps = append(steps, text(step))
	}
	expect.put("steps", sequence(steps))
	if s.Outcome == "" {
		expect.put("outcome", node{&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}})
	} else {
		expect.put("outcome", text(s.Outcome))
	}
	gathered := mapping()
	for _, name := range slices.Sorted(maps.Keys(s.Gathered)) {
		if id, is := s.Gathered[name].(string); is && recording.MatchString(id) {
			continue // of a recording: another one in the next call
		}
		n, err := schemas.From(s.Gathered[name])
		if err != nil {
			return node{}, fmt.Errorf("talk: %w", err)
		}
		gathered.put(name, ordered(n))
	}
	expect.put("gathered", gathered)
	return expect, nil
}

// recording is an id of a recording.
var recording = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
