package expressions

import (
	"errors"
	"math"
	"net/url"
	"reflect"
	"strings"

	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/conf"
)

// function is one that authors can call. The predicates of expr's own are not
// among them.
type function struct {
	usage string // how it is called, for messages
	least int    // arguments
	most  int    // arguments; −1 for any number
	named bool   // its argument is a name, known at load
	typed any    // a Go function of its types: what expr's type check goes by
	call  func(r *run, args []any) (any, error)
}

// functions are chosen so that each depends on its arguments and the scope
// alone, and takes nil for nothing.
var functions = map[string]function{
	"len":       {"len(list)", 1, 1, false, func(any) int { return 0 }, lengthOf},
	"first":     {"first(list)", 1, 1, false, func(any) any { return nil }, itemAt(0)},
	"last":      {"last(list)", 1, 1, false, func(any) any { return nil }, itemAt(-1)},
	"take":      {"take(list, 3)", 2, 2, false, func(any, any) []any { return nil }, take},
	"reverse":   {"reverse(list)", 1, 1, false, func(any) []any { return nil }, onList(reversed)},
	"uniq":      {"uniq(list)", 1, 1, false, func(any) []any { return nil }, onList((*run).distinct)},
	"sort":      {`sort(list) or sort(list, "desc")`, 1, 2, false, func(any, ...string) []any { return nil }, sortList},
	"concat":    {"concat(list, list)", 1, -1, false, func(...any) []any { return nil }, concat},
	"min":       {"min(a, b) or min(list)", 1, -1, false, func(...any) any { return nil }, extreme(-1)},
	"max":       {"max(a, b) or max(list)", 1, -1, false, func(...any) any { return nil }, extreme(1)},
	"abs":       {"abs(number)", 1, 1, false, func(any) any { return nil }, rounded(math.Abs)},
	"ceil":      {"ceil(number)", 1, 1, false, func(any) int { return 0 }, rounded(math.Ceil)},
	"floor":     {"floor(number)", 1, 1, false, func(any) int { return 0 }, rounded(math.Floor)},
	"round":     {"round(number)", 1, 1, false, func(any) int { return 0 }, rounded(math.Round)},
	"int":       {"int(value)", 1, 1, false, func(any) int { return 0 }, converted(math.Trunc)},
	"float":     {"float(value)", 1, 1, false, func(any) float64 { return 0 }, converted(func(f float64) float64 { return f })},
	"string":    {"string(value)", 1, 1, false, func(any) string { return "" }, stringOf},
	"trim":      {"trim(text)", 1, 1, false, func(string) string { return "" }, onText(strings.TrimSpace)},
	"upper":     {"upper(text)", 1, 1, false, func(string) string { return "" }, onText(strings.ToUpper)},
	"lower":     {"lower(text)", 1, 1, false, func(string) string { return "" }, onText(strings.ToLower)},
	"split":     {`split(text, ",")`, 2, 2, false, func(string, string) []any { return nil }, split},
	"join":      {`join(list, ", ")`, 1, 2, false, func(any, ...string) string { return "" }, join},
	"replace":   {"replace(text, old, new)", 3, 3, false, func(string, string, string) string { return "" }, replace},
	"indexOf":   {"indexOf(text, part)", 2, 2, false, func(string, string) int { return 0 }, indexOf},
	"hasPrefix": {"hasPrefix(text, part)", 2, 2, false, func(string, string) bool { return false }, binary("startsWith")},
	"hasSuffix": {"hasSuffix(text, part)", 2, 2, false, func(string, string) bool { return false }, binary("endsWith")},
	"default":   {"default(value, otherwise)", 2, 2, false, func(any, any) any { return nil }, fallback},
	"urlquery":  {"urlquery(value)", 1, 1, false, func(any) string { return "" }, urlquery},
	"json":      {"json(value)", 1, 1, false, func(any) string { return "" }, jsonOf},
	"digits":    {"digits(number)", 1, 1, false, func(any) string { return "" }, digits},
	"money":     {`money(amount, "EUR")`, 2, 2, false, func(any, string) string { return "" }, money},
	"date":      {"date(day)", 1, 1, false, func(string) string { return "" }, date},
	"open":      {"open(hours) or open(hours, date, time)", 1, 3, false, func(any, ...string) bool { return false }, open},
	"step":      {`step("name")`, 1, 1, true, func(string) string { return "" }, link("step")},
	"aside":     {`aside("name")`, 1, 1, true, func(string) string { return "" }, link("aside")},

	"telnyx_secret":   {`telnyx_secret("name")`, 1, 1, true, func(string) any { return nil }, telnyxSecret},
	"telnyx_variable": {`telnyx_variable("name")`, 1, 1, true, func(string) any { return nil }, telnyxVariable},
}

