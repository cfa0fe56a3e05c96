package expressions_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"texmlsrv/flows/expressions"
)

// FuzzCompile: any source compiles or gives an Error that points into it, and
// what compiles runs to the same end each time.
func FuzzCompile(f *testing.F) {
	for _, table := range values {
		for _, one := range table {
			f.Add(one.source)
		}
	}
	for _, table := range mistakes {
		for _, one := range table {
			f.Add(one.source)
		}
	}
	f.Fuzz(func(t *testing.T, source string) {
		e, err := expressions.Compile(source, options)
		if err != nil {
			checkPoints(t, err, source)
			return
		}
		v, err := e.Eval(scope(t))
		again, errAgain := e.Eval(scope(t))
		if err != nil {
			checkPoints(t, err, source)
			if errAgain == nil || errAgain.Error() != err.Error() {
				t.Fatalf("first %v, then %v", err, errAgain)
			}
			return
		}
		if errAgain != nil || expressions.Format(v) != expressions.Format(again) {
			t.Fatalf("first %v, then %v, %v", v, again, errAgain)
		}
	})
}

// FuzzInfer: what an expression comes to is among what its types say, whatever
// else they find.
func FuzzInfer(f *testing.F) {
	for _, table := range values {
		for _, one := range table {
			f.Add(one.source)
		}
	}
	types := typesOf(f, scope(f))
	f.Fuzz(func(t *testing.T, source string) {
		e, err := expressions.Compile(source, options)
		if err != nil {
			return
		}
		inferred := e.Infer(types)
		v, err := e.Eval(scope(t))
		if err != nil {
			return
		}
		if kinds := expressions.OfValue(plain(v)).Kinds; inferred.Type.Kinds&kinds != kinds {
			t.Errorf("%s is %v, and not %s", source, v, inferred.Type.Kinds)
		}
		if all := inferred.Type.Values; all != nil && v != nil && !slices.ContainsFunc(all, func(w any) bool { return expressions.Format(w) == expressions.Format(plain(v)) }) {
			t.Errorf("%s is %v, and not one of %v", source, v, all)
		}
	})
}

// typesOf are the types of all that a scope holds.
func typesOf(t testing.TB, s *expressions.Scope) expressions.Types {
	t.Helper()
	names := map[string]expressions.Type{}
	for name, v := range s.Values {
		names[name] = expressions.OfValue(plain(v))
	}
	return expressions.Types{Names: names}
}

// plain is a value as JSON brings it; one that JSON does not know stays.
func plain(v any) (out any) {
	if _, is := v.(expressions.Mustache); is {
		return v
	}
	text, err := json.Marshal(v)
	if err != nil || json.Unmarshal(text, &out) != nil {
		return v
	}
	return out
}

// FuzzCompileText: any text compiles or gives an Error that points into it;
// the parts of what compiles lie where they say.
func FuzzCompileText(f *testing.F) {
	for _, source := range []string{
		"", "plain", "{{ attempt }}", "a {{ gathered.day }} b", "{{", "{{ }}", "{{{ }}}", `{{ "}}" }}`, "{{ {a: 1}}}", "}}{{",
		`{{ telnyx_secret("x") }}`, "{{#secret}}", "{{ '\\'}}' }}", "{{ `\\` }}", "é{{ é }}",
	} {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		text, err := expressions.CompileText(source, options)
		if err != nil {
			checkPoints(t, err, source)
			return
		}
		for _, p := range text.Parts() {
			written := p.Literal
			if p.Expression != nil {
				written = p.Expression.Source()
			}
			if source[p.Offset:p.Offset+len(written)] != written {
				t.Fatalf("%q is not at %d", written, p.Offset)
			}
		}
		whole, err := text.String(scope(t))
		pieces, piecesErr := text.Pieces(scope(t))
		if (err == nil) != (piecesErr == nil) {
			t.Fatalf("string: %v, pieces: %v", err, piecesErr)
		}
		joined := ""
		for _, p := range pieces {
			joined += p.Text
		}
		if joined != whole {
			t.Fatalf("string %q, pieces %q", whole, joined)
		}
	})
}

func checkPoints(t *testing.T, err error, source string) {
	t.Helper()
	e, ok := errors.AsType[*expressions.Error](err)
	if !ok || e.Offset < 0 || e.Offset > len(source) || e.Message == "" {
		t.Fatalf("error %#v does not point into %q", err, source)
	}
}
