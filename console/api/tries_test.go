package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/console"
	"texmlsrv/console/access"
	"texmlsrv/console/consoletest"
	"texmlsrv/servertest"
	"texmlsrv/sessions"
	"texmlsrv/simulator"
	"texmlsrv/simulator/scenarios"
	"texmlsrv/simulator/talk"
)

// trying is a program that tries a flow.
type trying struct {
	*programs
	t    *testing.T
	path string
	tag  string
	now  try // as it was told last
}

// try is a try as programs read it.
type try struct {
	ID, Flow, Direction, From, To, Ended string
	Over                                 bool
	Lines                                []struct{ Who, Kind, Text, Step string }
	Waits                                struct {
		Kind, Title, Behind string
		Asked               int
		Can                 []string
		Schema              struct {
			Properties map[string]any
			Required   []string
		}
		Words, Behaves []struct{ Word string }
	}
	Documents []struct {
		Turn int
		Step string
	}
	Call struct {
		Turn     int
		Running  bool
		Outcome  string
		Sentence string
		Gathered []struct{ Name, Value string }
		Path     []struct {
			Step   string
			Number int
			Here   bool
		}
	}
}

// shop is an API whose flows can be tried.
func shop(t *testing.T) *programs {
	t.Helper()
	release := consoletest.Shop(t)
	return startWith(t, func(d *console.Deps) { d.Flows = consoletest.Served{Only: release} })
}

// begin begins a try as a viewer's program.
func (p *programs) begin(t *testing.T, wish map[string]any) *trying {
	t.Helper()
	wish["flow"] = "shop"
	one := &trying{programs: p, t: t}
	reply := one.sends(http.MethodPost, "/api/v1/tries", "", wish)
	if one.path = reply.Header.Get("Location"); reply.Status != http.StatusCreated || one.path != "/api/v1/tries/"+one.now.ID {
		t.Fatalf("%d at %s\n%s", reply.Status, one.path, reply.Body)
	}
	return one
}

func (p *trying) sends(method, path, match string, body any) servertest.Reply {
	p.t.Helper()
	r := request{as: access.Viewer, method: method, path: path, body: body}
	if match != "" {
		r.header = http.Header{"If-Match": {match}}
	}
	reply := p.do(p.t, r)
	if reply.Status <= http.StatusCreated {
		p.now = try{}
		if err := json.Unmarshal([]byte(reply.Body), &p.now); err != nil {
			p.t.Fatalf("%v\n%s", err, reply.Body)
		}
		p.tag = reply.Header.Get("ETag")
	}
	return reply
}

// does something at the moment that was told last.
func (p *trying) does(deed map[string]any) {
	p.t.Helper()
	if reply := p.sends(http.MethodPost, p.path+"/acts", p.tag, deed); reply.Status != http.StatusOK {
		p.t.Fatalf("%v: %d\n%s", deed, reply.Status, reply.Body)
	}
}

// heard are the texts of a kind.
func (p *trying) heard(kind string) string {
	var all []string
	for _, l := range p.now.Lines {
		if l.Kind == kind {
			all = append(all, l.Text)
		}
	}
	return strings.Join(all, "; ")
}

// TestTry plays a call from its greeting to a scenario that passes, over every
// kind of thing that can be waited for.
func TestTry(t *testing.T) {
	p := shop(t).begin(t, map[string]any{
		"from": "+13125550142", "now": "2026-12-24T18:00", "variables": map[string]any{"shop": "Chez Ada", "floors": 4},
		"lookups": map[string]any{"find": map[string]string{"state": "on its way"}}, "params": map[string]string{"campaign": "spring"},
		"env": map[string]string{"SHOP": "https://other.example"},
	})
	if w := p.now.Waits; p.tag != `"moment-1"` || w.Kind != "ai" || w.Asked != 1 || len(w.Schema.Properties) != 4 || len(w.Behaves) == 0 ||
		!cmp.Equal(w.Schema.Required, []string{"about"}) || !cmp.Equal(w.Can, []string{"gather", "anyway", "silent", "hang_up"}) {
		t.Errorf("%s %+v", p.tag, w)
	}
	if got := p.heard("greeting"); got != "Welcome to Chez Ada. What is it about?" {
		t.Errorf("heard %q", got)
	}
	if c := p.now.Call; len(c.Path) != 1 || c.Path[0].Step != "greeting" || c.Path[0].Number != 1 || !c.Path[0].Here || !c.Running {
		t.Errorf("the call: %+v", c)
	}

	p.does(map[string]any{
		"do": "gather", "talk": []string{"It is about an order."},
		"values": map[string]any{"about": "order", "card": "4242", "party": map[string]any{"guests": 4}},
	})
	if w := p.now.Waits; w.Title != "Waits 5 s for 4 keys, ended by #, or words." || !cmp.Equal(w.Can, []string{"say", "press", "silent", "hang_up"}) {
		t.Errorf("%+v", w)
	}
	if g := p.now.Call.Gathered; !slices.ContainsFunc(g, func(v struct{ Name, Value string }) bool { return v.Name == "card" && v.Value == "•••" }) {
		t.Errorf("gathered %+v", g)
	}
	p.sends(http.MethodPost, p.path+"/again", "", nil)
	if got := p.heard("again"); got != "The last request was sent once more: the same document came." {
		t.Errorf("again: %q", got)
	}
	p.does(map[string]any{"do": "press", "press": "4711", "behaves": []string{"duplicate"}, "times": 2})
	if w := p.now.Waits; w.Kind != "dial" || w.Words[0].Word != "completed" || w.Behind != "seconds of talk" {
		t.Errorf("%+v", w)
	}
	p.does(map[string]any{"do": "happens", "status": "busy"})
	p.does(map[string]any{"do": "record", "spoken": "Please call me back"})
	if p.now.Ended != "The flow hung up." || !p.now.Over || p.now.Call.Outcome != "served" || p.now.Call.Running || len(p.now.Documents) != 6 {
		t.Errorf("the end: %+v", p.now)
	}

	reply := p.do(t, request{as: access.Viewer, path: p.path + "/scenario"})
	scenario, wrong := scenarios.Read("shop", "served.yaml", []byte(reply.Body))
	if len(wrong) > 0 || scenario == nil || reply.Header.Get("Texmlsrv-Passes") != "true" || strings.Contains(reply.Body, "hush-hush") || !strings.Contains(reply.Body, "https://other.example") {
		t.Errorf("%v %v\n%s", wrong, reply.Header, reply.Body)
	}
}