// operations are what lower puts in the place of expr's own.
var operations = map[string]func(r *run, args []any) (any, error){
	opTruth:   func(_ *run, args []any) (any, error) { return truth(args[0]), nil },
	opAbsent:  func(_ *run, args []any) (any, error) { return args[0] == nil, nil },
	opPresent: func(_ *run, args []any) (any, error) { return args[0] != nil, nil },
	opPath:    path,
	opMember:  func(_ *run, args []any) (any, error) { return member(args[0], args[1]) },
	opSlice:   slice,
	opList:    listOf,
	opNegate:  rounded(func(f float64) float64 { return -f }),
	opNumber:  rounded(func(f float64) float64 { return f }),
	opSum:     sum,
	opCount:   count,
}

// signatures are the functions as the type check sees them; running are the
// functions and operations as they run, with the run as their first argument.
var signatures, running = tables()

func tables() (typed, runs conf.FunctionsTable) {
	typed, runs = conf.FunctionsTable{}, conf.FunctionsTable{}
	for name, f := range functions {
		typed[name] = &builtin.Function{Name: name, Func: entered(f.call), Types: []reflect.Type{reflect.TypeOf(f.typed)}}
		runs[name] = &builtin.Function{Name: name, Func: entered(f.call)}
	}
	for name, call := range operations {
		runs[name] = &builtin.Function{Name: name, Func: entered(call)}
	}
	for _, operators := range []map[string]operator{comparisons, arithmetic} {
		for sign, apply := range operators {
			runs[sign] = &builtin.Function{Name: sign, Func: entered(func(r *run, args []any) (any, error) {
				return apply(r, args[0], args[1])
			})}
		}
	}
	isTrue := reflect.TypeOf(func(any) bool { return false })
	typed[opTruth] = &builtin.Function{Name: opTruth, Func: entered(operations[opTruth]), Types: []reflect.Type{isTrue}}
	return typed, runs
}

// entered makes a function for expr's machine: each call is a unit of work.
func entered(call func(r *run, args []any) (any, error)) func(args ...any) (any, error) {
	return func(args ...any) (any, error) {
		r, ok := args[0].(*run)
		if !ok {
			return nil, errors.New("called without a run")
		}
		if err := r.spend(1); err != nil {
			return nil, err
		}
		return call(r, args[1:])
	}
}

// path is a value of the scope, or of something in it.
func path(r *run, args []any) (any, error) {
	names := args[0].([]string)
	v := r.scope.Values[names[0]]
	for _, name := range names[1:] {
		var err error
		if v, err = member(v, name); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// fallback is the second value where the first is absent or empty text.
func fallback(_ *run, args []any) (any, error) {
	if args[0] == nil || args[0] == "" {
		return args[1], nil
	}
	return args[0], nil
}

func urlquery(r *run, args []any) (any, error) {
	if err := r.measure(args[0]); err != nil {
		return nil, err
	}
	return url.QueryEscape(Format(args[0])), nil
}

func jsonOf(r *run, args []any) (any, error) {
	if err := r.measure(args[0]); err != nil {
		return nil, err
	}
	return compact(args[0])
}

// link gives URLs of steps, of one kind.
func link(kind string) func(r *run, args []any) (any, error) {
	return func(r *run, args []any) (any, error) {
		if r.scope.Link == nil {
			return nil, errors.New("there are no links to steps here")
		}
		name, _, err := text(args[0])
		if err != nil {
			return nil, err
		}
		return r.scope.Link(kind, name), nil
	}
}
