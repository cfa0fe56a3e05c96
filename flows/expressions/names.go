package expressions

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/types"

	"texmlsrv/texml"
)

// names are what an expression may begin with.
var names = []string{
	"answer", "attempt", "call", "env", "gathered", "history", "missing", "now", "secrets", "texts", "vars",
}

// members are the closed sets: a member outside them is a typing error. Their
// types let a comparison such as answer.digits == 0 be refused at load.
var members = map[string]types.Map{
	"call": {
		"sid": types.String, "direction": types.String, "from": types.String, "to": types.String,
		"party": types.String, "caller_name": types.String, "type": types.String, "flow": types.String,
		"started_at": types.String, "answered_by": types.String, "params": types.Any, "outcome": types.String,
	},
	"answer": {
		"kind": types.String, "status": types.String, "choice": types.Any, "digits": types.String,
		"speech": types.String, "confidence": types.Float64, "result": types.Any, "recording": types.Any,
		"seconds": types.Float64, "code": types.Int, "reason": types.String, "problems": types.Any,
	},
	"now": {
		"date": types.String, "time": types.String, "weekday": types.String, "hour": types.Int, "iso": types.String,
	},
}

// typed is the configuration that the author's text is parsed and checked with.
func typed(locals []string) *conf.Config {
	env := types.Map{}
	for _, name := range names {
		env[name] = types.Any
	}
	for name, closed := range members {
		env[name] = closed
	}
	env["attempt"] = types.Int
	env["env"] = types.Map{types.Extra: types.String}
	env["secrets"] = types.Map{types.Extra: types.String}
	for _, name := range locals {
		env[name] = types.Any
	}
	config := conf.CreateNew()
	config.WithEnv(env)
	config.MaxNodes = maxNodes
	config.DisableIfOperator = true
	config.Functions = signatures
	return config
}

// plain says what expr reports in words for people who do not know its parser.
func plain(message string) (text, suggestion string) {
	switch {
	case strings.HasPrefix(message, "unexpected token EOF"), message == "unexpected end of expression":
		return "the expression ends too early", ""
	case strings.Contains(message, "exceeds maximum allowed nodes"):
		return tooManyParts, ""
	case message == "memory budget exceeded":
		return tooMuchWork, ""
	case message == "literal not terminated":
		return "the quoted text is not closed", ""
	}
	if m := mismatched.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("%s does not go with %s and %s", m[1], kindOf(m[2]), kindOf(m[3])), "text stands in quotes, numbers do not"
	}
	_, token, ok := strings.Cut(message, `unexpected token `)
	if !ok {
		return message, ""
	}
	if _, value, ok := strings.Cut(token, `("`); ok {
		token = strings.TrimSuffix(value, `")`)
	}
	return "not expected here: " + token, instead[strings.ToLower(token)]
}

// mismatched matches what expr says of values that an operator does not take.
var mismatched = regexp.MustCompile(`^invalid operation: (\S+) \(mismatched types (\S+) and (\S+)\)`)

// kindOf is a type of expr's in a word of ours.
func kindOf(typed string) string {
	switch {
	case typed == "string":
		return "text"
	case typed == "int", typed == "float64":
		return "a number"
	case typed == "bool":
		return "true or false"
	case strings.HasPrefix(typed, "[]"):
		return "a list"
	}
	return "a value with members"
}

// instead says how what other languages write is written here.
var instead = map[string]string{
	"=": "a comparison is written ==", "===": "a comparison is written ==",
	"&": "write and", "and": "write and", "or": "write or", "not": "write not", "is": "a comparison is written ==",
	"equals": "a comparison is written ==", "eq": "a comparison is written ==", "let": "use set in a rule to name a value",
}

// turned are comparisons with their signs the wrong way round.
var turned = map[string]string{"=>": ">=", "=<": "<="}

// nearest suggests the candidate that word was probably meant to be, written
// behind prefix; empty when none is near.
func nearest(word, prefix string, candidates []string) string {
	best := texml.Nearest(word, candidates)
	if best == "" {
		return ""
	}
	return "did you mean " + prefix + best + "?"
}

// owner suggests the name that word is a member of: digits is answer.digits.
func owner(word string) string {
	for _, name := range sorted(members) {
		if _, ok := members[name][word]; ok {
			return "did you mean " + name + "." + word + "?"
		}
	}
	return ""
}

// known reports whether name may begin an expression that has these locals.
func known(name string, locals []string) bool {
	return slices.Contains(names, name) || slices.Contains(locals, name)
}
