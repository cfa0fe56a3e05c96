package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"texmlsrv/simulator/api"
	"texmlsrv/telnyx"
	"texmlsrv/telnyx/commands"
)

// This file holds the declarations of package telnyx/commands and the schemas of
// this package against each other: they were written apart from each other, from
// the same reference, so what one of them has wrong the other will not have.

// texts are well-formed texts by their format.
func texts(p commands.Param) []string {
	switch p.Format {
	case commands.Base64:
		return []string{"aGF2ZSBhIG5pY2UgZGF5ID1d", "MQ==", "/+8="}
	case commands.URL:
		return []string{"https://example.com", "http://127.0.0.1:8080/a?b=c%20d"}
	case commands.ToolURL:
		return []string{"https://example.com/{id}", "http://{{host}}/x"}
	case commands.Party:
		return []string{"+13125550100", "sip:desk@example.com", "desk@sip.telnyx.com", "{{ target }}"}
	case commands.VoiceName:
		return []string{"Telnyx.NaturalHD.astra", "AWS.Polly.Joanna-Neural", "female", "Azure.en-US-Ava:DragonHDLatestNeural"}
	case commands.Digit:
		return []string{"0", "9", "*", "#"}
	case commands.Digits:
		return []string{"123", "0123456789*#", "AD"}
	case commands.CallerName:
		return []string{"Chez Nous", "Zoë 2-_~!.+"}
	case commands.Words:
		return []string{p.Enum[0], strings.Join(p.Enum, " ")}
	}
	if p.Enum != nil {
		return p.Enum
	}
	texts := []string{"x", `é {"<&`, "a b"}
	if p.Max != nil {
		texts = append(texts, strings.Repeat("é", int(*p.Max)))
	}
	return texts
}

// valid makes parameters that the declaration allows.
func valid(t *rapid.T, p commands.Param) any {
	switch p.Type {
	case commands.TypeText:
		return rapid.SampledFrom(texts(p)).Draw(t, p.Name)
	case commands.TypeInteger:
		least, most := bounds(p, 1e6)
		return rapid.SampledFrom([]float64{least, most, least + 1}).Draw(t, p.Name)
	case commands.TypeNumber:
		least, most := bounds(p, 3)
		return rapid.SampledFrom([]float64{least, most, (least + most) / 2}).Draw(t, p.Name)
	case commands.TypeBoolean:
		return p.Default != true // the value that has to be sent
	case commands.TypeScalar:
		return rapid.SampledFrom([]any{"x", 1.5, true}).Draw(t, "scalar")
	case commands.TypeList:
		items := []any{valid(t, *p.Item)}
		if rapid.Bool().Draw(t, "two") {
			items = append(items, valid(t, *p.Item))
		}
		return items
	case commands.TypeMap:
		return map[string]any{"name": valid(t, *p.Item)}
	case commands.TypeUnion:
		v := rapid.SampledFrom(p.Variants).Draw(t, p.Tag)
		out := members(t, v.Fields, v.Rules)
		out[p.Tag] = v.Name
		return out
	case commands.TypeEither:
		return valid(t, rapid.SampledFrom(p.Alternatives).Draw(t, "alternative"))
	case commands.TypeSchema:
		return map[string]any{
			"type": "object", "required": []any{"b"},
			"properties": map[string]any{"b": map[string]any{"type": "string"}, "a": map[string]any{"enum": []any{1.0, nil}}},
		}
	case commands.TypeFree:
		return map[string]any{"any": []any{1.5, map[string]any{"x": nil}}}
	}
	return members(t, p.Fields, p.Rules)
}

func bounds(p commands.Param, wide float64) (least, most float64) {
	least, most = 1, wide
	if p.Min != nil {
		least = max(*p.Min, 1e-3)
		if p.Type == commands.TypeInteger {
			least = max(*p.Min, 1) // 0 is Go's way to say nothing
		}
	}
	if p.Max != nil {
		most = *p.Max
	}
	return least, most
}

// members makes some of the fields, those that are required among them, and
// keeps the rules.
func members(t *rapid.T, fields []commands.Param, rules []commands.Rule) map[string]any {
	out := map[string]any{}
	for _, f := range fields {
		if f.Required || rapid.Bool().Draw(t, f.Name+"?") {
			out[f.Name] = valid(t, f)
		}
	}
	for _, r := range rules {
		keep(r, out, fields, t)
	}
	return out
}

func keep(r commands.Rule, out map[string]any, fields []commands.Param, t *rapid.T) {
	switch r.Kind {
	case commands.AtMostOne:
		for _, name := range r.Names[1:] {
			if slices.ContainsFunc(r.Names, func(n string) bool { return n != name && out[n] != nil }) {
				delete(out, name)
			}
		}
	case commands.AtLeastOne:
		if !slices.ContainsFunc(r.Names, func(n string) bool { return out[n] != nil }) {
			i := slices.IndexFunc(fields, func(p commands.Param) bool { return p.Name == r.Names[0] })
			out[r.Names[0]] = valid(t, fields[i])
		}
	case commands.Ordered:
		less, is := out[r.Names[0]].(float64)
		more, are := out[r.Names[1]].(float64)
		if is && are {
			out[r.Names[0]], out[r.Names[1]] = min(less, more), max(less, more)
		}
	case commands.OnlyWith:
		if out[r.Names[0]] == r.Value && out[r.Names[1]] != nil {
			out[r.Names[1]] = r.Other
		}
	}
}

