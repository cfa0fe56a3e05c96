// Package expressions is the one language of flows: what stands in `when`,
// `flow:if`, `flow:for` and between {{ and }}.
//
// It is expr-lang with the sharp edges taken off. What is not known yet is nil,
// and harmless: its members are nil too, comparisons with it are false, in text
// it is empty. Expressions are compiled when a flow is loaded, so that names
// that do not exist are found there, and are bounded in size and in work, so
// that a caller never waits for one. The result depends on the [Scope] alone:
// there is no clock, no randomness and no order of maps in it.
package expressions

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
)

const (
	maxSource   = 4 << 10 // bytes; the parser recurses, and a deep enough source would end the process
	maxNodes    = 500     // parts of one expression, those that the parser shares counted as often as they are reached
	maxElements = 1 << 18 // of the lists and maps that one evaluation builds
)

// Error is an author's mistake in an expression, or the reason why evaluating
// it failed. It never quotes a value, as values may be sensitive.
type Error struct {
	Offset     int    // bytes from the start of the source given to Compile or CompileText
	Message    string // what is wrong
	Suggestion string // what was probably meant; empty when nothing is near
}

// Error gives the message, and the suggestion if there is one.
func (e *Error) Error() string {
	if e.Suggestion == "" {
		return e.Message
	}
	return e.Message + "; " + e.Suggestion
}

// Options say what an expression may use where it stands. The zero value is an
// ordinary place: no secrets, no further names, names of steps not checked.
type Options struct {
	// Secrets allows `secrets`: in the URL and headers of a look-up.
	Secrets bool
	// Steps checks the name in step("name") and aside("name") and says what is wrong with it;
	// when nil, any name is taken.
	Steps func(name string) error
	// Locals are further names, such as the item of a flow:for. The scope
	// brings their values.
	Locals []string
}

// Scope is what an expression can see.
type Scope struct {
	// Values holds call, answer, gathered, vars, attempt, missing, now, texts,
	// history, env, secrets and locals, as decoded JSON: nil, bool, numbers,
	// string, []any and map[string]any. It is only read. What is not there is nil.
	Values map[string]any
	// Now is the instant of the turn, in the time zone of the flow; open() and
	// date() go by it. Values["now"] is not made from it: see NowValue.
	Now time.Time
	// Language is a BCP-47 tag such as fr-FR; date(), money() and digits()
	// speak it, or English where they do not know it.
	Language string
	// Link makes the URL of step("name") and aside("name"): kind is "step" or
	// "aside".
	Link func(kind, name string) string
	// Unknown is told the expressions of texts that have no value, so that
	// nothing stands in their place. It may be nil.
	Unknown func(*Expression)
}

// NowValue is the value of `now` at the instant t, in the zone of t: date
// (2006-01-02), time (15:04), weekday (mon tue wed thu fri sat sun, as in
// opening hours), hour (0 to 23) and iso (RFC 3339).
func NowValue(t time.Time) map[string]any {
	return map[string]any{
		"date":    t.Format(time.DateOnly),
		"time":    t.Format("15:04"),
		"weekday": weekdays[t.Weekday()],
		"hour":    t.Hour(),
		"iso":     t.Format(time.RFC3339),
	}
}

// Expression is a compiled expression. It may be used by several goroutines.
type Expression struct {
	source  string
	reads   []string
	tree    ast.Node // as its author wrote it, conditions marked: what Infer goes by
	program *vm.Program
}

// Compile checks and compiles src. Its errors are of type *Error.
func Compile(src string, o Options) (e *Expression, err error) {
	if err := acceptable(src); err != nil {
		return nil, err
	}
	defer func() {
		// A flow may be loaded while calls run: a fault in expr's parser or
		// type check must not end them.
		if recover() != nil {
			e, err = nil, &Error{Message: "the expression cannot be read"}
		}
	}()
	return compile(src, o)
}

// compile is Compile for sources that may reach the parser.
func compile(src string, o Options) (*Expression, error) {
	config := typed(o.Locals)
	tree, err := parser.ParseWithConfig(src, config)
	if err != nil {
		return nil, located(src, err)
	}
	reads, err := check(tree.Node, src, o)
	if err != nil {
		return nil, err
	}
	ast.Walk(&tree.Node, conditions{})
	if _, err := checker.Check(tree, config); err != nil {
		return nil, located(src, err)
	}
	program, err := generate(tree)
	if err != nil {
		return nil, located(src, err)
	}
	return &Expression{source: src, reads: reads, tree: tree.Node, program: program}, nil
}

// acceptable refuses what must not reach the parser.
func acceptable(src string) error {
	if len(src) > maxSource {
		return &Error{Offset: maxSource, Message: fmt.Sprintf("the expression is longer than %d bytes", maxSource)}
	}
	for at, r := range src {
		if r == utf8.RuneError && !strings.HasPrefix(src[at:], string(utf8.RuneError)) {
			return &Error{Offset: at, Message: "the expression is not valid UTF-8"}
		}
	}
	if strings.TrimSpace(src) == "" {
		return &Error{Message: "the expression is empty"}
	}
	return nil
}

// generate makes the program that runs: the tree with every operator and
// function replaced by ours. The optimizer is left out, as it knows expr's
// operators and not ours.
func generate(tree *parser.Tree) (*vm.Program, error) {
	config := conf.CreateNew()
	config.Optimize = false
	config.Functions = running
	ours := &parser.Tree{Node: lower(tree.Node), Source: tree.Source}
	if _, err := checker.Check(ours, config); err != nil {
		return nil, err
	}
	return compiler.Compile(ours, config)
}

// Source is what was compiled.
func (e *Expression) Source() string { return e.source }

// Reads lists what e reads, sorted: "gathered.day", "vars.party.name",
// "env.BOOKING_URL". A path ends where it is no longer known in advance:
// vars.slots[0].time reads "vars.slots". Locals are among them. The caller may
// keep the slice and change it.
func (e *Expression) Reads() []string { return slices.Clone(e.reads) }

// Eval gives the value of e, as decoded JSON or a Mustache. Its errors are of
// type *Error; with them a rule does not match.
func (e *Expression) Eval(s *Scope) (any, error) {
	if s == nil {
		s = &Scope{}
	}
	r := &run{scope: s, left: maxWork}
	machine := vm.VM{MemoryBudget: maxElements}
	v, err := machine.Run(e.program, r)
	if err == nil {
		err = r.measure(v)
	}
	if err != nil {
		return nil, located(e.source, err)
	}
	return v, nil
}

// Truth is e as a condition: nil, false, "", an empty list and an empty map
// are no; all else, 0 among it, is yes.
func (e *Expression) Truth(s *Scope) (bool, error) {
	v, err := e.Eval(s)
	return err == nil && truth(v), err
}

// located turns what expr reports into an Error with a place in bytes.
func located(src string, err error) *Error {
	if ours, ok := errors.AsType[*Error](err); ok {
		return ours
	}
	theirs, ok := errors.AsType[*file.Error](err)
	if !ok {
		return &Error{Message: err.Error()}
	}
	e := &Error{Offset: byteOffset(src, theirs.From)}
	e.Message, e.Suggestion = plain(theirs.Message)
	for wrong, right := range turned {
		if strings.HasPrefix(src[e.Offset:], wrong) {
			e.Suggestion = "write " + right
		}
	}
	return e
}

// byteOffset is where the rune with the given number begins: expr counts runes.
func byteOffset(src string, number int) int {
	for at := range src {
		if number <= 0 {
			return at
		}
		number--
	}
	return len(src)
}

// sorted lists the keys of m in order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
