package simulator_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"texmlsrv/flows/schemas"
	"texmlsrv/simulator"
	"texmlsrv/texml"
)

// asked is a moment of an AI gather with a schema.
func asked(t testing.TB, schema string) simulator.Moment {
	t.Helper()
	node, err := schemas.ReadJSON([]byte(schema))
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := schemas.Compile(node)
	if err != nil {
		t.Fatal(err)
	}
	return simulator.Moment{Kind: simulator.MomentAI, Parameters: node, Schema: compiled, At: began}
}

// TestRandomValues: a caller who answers as asked fits the schema, whatever is
// in it, and not always with the same.
func TestRandomValues(t *testing.T) {
	for name, property := range map[string]string{
		"text": `{"type":"string"}`, "length": `{"type":"string","minLength":30,"maxLength":40}`, "short": `{"type":"string","maxLength":2,"minLength":2}`,
		"enum": `{"enum":["a","b",3]}`, "const": `{"const":"x"}`, "no-type": `{"description":"anything"}`,
		"date": `{"type":"string","format":"date"}`, "date-time": `{"type":"string","format":"date-time"}`, "time": `{"type":"string","format":"time"}`,
		"email": `{"type":"string","format":"email"}`, "uuid": `{"type":"string","format":"uuid"}`, "uri": `{"type":"string","format":"uri"}`,
		"pattern": `{"type":"string","pattern":"^([01][0-9]|2[0-3]):[0-5][0-9]$"}`, "phone": `{"type":"string","pattern":"^\\+?[0-9]{7,15}$"}`,
		"classes": `{"type":"string","pattern":"^[^ab]\\w+(x|yz)?\\d{2,}$"}`,
		"integer": `{"type":"integer","minimum":3,"maximum":5}`, "exclusive": `{"type":"integer","exclusiveMinimum":3,"exclusiveMaximum":5}`,
		"number": `{"type":"number","minimum":-1,"maximum":1}`, "multiple": `{"type":"integer","multipleOf":15,"minimum":1,"maximum":100}`,
		"boolean": `{"type":"boolean"}`, "nullable": `{"type":["string","null"]}`,
		"array":  `{"type":"array","items":{"type":"integer","minimum":0,"maximum":9},"minItems":2,"maxItems":4,"uniqueItems":true}`,
		"object": `{"type":"object","properties":{"street":{"type":"string"},"no":{"type":"integer"}},"required":["street"],"additionalProperties":false}`,
		"any-of": `{"anyOf":[{"type":"integer"},{"type":"string","format":"date"}]}`, "all-of": `{"allOf":[{"type":"integer"},{"minimum":4},{"maximum":6}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			m := asked(t, `{"type":"object","properties":{"it":`+property+`,"maybe":{"type":"string"}},"required":["it"]}`)
			seen := map[string]bool{}
			for seed := range uint64(40) {
				act, err := simulator.RandomCaller(seed, simulator.Habits{}).Acts(t.Context(), m)
				if err != nil {
					t.Fatal(err)
				}
				var object map[string]any
				if err := json.Unmarshal(act.Gathers, &object); err != nil {
					t.Fatalf("%s: %v", act.Gathers, err)
				}
				if reading := schemas.Read(m.Schema, m.Schema, object, nil); !reading.Usable {
					t.Fatalf("%s does not fit: %v", act.Gathers, reading.Problems)
				}
				seen[string(act.Gathers)] = true
			}
			if len(seen) < 2 {
				t.Errorf("always %v", seen)
			}
		})
	}
}

// TestRandomDigits: keys fit what a Gather takes.
func TestRandomDigits(t *testing.T) {
	v := &texml.Gather{NumDigits: 2, ValidDigits: "12"}
	for seed := range uint64(40) {
		act, _ := simulator.RandomCaller(seed, simulator.Habits{}).Acts(t.Context(), simulator.Moment{Kind: simulator.MomentGather, Verb: v})
		if act.Digits == nil || len(*act.Digits) != 2 || strings.Trim(*act.Digits, "12") != "" {
			t.Fatalf("%+v", act)
		}
	}
}

// TestRandomHabits: each habit shows, and a caller without any has none.
func TestRandomHabits(t *testing.T) {
	m := asked(t, `{"type":"object","properties":{"it":{"type":"integer"}},"required":["it"]}`)
	count := func(h simulator.Habits, sees func(simulator.Act) bool) (n int) {
		for seed := range uint64(100) {
			act, _ := simulator.RandomCaller(seed, h).Acts(t.Context(), m)
			if sees(act) {
				n++
			}
		}
		return n
	}
	silent := func(a simulator.Act) bool { return len(a.Gathers) == 0 }
	hangsUp := func(a simulator.Act) bool { return a.HangUp }
	wrong := func(a simulator.Act) bool {
		var object map[string]any
		return json.Unmarshal(a.Gathers, &object) == nil && !schemas.Read(m.Schema, m.Schema, object, nil).Usable
	}
	for _, c := range []struct {
		name  string
		habit simulator.Habits
		sees  func(simulator.Act) bool
	}{
		{"silent", simulator.Habits{Silent: 0.5}, silent}, {"hangs-up", simulator.Habits{HangsUp: 0.5}, hangsUp}, {"wrong", simulator.Habits{Wrong: 0.5}, wrong},
	} {
		if with, without := count(c.habit, c.sees), count(simulator.Habits{}, c.sees); without != 0 || with < 20 || with > 80 {
			t.Errorf("%s: %d of 100 with the habit, %d without", c.name, with, without)
		}
	}
}

// TestRandomCalls plays random callers with everything that can go wrong
// against an application with every verb: each call ends as one can, and the
// same seed gives the same call.
func TestRandomCalls(t *testing.T) {
	ends := map[simulator.End]int{}
	for seed := range uint64(300) {
		first, second := anyCall(t, seed), anyCall(t, seed)
		if first != second {
			t.Fatalf("seed %d:\n%s\nand then:\n%s", seed, first, second)
		}
		end, _, _ := strings.Cut(first, "\n")
		ends[simulator.End(end)]++
	}
	for _, end := range []simulator.End{simulator.HungUp, simulator.CallerHungUp, simulator.RanOut} {
		if ends[end] == 0 {
			t.Errorf("no call ended as %s: %v", end, ends)
		}
		delete(ends, end)
	}
	if len(ends) > 0 {
		t.Errorf("calls ended as %v", ends)
	}
}

// anyCall plays a call and writes down how it ended and what was requested.
// Duplicates that come at once are left out: which is executed is not decided here.
func anyCall(t *testing.T, seed uint64) string {
	t.Helper()
	telnyx := simulator.Telnyx{
		URL: "http://app.example/start", FallbackURL: "http://app.example/start", StatusURL: "http://app.example/status",
		EventsURL: "http://app.example/events", Transport: inProcess{everything()}, Clock: simulator.NewClock(began),
	}
	record, err := telnyx.Place(t.Context(), simulator.Call{Seed: seed, Caller: &unruly{
		Caller: simulator.RandomCaller(seed, simulator.Habits{Silent: 0.1, HangsUp: 0.02, Wrong: 0.1, Misfortune: 0.2}),
		random: rand.New(rand.NewPCG(seed, 1)),
	}})
	if err != nil {
		t.Fatal(err)
	}
	if record.End == simulator.InvalidDocument {
		t.Log(record.Reason)
	}
	text := string(record.End) + "\n"
	for _, x := range record.Exchanges {
		text += fmt.Sprintln(x.Kind, x.Method, x.URL, x.Behaves, x.At, string(x.Body))
		if x.Status != http.StatusOK {
			t.Errorf("seed %d: %s %s was answered %d", seed, x.Method, x.URL, x.Status)
		}
	}
	return text
}

// unruly is a caller around whom every request may misbehave.
type unruly struct {
	simulator.Caller
	random *rand.Rand
}

func (u *unruly) Acts(ctx context.Context, m simulator.Moment) (simulator.Act, error) {
	act, err := u.Caller.Acts(ctx, m)
	for range u.random.IntN(3) {
		names := simulator.Behaviours()
		act.Behaves = append(act.Behaves, simulator.Behaviour{Name: names[u.random.IntN(len(names))], Times: 1 + u.random.IntN(5)})
	}
	return act, err
}

// FuzzDocument executes any document of anybody: no panic, and an end.
func FuzzDocument(f *testing.F) {
	paths, err := filepath.Glob(filepath.Join("testdata", "transcripts", "*.txtar"))
	if err != nil || len(paths) == 0 {
		f.Fatal("no transcripts", err)
	}
	for i, path := range paths {
		archive, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, document := range slices.Clone(documents.FindAll(archive, -1)) {
			f.Add(document, uint64(i))
		}
	}
	f.Fuzz(func(t *testing.T, document []byte, seed uint64) {
		app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if seed%2 == 0 || !strings.HasSuffix(r.URL.Path, "/start") {
				_, _ = w.Write(document)
				return
			}
			fmt.Fprint(w, `<Response><Dial><Number url="screen">+13125550123</Number></Dial><Enqueue waitUrl="wait">q</Enqueue></Response>`)
		})
		telnyx := simulator.Telnyx{URL: "http://app.example/start", Transport: inProcess{app}}
		record, err := telnyx.Place(t.Context(), simulator.Call{Seed: seed, Caller: simulator.RandomCaller(seed, simulator.Habits{Silent: 0.2, Wrong: 0.2, Misfortune: 0.3})})
		if err != nil || record.End == "" {
			t.Errorf("ended as %q: %v", record.End, err)
		}
	})
}

// documents finds the documents in an archive.
var documents = regexp.MustCompile(`(?s)<Response.*?</Response>|<Response/>`)
