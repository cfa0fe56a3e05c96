package graph_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/flows"
	"texmlsrv/flows/graph"
	"texmlsrv/templates"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func release(t testing.TB) *flows.Release {
	t.Helper()
	r, err := flows.Load(templates.FS, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// of is the graph of one flow, as it is written.
func of(t testing.TB, text string, more ...string) *graph.Graph {
	t.Helper()
	root := fstest.MapFS{"one/flow.yaml": {Data: []byte(text)}}
	for i, other := range more {
		root[fmt.Sprintf("other%d/flow.yaml", i+1)] = &fstest.MapFile{Data: []byte(other)}
	}
	r, err := flows.Load(root, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	g, err := graph.Of(r, "one")
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestGolden draws the flows that come with the program.
func TestGolden(t *testing.T) {
	r := release(t)
	for _, name := range r.Names() {
		g, err := graph.Of(r, name)
		if err != nil {
			t.Fatal(err)
		}
		model, err := g.JSON()
		if err != nil {
			t.Fatal(err)
		}
		for ending, got := range map[string][]byte{"svg": g.SVG(), "mmd": g.Mermaid(), "dot": g.DOT(), "json": model} {
			t.Run(name+"-"+ending, func(t *testing.T) {
				golden := filepath.Join("testdata", name+"."+ending)
				if *update {
					if err := os.WriteFile(golden, got, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
					t.Errorf("%s (-want +got)\n%s", golden, diff)
				}
			})
		}
	}
}

// TestModel tells what becomes of the things that flows are made of.
func TestModel(t *testing.T) {
	tests := []struct {
		name, flow string
		want       string
	}{
		{"single", `
title: One
start: hello
steps:
  hello: {document: <Say>Hello</Say>, outcome: greeted}
`, `
hello: play, speaks → greeted, ends
begin → hello: mark
`},
		{"rules-in-order", `
title: One
start: ask
steps:
  ask:
    document: <Gather input="dtmf speech"><Say>?</Say></Gather>
    choices: {"yes": [1], "no": [2]}
    on:
      no_input: {after: 2, goto: bye}
    next:
      - set: {asked: true}
      - {when: answer.choice == "yes", goto: bye}
      - {when: gathered.a == vars.b and answer.digits != "gathered.x", goto: bye}
      - goto: again
    otherwise:
      - {when: attempt > 2, goto: bye}
      - goto: other
  other: {next: bye}
  bye: {document: <Hangup/>}
`, `
ask: keys, asks with keys or speech
other: decide, decides
bye: play, hangs up, ends
begin → ask: mark
ask → ask: again "up to 3×"
ask → bye: next "\"yes\""
ask → bye: next "a = b and digits != \"gathered.x\""
ask → ask: again "else"
ask → bye: on "no_input 2×"
ask → bye: otherwise "otherwise: attempt > 2"
ask → other: otherwise "otherwise"
other → bye: next
`},
		{"kinds", `
title: One
start: ai
steps:
  ai:
    document: <AIGather><Parameters>{"type":"object","properties":{"name":{"type":"string"}}}</Parameters></AIGather>
    next: dial
    otherwise: dial
  dial:
    document: <Dial><Number url="{{ aside('whisper') }}">+15550100</Number></Dial>
    next: record
  whisper: {document: <Gather><Say>Press a key.</Say></Gather>}
  record: {document: <Record/>, next: queue, otherwise: queue}
  queue: {document: <Enqueue>support</Enqueue>, next: look}
  look: {lookup: {url: "https://example.com/", into: it}, next: sub, otherwise: sub}
  sub: {flow: other1, next: [{when: answer.result == "good", goto: link}, {goto: link}]}
  link: {document: "<Response><Redirect>{{ step('end') }}</Redirect></Response>", next: end}
  end: {document: <Response/>, outcome: "{{ call.from }} was here"}
`, `
ai: ai, asks with AI: name
dial: dial, dials
whisper: keys, asks with keys
record: record, records
queue: wait, waits in a queue
look: lookup, looks up: it
sub: sub-flow, goes through other1
link: play, goes to a URL
end: play, says nothing → {{ call.from }} was here, ends
begin → ai: mark
ai → ai: again "up to 3×"
ai → dial: next
ai → dial: otherwise "otherwise"
dial → record: next
dial → whisper: aside "aside"
record → record: again "up to 3×"
record → queue: next
record → queue: otherwise "otherwise"
queue → look: next
look → sub: next
look → sub: otherwise "otherwise"
sub → link: return "result = \"good\""
sub → link: return "else"
link → end: next
link → end: link "link"
`},
		{"other-flows", `
title: One
start: ask
always: {when: answer.digits == "0", goto: other1/it}
steps:
  ask: {document: <Gather/>, next: [{when: answer.digits == "1", goto: other1/it}, {goto: one/ask}], otherwise: ask2}
  ask2: {document: <Hangup/>}
`, `
ask: keys, asks with keys
ask2: play, hangs up, ends
other1/it: external, goes on in other1
at every step: anywhere, always (2)
begin → ask: mark
ask → ask: again "up to 3×"
ask → other1/it: next "digits = \"1\""
ask → ask: next "else"
ask → ask2: otherwise "otherwise"
always → other1/it: always "digits = \"0\""
`},
		{"otherwise-of-the-flow-of-few", `
title: One
start: a
defaults: {otherwise: out}
steps:
  a: {document: <Gather/>, next: out}
  b: {next: {when: vars.x, goto: a}}
  out: {document: <Gather/>, next: b}
`, `
a: keys, asks with keys
b: decide, decides
out: keys, asks with keys
begin → a: mark
a → a: again "up to 3×"
a → out: next
a → out: otherwise "otherwise"
b → a: next "x"
b → out: otherwise "otherwise"
out → out: again "up to 3×"
out → b: next
`},
		{"otherwise-of-the-flow-of-many", `
title: One
start: a
defaults: {otherwise: out, attempts: 1}
steps:
  a: {document: <Gather/>, next: b}
  b: {document: <Gather/>, next: c}
  c: {lookup: {url: "https://example.com/"}, next: d}
  d: {document: <Gather/>, next: out, otherwise: a}
  out: {document: <Hangup/>}
`, `
a: keys, asks with keys
b: keys, asks with keys
c: lookup, looks up
d: keys, asks with keys
out: play, hangs up, ends
steps that cannot go on: otherwise, a, b, c (3)
begin → a: mark
a → b: next
b → c: next
c → d: next
d → out: next
d → a: otherwise "otherwise"
otherwise → out: otherwise "otherwise"
`},
		{"after-the-end", `
title: One
start: a
ended: report
defaults: {otherwise: a}
steps:
  a: {document: <Hangup/>}
  report: {lookup: {url: "https://example.com/"}}
`, `
a: play, hangs up, ends
report: lookup, looks up
begin → a: mark
over → report: mark
`},
	}
	other := "title: Other\nstart: it\nsteps:\n  it: {document: <Hangup/>}\n"
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := told(of(t, test.flow, other))
			if diff := cmp.Diff(strings.TrimPrefix(test.want, "\n"), got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// told is a graph in lines.
func told(g *graph.Graph) string {
	var b strings.Builder
	for _, n := range g.Nodes {
		if n.Kind == graph.Start || n.Kind == graph.Over {
			continue
		}
		fmt.Fprintf(&b, "%s: %s, %s", n.Name, n.Kind, n.Detail)
		if n.Outcome != "" {
			fmt.Fprintf(&b, " → %s", n.Outcome)
		}
		if n.Ends {
			b.WriteString(", ends")
		}
		if n.Of > 0 {
			fmt.Fprintf(&b, " (%d)", n.Of)
		}
		b.WriteString("\n")
	}
	short := func(id string) string {
		return strings.ReplaceAll(strings.TrimPrefix(strings.TrimPrefix(id, "step-"), "flow-"), ".", "/")
	}
	for _, e := range g.Edges {
		fmt.Fprintf(&b, "%s → %s: %s", short(e.From), short(e.To), e.Kind)
		if e.Label != "" {
			fmt.Fprintf(&b, " %q", e.Label)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestNoFlow(t *testing.T) {
	if _, err := graph.Of(release(t), "front-dsk"); err == nil || err.Error() != `graph: there is no flow "front-dsk"` {
		t.Errorf("got %v", err)
	}
}

// TestMark marks the way of a call, through rules of one step and of all.
func TestMark(t *testing.T) {
	g, err := graph.Of(release(t), "appointment")
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Mark([]graph.Visit{{Step: "service"}, {Step: "time"}, {Step: "contact"}, {Step: "callback"}, {Step: "noted"}}); err != nil {
		t.Fatal(err)
	}
	if err := g.Mark([]graph.Visit{{Step: "contact"}, {Step: "front-desk/person"}}); err != nil {
		t.Fatal(err)
	}
	var nodes, edges []string
	for _, n := range g.Nodes {
		if n.Path {
			nodes = append(nodes, n.ID)
		}
	}
	for _, e := range g.Edges {
		if e.Path {
			edges = append(edges, e.From+" "+e.Rule+" "+e.To)
		}
	}
	want := []string{"step-service", "step-time", "step-contact", "step-callback", "step-noted", "flow-front-desk.person", "always", "otherwise"}
	if diff := cmp.Diff(want, nodes); diff != "" {
		t.Errorf("nodes (-want +got)\n%s", diff)
	}
	want = []string{
		"step-service next[0] step-time", "step-time next[4] step-contact", "step-callback next[0] step-noted",
		"step-callback on.no_input[0] step-noted", "step-callback otherwise[0] step-noted",
		"always always[0] flow-front-desk.person", "otherwise defaults.otherwise[0] step-callback",
	}
	if diff := cmp.Diff(want, edges); diff != "" {
		t.Errorf("edges (-want +got)\n%s", diff)
	}
	var unknown *graph.NoStepError
	if err := g.Mark([]graph.Visit{{Step: "service"}, {Step: "tme"}}); !errors.As(err, &unknown) || unknown.Step != "tme" || !slices.Contains(unknown.Known, "time") {
		t.Errorf("got %v", err)
	}
	if svg := string(g.SVG()); !strings.Contains(svg, `class="g-path-card"`) || !strings.Contains(svg, `class="g-path-line"`) {
		t.Error("the picture shows no path")
	}
}

// TestMarkByRule marks what a timeline tells: the rules that led on, through
// other flows and back to the same step.
func TestMarkByRule(t *testing.T) {
	g, err := graph.Of(release(t), "front-desk")
	if err != nil {
		t.Fatal(err)
	}
	way := []graph.Visit{
		{Flow: "front-desk", Step: "menu", Rule: "next[0]"}, {Flow: "front-desk", Step: "menu", Rule: "next[1]"},
		{Flow: "front-desk", Step: "route", Rule: "next[2]"}, {Flow: "survey", Step: "welcome"}, {Flow: "survey", Step: "question"},
	}
	if err := g.Mark(way); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range g.Edges {
		if e.Path {
			got = append(got, e.From+" "+e.Rule+" "+e.To)
		}
	}
	want := []string{"step-route next[2] flow-survey.welcome", "step-menu next[0] step-menu", "step-menu next[1] step-route"} // as they stand in the file
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("edges (-want +got)\n%s", diff)
	}
}

// wellFormed reads XML to its end, and gives its ids.
func wellFormed(t testing.TB, text []byte) (ids []string) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(text))
	d.Strict = true
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return ids
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if start, is := token.(xml.StartElement); is {
			for _, a := range start.Attr {
				if a.Name.Local == "id" {
					ids = append(ids, a.Value)
				}
			}
		}
	}
}

// TestIDs holds the picture to ids that are there for every step, and only once.
func TestIDs(t *testing.T) {
	r := release(t)
	for _, name := range r.Names() {
		t.Run(name, func(t *testing.T) {
			g, err := graph.Of(r, name)
			if err != nil {
				t.Fatal(err)
			}
			ids := wellFormed(t, g.SVG())
			if sorted := slices.Sorted(slices.Values(ids)); len(slices.Compact(slices.Clone(sorted))) != len(ids) {
				t.Errorf("an id is there twice: %v", sorted)
			}
			for _, step := range r.Flows[name].Order {
				if !slices.Contains(ids, "step-"+step) {
					t.Errorf("no step-%s", step)
				}
			}
		})
	}
}

// strange are texts that mean something to one of the languages that are written.
var strange = []string{
	"", "plain", `"quotes" and 'more'`, "<b>bold</b> & <!-- --> ]]>", "two\nlines\r\nand a\ttab", `back\slash\n`, "`code` *em* _em_ #35; [x] {y} |z|",
	"日本語 é ü ñ Ž Ω я", "\x00\x01\x7f\ufffe\uffff", string([]byte{0xff, 0xfe}), "--> end subgraph; click", "%%{init}%%", strings.Repeat("long ", 200), "\u202eright to left", "e\u0301",
}

// strangeGraph says the same everywhere.
func strangeGraph(text string) *graph.Graph {
	return &graph.Graph{
		Flow: text, Title: text,
		Nodes: []graph.Node{
			{ID: "step-" + text, Step: text, Name: text, Kind: graph.AsksKeys, Detail: text, Outcome: text},
			{ID: "b", Step: "b", Name: text, Kind: graph.External, Flow: text},
		},
		Edges: []graph.Edge{
			{From: "step-" + text, To: "b", Kind: graph.ByNext, Label: text, When: text, Rule: text, Set: []string{text}},
			{From: "step-" + text, To: "step-" + text, Kind: graph.ByRetry, Label: text},
			{From: "b", To: "step-" + text, Kind: graph.ByOtherwise, Label: text},
			{From: "b", To: "nowhere", Kind: graph.ByOtherwise, Label: text},
		},
	}
}

// FuzzText puts any text everywhere; what is written stays what it is.
func FuzzText(f *testing.F) {
	for _, text := range strange {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		g := strangeGraph(text)
		svg := g.SVG()
		wellFormed(t, svg)
		if !bytes.Equal(svg, g.SVG()) {
			t.Error("drawn twice, it is not the same")
		}
		for _, line := range strings.Split(string(g.DOT()), "\n") {
			if !balanced(line) {
				t.Errorf("DOT: %s", line)
			}
		}
		mermaid := strings.Split(string(g.Mermaid()), "\n")
		if len(mermaid) > 40 {
			t.Errorf("Mermaid: %d lines", len(mermaid))
		}
		for _, line := range mermaid[2:] {
			if inner := strings.TrimSpace(line); strings.Count(inner, `"`)%2 != 0 && !strings.HasPrefix(inner, "title:") {
				t.Errorf("Mermaid: %s", line)
			}
		}
		if _, err := g.JSON(); err != nil {
			t.Error(err)
		}
	})
}

// balanced reports whether every string of a line of DOT ends on it.
func balanced(line string) bool {
	open := false
	for i := 0; i < len(line); i++ {
		switch {
		case open && line[i] == '\\':
			i++
		case line[i] == '"':
			open = !open
		}
	}
	return !open
}

// TestEscapes shows what is written of letters that mean something.
func TestEscapes(t *testing.T) {
	g := strangeGraph("a \"b\" <c> & d\\e\n# é日")
	tests := []struct {
		name string
		text []byte
		want string
	}{
		{"mermaid-node", g.Mermaid(), `n0["a #34;b#34; #60;c#62; #38; d#92;e #35; é日<br/>`},
		{"mermaid-edge", g.Mermaid(), `n0 -->|"a #34;b#34; #60;c#62; #38; d#92;e #35; é日"| n1`},
		{"mermaid-otherwise", g.Mermaid(), `n1 -.->|`},
		{"mermaid-list", strangeGraph("12. May").Mermaid(), `n0["12#46; May<br/>`},
		{"mermaid-list-bullet", strangeGraph("- x - y").Mermaid(), `n0["#45; x - y<br/>`},
		{"dot-node", g.DOT(), `[label="a \"b\" <c> & d\\e # é日\na \"b\"`},
		{"dot-edge", g.DOT(), `-> "b" [label="a \"b\" <c> & d\\e # é日"]`},
		{"svg-text", g.SVG(), `>a &#34;b&#34; &lt;c&gt; &amp; d\e # é日</text>`},
		{"svg-accent", strangeGraph("Cafe\u0301").SVG(), ">Caf\u00e9</text>"},
		{"svg-attribute", g.SVG(), `data-step="a &#34;b&#34; &lt;c&gt; &amp; d\e&#xA;# é日"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if !bytes.Contains(test.text, []byte(test.want)) {
				t.Errorf("no %s in\n%s", test.want, test.text)
			}
		})
	}
}

// TestPNG draws pictures in pixels: also of letters that the font does not have,
// and of nothing.
func TestPNG(t *testing.T) {
	graphs := map[string]*graph.Graph{"strange": strangeGraph("日本語 \U0001F600 é"), "none": {Flow: "none"}}
	for name, g := range graphs {
		t.Run(name, func(t *testing.T) {
			raw, err := g.PNG()
			if err != nil {
				t.Fatal(err)
			}
			again, err := g.PNG()
			if err != nil || !bytes.Equal(raw, again) {
				t.Errorf("drawn twice, it is not the same (%v)", err)
			}
			image, err := png.Decode(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			dark := 0
			for y := range image.Bounds().Dy() {
				for x := range image.Bounds().Dx() {
					if r, _, _, _ := image.At(x, y).RGBA(); r < 0x4000 {
						dark++
					}
				}
			}
			if dark < 100 {
				t.Errorf("%d pixels are dark: where is the text?", dark)
			}
		})
	}
}
