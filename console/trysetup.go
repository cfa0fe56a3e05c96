package console

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"texmlsrv/console/tries"
	"texmlsrv/flows"
	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
	"texmlsrv/simulator"
	"texmlsrv/simulator/rehearsal"
	"texmlsrv/simulator/talk"
)

// Who calls whom where nobody says so.
const (
	tryPerson = "+14155550123"
	tryOurs   = "+13125550188"
)

// Fields of the form that sets up a try: variables and look-ups have the name of
// theirs behind it.
const (
	fieldVariable = "var."
	fieldLookup   = "lookup."
)

// setupPage is what the page on which a try is set up shows.
type setupPage struct {
	Flows     []chosenFlow
	Flow      *flows.Flow
	Asked     url.Values
	Given     map[string]string // one value of each field
	Person    string            // who calls where nobody says so
	Ours      string
	Zone      string
	Variables []setupField
	Lookups   []setupField
	Elsewhere []setupField // look-ups of other flows
	Behaves   []behaveField
	Wrong     map[string]string // by field, why it cannot be
	Tries     []openTry
}

type chosenFlow struct {
	Name, Title string
	Chosen      bool
}

// setupField is a field for a variable or a look-up.
type setupField struct {
	Field, ID, Name string
	Value           string // as given
	Else            string // what holds when nothing is given
}

// behaveField is a misbehaviour that can be switched on.
type behaveField struct {
	talk.Word
	Label string
	On    bool
}

// openTry is a try of the person's.
type openTry struct {
	Href, Flow, From string
	Over             bool
	Documents        int
}

// showSetup shows the page on which a try is set up.
func (s *server) showSetup(w http.ResponseWriter, r *http.Request, status int, asked url.Values, wrong map[string]string) error {
	release, err := s.readFlows()
	if err != nil {
		return err
	}
	name := asked.Get("flow")
	if release.Flows[name] == nil {
		var ok bool
		if name, ok = release.FlowFor(asked.Get("to")); !ok {
			name = release.Names()[0]
		}
	}
	flow := release.Flows[name]
	page := setupPage{
		Flow: flow, Asked: asked, Given: map[string]string{}, Wrong: wrong, Person: tryPerson, Ours: tryOurs,
		Zone: rehearsal.Zone(release, name, asked.Get("to")).String(), Behaves: behaveFields("", asked),
	}
	for field := range asked {
		page.Given[field] = asked.Get(field)
	}
	for _, one := range release.Names() {
		page.Flows = append(page.Flows, chosenFlow{one, release.Flows[one].Title, one == name})
		lookups := lookupFields(release.Flows[one], asked)
		if one == name {
			page.Lookups = lookups
			for i := range lookups {
				lookups[i].Name = strings.TrimPrefix(lookups[i].Name, one+" › ")
			}
		} else {
			page.Elsewhere = append(page.Elsewhere, lookups...)
		}
	}
	for _, v := range slices.Sorted(maps.Keys(flow.Variables)) {
		page.Variables = append(page.Variables, setupField{
			Field: fieldVariable + v, ID: idOf(fieldVariable + v), Name: v, Value: asked.Get(fieldVariable + v), Else: talk.Written(flow.Variables[v]),
		})
	}
	for _, t := range s.Tries.All(owner(r)) {
		page.Tries = append(page.Tries, openTry{tryPath(t), t.Flow, t.Call.From, t.Over(), len(t.Now().Played)})
	}
	return s.renderAs(w, r, status, "try", page)
}

// lookupFields are fields for the steps of a flow that look something up.
func lookupFields(flow *flows.Flow, asked url.Values) []setupField {
	var out []setupField
	for _, step := range flow.Order {
		if flow.Steps[step].Lookup == nil {
			continue
		}
		field := fieldLookup + flow.Name + "/" + step
		out = append(out, setupField{Field: field, ID: idOf(field), Name: flow.Name + " › " + step, Value: asked.Get(field)})
	}
	return out
}

var notID = regexp.MustCompile(`[^A-Za-z0-9-]+`)

// idOf is the id of a field in a page.
func idOf(field string) string { return notID.ReplaceAllString(field, "-") }

// behaveFields are switches for the misbehaviours of the request after a moment of
// a kind.
func behaveFields(kind string, asked url.Values) []behaveField {
	var out []behaveField
	for _, w := range talk.Misbehaviours(kind) {
		out = append(out, behaveField{w, strings.ReplaceAll(w.Name, "_", " "), slices.Contains(asked["behaves"], w.Name)})
	}
	return out
}