// names are all requests.
func names() []string {
	return append(commands.Names(), commands.UpdateCall, commands.InitiateCall)
}

func lookup(t testing.TB, name string) commands.Declaration {
	t.Helper()
	d, is := commands.Lookup(name)
	if !is {
		t.Fatalf("there is no %s", name)
	}
	return d
}

// schemas are those that the declarations make for editors, compiled.
func schemas(t *testing.T, o commands.SchemaOptions) map[string]*jsonschema.Schema {
	t.Helper()
	out := map[string]*jsonschema.Schema{}
	for _, name := range names() {
		schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(lookup(t, name).Schema(o)))
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		if err := c.AddResource("mem:///"+name, schema); err != nil {
			t.Fatal(err)
		}
		if out[name], err = c.Compile("mem:///" + name); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestAgreeOnWhatIsRight: what the declarations allow, the schemas allow too, and
// a typed command keeps all of it.
func TestAgreeOnWhatIsRight(t *testing.T) {
	editors, inFlows := schemas(t, commands.SchemaOptions{}), schemas(t, commands.SchemaOptions{Expressions: true})
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names()).Draw(t, "name")
		d, _ := commands.Lookup(name)
		params := members(t, d.Params, d.Rules)
		if problems := d.Check(params); problems != nil {
			t.Fatalf("the declaration refuses %v: %v", params, problems)
		}
		if wrong := api.Check(name, params); wrong != nil {
			t.Fatalf("the schema refuses %s: %s", indent(params), wrong)
		}
		for which, schema := range map[string]*jsonschema.Schema{"editors": editors[name], "flows": inFlows[name]} {
			if err := schema.Validate(params); err != nil {
				t.Fatalf("the schema for %s refuses %s: %v", which, indent(params), err)
			}
		}
		if !slices.Contains(commands.Names(), name) {
			return
		}
		c, err := telnyx.Decode(name, params)
		if err != nil {
			t.Fatal(err)
		}
		var back map[string]any
		if err := json.Unmarshal([]byte(indent(c)), &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(params, back); diff != "" {
			t.Fatalf("the typed command lost something (-given +kept):\n%s", diff)
		}
	})
}

func indent(v any) string {
	out, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(out)
}

// spoil changes one thing somewhere in a value, and reports whether it did.
func spoil(t *rapid.T, v any) (any, bool) {
	wrong := []any{
		"x", "en-US", strings.Repeat("é", 3001), strings.Repeat("y", 41), "http://", "+0", "not base64", "999",
		-1.0, 0.0, 1.5, 129.0, 200000.0, true, false, []any{}, []any{1.0}, map[string]any{}, map[string]any{"type": "aws"},
	}
	switch inside := v.(type) {
	case map[string]any:
		if len(inside) > 0 && rapid.IntRange(0, 3).Draw(t, "deeper") > 0 {
			key := rapid.SampledFrom(slices.Sorted(maps.Keys(inside))).Draw(t, "key")
			out := maps.Clone(inside)
			if rapid.IntRange(0, 4).Draw(t, "delete") == 0 {
				delete(out, key)
				return out, true
			}
			changed, is := spoil(t, out[key])
			out[key] = changed
			return out, is
		}
		if rapid.Bool().Draw(t, "add") {
			out := maps.Clone(inside)
			key := rapid.SampledFrom([]string{"unknown", "voice_speed", "content", "media_name", "audio_url", "Texml", "Url"}).Draw(t, "new")
			out[key] = rapid.SampledFrom(wrong).Draw(t, "value")
			return out, true
		}
	case []any:
		if len(inside) > 0 && rapid.IntRange(0, 3).Draw(t, "deeper") > 0 {
			i := rapid.IntRange(0, len(inside)-1).Draw(t, "i")
			out := slices.Clone(inside)
			changed, is := spoil(t, out[i])
			out[i] = changed
			return out, is
		}
	case float64: // values stand at the limits
		wrong = append(wrong, inside-1, inside+1, inside*1.01, inside*0.99)
	case string:
		wrong = append(wrong, inside+"é", inside+"0")
	}
	return rapid.SampledFrom(wrong).Draw(t, "wrong"), true
}

// TestAgreeOnWhatIsWrong: of parameters with one thing changed, both think the
// same.
func TestAgreeOnWhatIsWrong(t *testing.T) {
	editors := schemas(t, commands.SchemaOptions{})
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names()).Draw(t, "name")
		d, _ := commands.Lookup(name)
		changed, is := spoil(t, members(t, d.Params, d.Rules))
		params, object := changed.(map[string]any)
		if !is || !object {
			return
		}
		problems, wrong := refused(d.Check(params)), api.Check(name, params)
		if (len(problems) == 0) != (wrong == nil) {
			t.Fatalf("%s %s\ndeclaration: %v\nschema: %s", name, indent(params), problems, wrong)
		}
		if err := editors[name].Validate(params); err != nil && wrong == nil {
			t.Fatalf("%s %s\nonly the schema for editors: %v", name, indent(params), err)
		}
	})
}

// refused are the problems that Telnyx's reference knows. The declarations know
// two more: that a minimum is not above a maximum, and what makes a gather
// endless or its schema none.
func refused(problems []commands.Problem) []commands.Problem {
	return slices.DeleteFunc(problems, func(p commands.Problem) bool {
		return p.Warning || strings.Contains(p.Message, "more than") || strings.Contains(p.Message, "could never") ||
			slices.Contains(p.Path, "properties") && len(p.Path) > 3 && strings.Contains(p.Path.String(), "parameters.properties.")
	})
}
