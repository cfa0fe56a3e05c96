package schemas_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"texmlsrv/flows/schemas"
)

// addArchives seeds a target with every schema under testdata.
func addArchives(f *testing.F, add func(name, content string)) {
	files, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(files) == 0 {
		f.Fatalf("no archives: %v", err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		first := parts(string(raw))[0]
		add(first.name, first.content)
	}
}

// FuzzReadJSON: whatever is read means to encoding/json what it meant to us, is written as JSON
// again, and is compiled or refused with places; what is sent is a schema like any other.
func FuzzReadJSON(f *testing.F) {
	addArchives(f, func(_, content string) { f.Add([]byte(content)) })
	f.Add([]byte(party))
	f.Fuzz(func(t *testing.T, src []byte) {
		n, err := schemas.ReadJSON(src)
		if err != nil {
			if len(schemas.Problems(err)) == 0 {
				t.Fatalf("not a problem: %v", err)
			}
			return
		}
		var want any
		if err := json.Unmarshal(n.Bytes(), &want); err != nil {
			t.Fatalf("written as %s: %v", n.Bytes(), err)
		}
		if got := n.Plain(); !reflect.DeepEqual(got, want) {
			t.Fatalf("read %v, written %v", got, want)
		}
		s, err := schemas.Compile(n)
		if err != nil {
			if len(schemas.Problems(err)) == 0 {
				t.Fatalf("not a problem: %v", err)
			}
			return
		}
		sent, err := schemas.ReadJSON(s.Sent())
		if err != nil {
			t.Fatalf("sent %s: %v", s.Sent(), err)
		}
		again, err := schemas.Compile(sent)
		if err != nil || string(again.Sent()) != string(s.Sent()) {
			t.Fatalf("sent %s\nagain %v, %v", s.Sent(), again, err)
		}
	})
}

// FuzzReadYAML: what is read is JSON, and means as JSON what it meant in YAML.
func FuzzReadYAML(f *testing.F) {
	addArchives(f, func(_, content string) { f.Add([]byte(content)) })
	f.Fuzz(func(t *testing.T, src []byte) {
		n, err := schemas.ReadYAML(src)
		if err == nil {
			again, err := schemas.ReadJSON(n.Bytes())
			if err != nil {
				t.Fatalf("written as %s: %v", n.Bytes(), err)
			}
			if !reflect.DeepEqual(again.Plain(), n.Plain()) {
				t.Fatalf("read %v, written %v", n.Plain(), again.Plain())
			}
		}
		if err != nil && len(schemas.Problems(err)) == 0 {
			t.Fatalf("not a problem: %v", err)
		}
	})
}

// FuzzRead holds any caller's JSON against schemas of every kind: what is kept holds on its own,
// and is kept when it is read again.
func FuzzRead(f *testing.F) {
	authored := []string{
		party,
		`{"type":"object","properties":{"status":{"type":"string"},"result":{"type":"object","properties":{"n":{"type":["integer","null"]}}}},"required":["status"],"additionalProperties":{"type":"boolean"}}`,
		`{"type":"object","properties":{"a":{"enum":[1,"x",null]},"b":{"type":"array","items":{"type":"number"},"uniqueItems":true}},"anyOf":[{"required":["a"]},{"required":["b"]}],"patternProperties":{"^p":{"format":"email"}},"propertyNames":{"maxLength":8}}`,
	}
	var compiled []*schemas.Schema
	for _, src := range authored {
		compiled = append(compiled, compile(f, src))
	}
	for _, seed := range []string{
		`{"day":"2026-12-24","guests":"4","name":" Zoë "}`, `{"status":"valid","result":{"n":"4","result":null}}`,
		`{"a":"1","b":["1",2,"1"],"p1":"a@b.c","pppppppppp":3}`, `{"status":"valid","result":null}`, `[1]`, `{"guests":1e308,"day":null}`, `{"b":[{}]}`,
	} {
		f.Add([]byte(seed), `{"day":"2026-12-24","a":1}`)
	}
	f.Fuzz(func(t *testing.T, raw []byte, kept string) {
		decoded, err := schemas.DecodeJSON(raw)
		if err != nil {
			return
		}
		before, _ := schemas.DecodeJSON([]byte(kept))
		old, _ := before.(map[string]any)
		for _, s := range compiled {
			sent, _ := s.Without([]string{"day", "name"})
			result, _, _ := sent.Unwrap(decoded)
			r := schemas.Read(sent, s, result, old)
			for name, value := range r.Values {
				if !s.Valid(name, value) {
					t.Fatalf("kept %q = %v, which does not hold", name, value)
				}
			}
			if r.Usable && len(r.Missing) > 0 {
				t.Fatalf("usable and missing %q", r.Missing)
			}
			again := schemas.Read(s, s, r.Values, nil)
			if r.Usable && (!again.Usable || !reflect.DeepEqual(again.Values, r.Values)) {
				t.Fatalf("%+v, read again %+v", r, again)
			}
		}
	})
}
