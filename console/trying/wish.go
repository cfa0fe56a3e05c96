package trying

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"texmlsrv/console/tries"
	"texmlsrv/flows"
	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
	"texmlsrv/simulator"
	"texmlsrv/simulator/rehearsal"
)

// Who calls whom where nobody says so.
const (
	Person = "+14155550123"
	Ours   = "+13125550188"
)

// Wish is the call that somebody wants a try to be.
type Wish struct {
	Flow       string                     `json:"flow"`
	From       string                     `json:"from"` // who calls; "" is Person, or Ours where we do
	To         string                     `json:"to"`   // who is called; "" is the other one
	Name       string                     `json:"name"` // of the person, as the network has it
	Direction  string                     `json:"direction"`
	AnsweredBy string                     `json:"answered_by"` // outbound: human, machine_end_beep …; "" is not detected
	Now        string                     `json:"now"`         // when it begins; in the zone of the flow, unless it says another
	Params     map[string]string          `json:"params"`      // of the URL that Telnyx fetches
	Env        map[string]string          `json:"env"`         // settings, besides those of the server and instead of them
	Variables  map[string]json.RawMessage `json:"variables"`   // in place of those that the flow has
	Lookups    map[string]Brought         `json:"lookups"`     // by flow/step, or a step of Flow
	Misbehaviour
}

// Brought is what a look-up brings, as people write it: JSON, a status such as
// 409, timeout, or connection. In JSON all of these are what they are, the words
// as strings.
type Brought string

// UnmarshalJSON implements json.Unmarshaler.
func (b *Brought) UnmarshalJSON(raw []byte) error {
	*b = Brought(raw)
	switch string(raw) {
	case `"timeout"`, `"connection"`:
		*b = Brought(raw[1 : len(raw)-1])
	}
	return nil
}

var (
	address   = regexp.MustCompile(`^(\+[0-9]{3,15}|sips?:[^\s<>]{1,200}|[^\s<>@]{1,100}@[^\s<>@]{1,100}|anonymous)$`)
	word      = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)
	paramName = regexp.MustCompile(`^[^=\s]{1,100}$`)
	envName   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,99}$`)
)

// outbound is the direction in which we call.
const outbound = "outbound"

// Setup is what a try of a release begins with at an instant, or what of it cannot
// be.
func (w Wish) Setup(release *flows.Release, now time.Time) (tries.Setup, Wrong) {
	wrong := Wrong{}
	setup := tries.Setup{Release: release, Flow: w.Flow}
	flow := release.Flows[w.Flow]
	if flow == nil {
		wrong["flow"] = "There is no such flow."
		return setup, wrong
	}
	setup.Call = w.call(wrong)
	ours := setup.Call.To
	if setup.Call.Direction == outbound {
		ours = setup.Call.From
	}
	zone := rehearsal.Zone(release, w.Flow, ours)
	setup.Now = now.In(zone)
	if w.Now != "" {
		at, err := rehearsal.Instant(w.Now, zone)
		if err != nil {
			wrong["now"] = "It " + err.Error() + "."
		} else {
			setup.Now = at
		}
	}
	setup.Env = w.env(wrong)
	setup.Variables = w.variables(flow, wrong)
	setup.Canned = w.canned(release, wrong)
	setup.Describing = w.Form(flow).Encode()
	return setup, wrong
}

// call is who calls whom.
func (w Wish) call(wrong Wrong) simulator.Call {
	for field, value := range map[string]string{"from": w.From, "to": w.To} {
		if value != "" && !address.MatchString(value) {
			wrong[field] = "A number looks like +13125550188, an address like sip:ada@example.com."
		}
	}
	call := simulator.Call{
		From: orElse(w.From, Person), To: orElse(w.To, Ours), CallerName: w.Name, Params: url.Values{}, Behaves: w.behaves("", wrong),
	}
	person := &call.From
	switch w.Direction {
	case "", "inbound":
	case outbound:
		call.Direction, call.From, call.To, call.AnsweredBy = outbound, orElse(w.From, Ours), orElse(w.To, Person), w.AnsweredBy
		person = &call.To
		if w.AnsweredBy != "" && !word.MatchString(w.AnsweredBy) {
			wrong["answered_by"] = "A word in small letters: human, machine_end_beep."
		}
	default:
		wrong["direction"] = "It is inbound or outbound."
	}
	if strings.Contains(*person, "@") {
		call.Type = "sip"
	}
	for name, value := range w.Params {
		switch {
		case name == "":
			wrong["params"] = "A line looks like name=value."
		case !paramName.MatchString(name):
			wrong["params"] = "A name has 1 to 100 characters, and no space or = among them."
		case strings.ContainsAny(value, "\r\n"):
			wrong["params"] = "A value is one line."
		}
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

// env are settings that flows are to see.
func (w Wish) env(wrong Wrong) map[string]string {
	out := map[string]string{}
	for name, value := range w.Env {
		out[name] = value
		if !envName.MatchString(name) || strings.ContainsAny(value, "\r\n") {
			wrong["env"] = "A line looks like BOOKING_URL=https://booking.example."
		}
	}
	return out
}

// variables are values for variables of a flow: of text for those that are text
// there, else whatever JSON has.
func (w Wish) variables(flow *flows.Flow, wrong Wrong) sessions.Values {
	out := sessions.Values{}
	for name, raw := range w.Variables {
		field := fieldVariable + name
		has, is := flow.Variables[name]
		if !is {
			wrong[field] = "The flow has no such variable."
			continue
		}
		value, err := schemas.DecodeJSON(raw)
		_, text := value.(string)
		if _, wantsText := has.(string); wantsText && !text {
			wrong[field] = "Text is wanted."
			continue
		}
		if err != nil {
			wrong[field] = fmt.Sprintf("JSON is wanted, such as %s.", jsonOf(has))
			continue
		}
		out[name] = value
	}
	return out
}

func jsonOf(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		return json.RawMessage("null")
	}
	return text
}

// canned is what look-ups bring.
func (w Wish) canned(release *flows.Release, wrong Wrong) map[string]flows.Found {
	out := map[string]flows.Found{}
	for _, place := range slices.Sorted(maps.Keys(w.Lookups)) {
		text := string(w.Lookups[place])
		found, err := rehearsal.Canned(release, w.Flow, map[string]string{place: text})
		if err == nil {
			maps.Copy(out, found)
			continue
		}
		wrong[fieldLookup+place] = "There is no such step that looks something up."
		if _, err := rehearsal.Found(text); err != nil {
			wrong[fieldLookup+place] = "JSON is wanted, or a status such as 409, or timeout."
		}
	}
	return out
}