// TestTry_outbound has us call somebody.
func TestTry_outbound(t *testing.T) {
	p := shop(t).begin(t, map[string]any{"direction": "outbound", "from": "+13125550100", "to": "ada@example.com", "answered_by": "human", "lookups": map[string]any{"shop/find": 409}})
	if p.now.Direction != "outbound" || p.now.From != "+13125550100" || p.now.To != "ada@example.com" {
		t.Errorf("%+v", p.now)
	}
	p.does(map[string]any{"do": "anyway", "values": map[string]any{}})
	p.does(map[string]any{"do": "silent"})
}

// TestTry_unfit says of each field what cannot be, and does nothing.
func TestTry_unfit(t *testing.T) {
	p := shop(t)
	one := p.begin(t, map[string]any{})
	keys := p.begin(t, map[string]any{})
	keys.does(map[string]any{"do": "gather", "values": map[string]any{"about": "order"}})
	dial := p.begin(t, map[string]any{"lookups": map[string]any{"find": "timeout"}})
	dial.does(map[string]any{"do": "gather", "values": map[string]any{"about": "order"}})
	dial.does(map[string]any{"do": "say", "say": "four seven", "mumbled": true})
	values := func(v map[string]any) map[string]any { return map[string]any{"do": "gather", "values": v} }
	for name, tt := range map[string]struct {
		at   *trying // nil: one begins
		body any
		want string // fields
	}{
		"setup": {nil, map[string]any{
			"flow": "shop", "from": "nobody", "to": "+", "now": "tomorrow", "direction": "around", "params": map[string]string{"a b": "c"}, "env": map[string]string{"A-B": ""},
			"variables": map[string]any{"shop": 7, "none": 1}, "lookups": map[string]any{"told": 409}, "behaves": []string{"bare_result"}, "times": 6, "delay": 601, "fault": "fire",
		}, "behaves delay direction env fault from lookups.told now params times to variables.none variables.shop"},
		"no-flow":           {nil, map[string]any{}, "flow"},
		"answered-by":       {nil, map[string]any{"flow": "shop", "direction": "outbound", "answered_by": "A person"}, "answered_by"},
		"param-of-lines":    {nil, map[string]any{"flow": "shop", "params": map[string]string{"a": "b\nc"}}, "params"},
		"nothing":           {one, map[string]any{}, "do"},
		"not-now":           {one, map[string]any{"do": "press", "press": "1"}, "do"},
		"no-values":         {one, map[string]any{"do": "gather"}, "values"},
		"values-of-no-kind": {one, map[string]any{"do": "anyway", "values": []int{1}}, "values"},
		"required":          {one, values(map[string]any{"name": "Ada"}), "values.about"},
		"values":            {one, values(map[string]any{"about": "nothing", "party": map[string]any{"guests": 9}}), "values.about values.party.guests"},
		"no-keys":           {keys, map[string]any{"do": "press", "press": "one"}, "press"},
		"no-words":          {keys, map[string]any{"do": "say"}, "say"},
		"misbehaves":        {keys, map[string]any{"do": "silent", "behaves": []string{"bare_result"}}, "behaves"},
		"no-status":         {dial, map[string]any{"do": "happens"}, "status"},
		"long-talk":         {dial, map[string]any{"do": "happens", "status": "completed", "behind": "for ever"}, "behind"},
	} {
		t.Run(name, func(t *testing.T) {
			r := request{as: access.Viewer, method: http.MethodPost, path: "/api/v1/tries", body: tt.body}
			if tt.at != nil {
				r.path, r.header = tt.at.path+"/acts", http.Header{"If-Match": {tt.at.tag}}
			}
			var told struct {
				Field  string
				Fields map[string]string
			}
			reply := p.do(t, r)
			if err := json.Unmarshal([]byte(reply.Body), &told); err != nil || reply.Status != http.StatusUnprocessableEntity {
				t.Fatalf("%d %v\n%s", reply.Status, err, reply.Body)
			}
			var fields []string
			for field, why := range told.Fields {
				fields = append(fields, field)
				if !strings.HasSuffix(why, ".") {
					t.Errorf("%s: %q is no sentence", field, why)
				}
			}
			slices.Sort(fields)
			if got := strings.Join(fields, " "); got != tt.want || told.Field != fields[0] {
				t.Errorf("%s: %s, want %s", told.Field, got, tt.want)
			}
		})
	}
	before := one.tag
	if one.sends(http.MethodGet, one.path, "", nil); one.tag != before {
		t.Errorf("from %s to %s", before, one.tag)
	}
}

