package expressions_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"texmlsrv/flows/expressions"
)

// quickly is far above what anything here takes, and far below what it would
// take without bounds.
const quickly = 20 * time.Second

func TestCompileBounds(t *testing.T) {
	elvis := "vars.a"
	chain := "vars.a"
	for range 200 {
		elvis = "(" + elvis + ")?:1"
		chain = "(1<" + chain + "<3)"
	}
	tests := map[string]string{
		"a-million-brackets": strings.Repeat("(", 1<<20),
		"brackets":           strings.Repeat("(", 4000),
		"closed-brackets":    strings.Repeat("[", 2000) + strings.Repeat("]", 2000),
		"too-many-parts":     "1" + strings.Repeat("+1", 600),
		"shared-conditions":  elvis,
		"shared-comparisons": chain,
		"negations":          strings.Repeat("!", 4000) + "vars.a",
		"members":            "vars" + strings.Repeat(".a", 600),
	}
	for name, source := range tests {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			if _, err := expressions.Compile(source, options); err == nil {
				t.Error("compiled")
			}
			if took := time.Since(begin); took > quickly {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestEvalBounds(t *testing.T) {
	many := make([]any, 50_000)
	for i := range many {
		many[i] = i
	}
	values := map[string]any{"many": many, "long": strings.Repeat("x", 100_000)}
	s := &expressions.Scope{Values: map[string]any{"vars": values}}
	doubled, listed := "vars.long", "[1]"
	for range 30 {
		doubled = "replace(" + doubled + `, "x", "xx")`
		listed = "map(" + listed + ", [#, #])"
	}
	nested := "[1]"
	for range 40 {
		nested = "concat(" + nested + " | map([#, #]), " + `["x"])`
	}
	tests := map[string]string{
		"text-that-doubles":  doubled,
		"lists-that-double":  listed,
		"json-of-lists":      "json(" + listed + ")",
		"text-of-lists":      "string(" + nested + ")",
		"equal-lists":        "uniq([" + listed + ", " + listed + "])",
		"quadratic-uniq":     "uniq(vars.many)",
		"quadratic-in":       "count(vars.many, # + 1.5 in vars.many)",
		"quadratic-contains": `count(vars.many, vars.long contains "y")`,
		"quadratic-pattern":  `count(vars.many, vars.long matches "(x|y)*z")`,
		"quadratic-sum":      "count(vars.many, sum(vars.many) < 0)",
		"quadratic-slice":    "count(vars.many, len(vars.long[1:]) < 0)",
		"split-and-join":     `join(split(vars.long, ""), vars.long)`,
	}
	for name, source := range tests {
		t.Run(name, func(t *testing.T) {
			e := compile(t, source)
			begin := time.Now()
			v, err := e.Eval(s)
			if err == nil {
				t.Errorf("gives %.80v", v)
			}
			if took := time.Since(begin); took > quickly {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestLongListIsFine(t *testing.T) {
	many := make([]any, 10_000)
	for i := range many {
		many[i] = map[string]any{"price": i}
	}
	s := &expressions.Scope{Values: map[string]any{"vars": map[string]any{"many": many}}}
	v, err := compile(t, "len(filter(vars.many, .price >= 5000 and .price < 6000))").Eval(s)
	if err != nil || v != 1000 {
		t.Errorf("got %v, %v", v, err)
	}
}

func TestDeterminism(t *testing.T) {
	wide := map[string]any{}
	for i := range 50 {
		wide[fmt.Sprintf("key%d", i)] = i
	}
	source := `{{ json(vars.wide) }} {{ vars.wide }} {{ sort(concat(missing, ["a"])) }} {{ vars.wide == vars.wide }} {{ {c: 1, a: 2, b: {z: 1, y: 2}} }}`
	text, err := expressions.CompileText(source, options)
	if err != nil {
		t.Fatal(err)
	}
	first := ""
	for range 200 {
		s := scope(t)
		s.Values["vars"] = map[string]any{"wide": wide}
		got, err := text.String(s)
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = got
		}
		if got != first {
			t.Fatalf("gives\n%s\nand\n%s", first, got)
		}
	}
}

// One compiled flow serves all calls at once; the race detector looks on.
func TestConcurrentUse(t *testing.T) {
	text := compileText(t, `{{ join(map(vars.slots, .time), " ") }} {{ gathered.day matches "^2026" ? date(gathered.day) : "" }}`)
	s := scope(t)
	want, err := text.String(s)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				if got, err := text.String(s); err != nil || got != want {
					t.Errorf("got %q, %v, want %q", got, err, want)
				}
			}
		})
	}
	group.Wait()
}