// behavesIn reads those switches.
func behavesIn(kind string, form url.Values) []simulator.Behaviour {
	var out []simulator.Behaviour
	for _, w := range talk.Misbehaviours(kind) {
		if !slices.Contains(form["behaves"], w.Name) {
			continue
		}
		b := simulator.Behaviour{Name: w.Name}
		switch w.Name {
		case simulator.Duplicate, simulator.LateDuplicate:
			b.Times, _ = strconv.Atoi(form.Get("times"))
			b.Times = min(max(b.Times, 1), 5)
		case simulator.Delay:
			b.Delay = 3 * time.Second
			if n, err := strconv.Atoi(form.Get("delay")); err == nil && n > 0 {
				b.Delay = time.Duration(min(n, 600)) * time.Second
			}
		case simulator.API:
			if fault := form.Get("fault"); slices.Contains(simulator.APIFaults(), fault) {
				b.Fault = fault
			}
		}
		out = append(out, b)
	}
	return out
}

var (
	tryAddress = regexp.MustCompile(`^(\+[0-9]{3,15}|sips?:[^\s<>]{1,200}|[^\s<>@]{1,100}@[^\s<>@]{1,100}|anonymous)$`)
	tryWord    = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)
	tryParam   = regexp.MustCompile(`^[^=\s]{1,100}=`)
	trySetting = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,99}=`)
)

// readSetup reads the form; wrong says, by field, what cannot be.
func readSetup(release *flows.Release, form url.Values, now time.Time) (setup tries.Setup, wrong map[string]string) {
	wrong = map[string]string{}
	setup = tries.Setup{Release: release, Flow: form.Get("flow"), Describing: form.Encode(), Now: now}
	if release.Flows[setup.Flow] == nil {
		wrong["flow"] = "There is no such flow."
		return setup, wrong
	}
	setup.Call = readCall(form, wrong)
	ours := setup.Call.To
	if setup.Call.Direction == "outbound" {
		ours = setup.Call.From
	}
	zone := rehearsal.Zone(release, setup.Flow, ours)
	setup.Now = now.In(zone)
	if text := form.Get("now"); text != "" {
		at, err := rehearsal.Instant(text, zone)
		if err != nil {
			wrong["now"] = "It " + err.Error() + "."
		} else {
			setup.Now = at
		}
	}
	setup.Env = readSettings(form, wrong)
	setup.Variables = readVariables(release.Flows[setup.Flow], form, wrong)
	setup.Canned = map[string]flows.Found{}
	for field := range form {
		place, is := strings.CutPrefix(field, fieldLookup)
		if !is {
			continue
		}
		canned, err := rehearsal.Canned(release, setup.Flow, map[string]string{place: form.Get(field)})
		if err != nil {
			wrong[field] = "JSON is wanted, or a status such as 409, or timeout."
		}
		maps.Copy(setup.Canned, canned)
	}
	return setup, wrong
}

// readCall reads who calls whom.
func readCall(form url.Values, wrong map[string]string) simulator.Call {
	person, ours := form.Get("from"), form.Get("to")
	for field, value := range map[string]string{"from": person, "to": ours} {
		if value != "" && !tryAddress.MatchString(value) {
			wrong[field] = "A number looks like +13125550188, an address like sip:ada@example.com."
		}
	}
	call := simulator.Call{
		From: orElse(person, tryPerson), To: orElse(ours, tryOurs), CallerName: form.Get("name"), Params: url.Values{}, Behaves: behavesIn("", form),
	}
	if strings.Contains(call.From, "@") {
		call.Type = "sip"
	}
	if form.Get("direction") == "outbound" {
		call.Direction, call.From, call.To = "outbound", call.To, call.From
		if call.AnsweredBy = form.Get("answered_by"); call.AnsweredBy != "" && !tryWord.MatchString(call.AnsweredBy) {
			wrong["answered_by"] = "A word in small letters: human, machine_end_beep."
		}
	}
	for line := range strings.Lines(form.Get("params")) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if !tryParam.MatchString(line) {
			wrong["params"] = "A line looks like name=value."
			continue
		}
		name, value, _ := strings.Cut(line, "=")
		call.Params.Set(name, value)
	}
	return call
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// readSettings reads settings that flows are to see, a line each.
func readSettings(form url.Values, wrong map[string]string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(form.Get("env")) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if !trySetting.MatchString(line) {
			wrong["env"] = "A line looks like BOOKING_URL=https://booking.example."
			continue
		}
		name, value, _ := strings.Cut(line, "=")
		out[name] = value
	}
	return out
}

// readVariables reads values for variables of a flow: of the kind that they have
// there.
func readVariables(flow *flows.Flow, form url.Values, wrong map[string]string) sessions.Values {
	out := sessions.Values{}
	for name, has := range flow.Variables {
		text := form.Get(fieldVariable + name)
		if text == "" {
			continue
		}
		if _, is := has.(string); is {
			out[name] = text
			continue
		}
		value, err := schemas.DecodeJSON([]byte(text))
		if err != nil {
			wrong[fieldVariable+name] = fmt.Sprintf("JSON is wanted, such as %s.", jsonOf(has))
			continue
		}
		out[name] = value
	}
	return out
}

func jsonOf(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return "null"
	}
	return string(text)
}