// TestTry_moments does nothing at a moment that is not named, or not there.
func TestTry_moments(t *testing.T) {
	p := shop(t).begin(t, map[string]any{})
	for match, want := range map[string]int{
		"": 428, "moment-1": 400, `"turn-1"`: 400, `"moment--1"`: 400, `"moment-1`: 400, `"moment-2"`: 412, `"moment-0"`: 412,
	} {
		if got := p.sends(http.MethodPost, p.path+"/acts", match, map[string]any{"do": "silent"}).Status; got != want {
			t.Errorf("%q: %d, want %d", match, got, want)
		}
	}
	first := p.tag
	p.does(map[string]any{"do": "silent"})
	if got := p.sends(http.MethodPost, p.path+"/acts", first, map[string]any{"do": "silent"}).Status; got != http.StatusPreconditionFailed {
		t.Errorf("the same once more: %d", got)
	}
}

// TestTry_alone shows tries to the program that began them and to nobody else,
// leaves the calls of the server alone, and is written down.
func TestTry_alone(t *testing.T) {
	s := shop(t)
	p := s.begin(t, map[string]any{})
	for _, r := range []request{
		{path: p.path}, {path: p.path + "/scenario"}, {method: http.MethodDelete, path: p.path}, {method: http.MethodPost, path: p.path + "/again"},
		{method: http.MethodPost, path: p.path + "/acts", body: map[string]string{"do": "silent"}, header: http.Header{"If-Match": {"*"}}},
	} {
		r.as = access.Operator
		if told := s.refused(t, r); told.Status != http.StatusNotFound || told.Title != "There is no such try" {
			t.Errorf("%s %s: somebody else gets %+v", r.method, r.path, told)
		}
	}
	var mine, others list[try]
	s.get(t, "/tries", &mine)
	reply := s.do(t, request{as: access.Operator, path: "/api/v1/tries"})
	if err := json.Unmarshal([]byte(reply.Body), &others); err != nil || len(mine.Items) != 1 || len(others.Items) != 0 {
		t.Errorf("%d and %d tries, %v", len(mine.Items), len(others.Items), err)
	}
	p.does(map[string]any{"do": "hang_up"})
	if reply := p.sends(http.MethodDelete, p.path, "", nil); reply.Status != http.StatusNoContent {
		t.Errorf("%d\n%s", reply.Status, reply.Body)
	}
	if reply := p.sends(http.MethodGet, p.path, "", nil); reply.Status != http.StatusNotFound {
		t.Errorf("a try that was ended: %d", reply.Status)
	}
	page, err := s.Store.Search(t.Context(), sessions.Query{})
	if err != nil || len(page.Sessions) > 0 {
		t.Errorf("%d calls, %v", len(page.Sessions), err)
	}
	trail, err := s.Store.Audits(t.Context(), sessions.AuditQuery{Who: "nightly", Action: "try"})
	if err != nil || len(trail.Entries) != 2 { // it began; things were done in it
		t.Errorf("%+v %v", trail.Entries, err)
	}
}

// TestCall_way tells the steps of a call in order, with their numbers, and where
// it is.
func TestCall_way(t *testing.T) {
	p, _ := breakable(t)
	sid := p.paying(t)
	var call struct {
		Path []struct {
			Step   string
			Number int
			Here   bool
		}
	}
	p.get(t, "/calls/"+sid, &call)
	if len(call.Path) != 2 || call.Path[0].Number != 1 || call.Path[0].Here || call.Path[1].Step != "more" || call.Path[1].Number != 2 || !call.Path[1].Here {
		t.Errorf("%+v", call.Path)
	}
}

// TestDescription_words has the words described that there are.
func TestDescription_words(t *testing.T) {
	d := describe(t)
	var behaves []string
	for _, w := range talk.Misbehaviours(simulator.MomentAI) {
		behaves = append(behaves, w.Name)
	}
	for at, want := range map[string][]string{"Behaves/items": behaves, "Fault": simulator.APIFaults()} {
		node, _ := d.at(append([]string{"components", "schemas"}, strings.Split(at, "/")...)...)
		var got []string
		for _, one := range node["enum"].([]any) {
			got = append(got, one.(string))
		}
		if !cmp.Equal(got, want) {
			t.Errorf("%s: %s", at, cmp.Diff(want, got))
		}
	}
}
