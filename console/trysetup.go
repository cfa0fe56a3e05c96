package console

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"texmlsrv/console/trying"
	"texmlsrv/flows"
	"texmlsrv/simulator/rehearsal"
	"texmlsrv/simulator/talk"
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
	Wrong     trying.Wrong
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
func (s *server) showSetup(w http.ResponseWriter, r *http.Request, status int, asked url.Values, wrong trying.Wrong) error {
	desk := s.tryDesk()
	release, err := desk.Flows()
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
		Flow: flow, Asked: asked, Given: map[string]string{}, Wrong: wrong, Person: trying.Person, Ours: trying.Ours,
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
		field := trying.VariableField(v)
		page.Variables = append(page.Variables, setupField{Field: field, ID: idOf(field), Name: v, Value: asked.Get(field), Else: talk.Written(flow.Variables[v])})
	}
	for _, t := range desk.All(r) {
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
		field := trying.LookupField(flow.Name + "/" + step)
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
