package fromcall

import (
	"encoding/base64"
	"maps"
	"regexp"
	"slices"
	"strings"

	"texmlsrv/flows"
	"texmlsrv/sessions"
)

var (
	quoted   = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'`)
	lettered = regexp.MustCompile(`[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*`)
	digited  = regexp.MustCompile(`[0-9]+`)
	hinted   = regexp.MustCompile(`hints="([^"]*)"`)
)

// words are those of the author that decide the way of a call, and all that stand
// anywhere in the call.
func words(release *flows.Release, session *sessions.Session, timeline []sessions.Entry) known {
	k := known{authors: map[string]bool{}, theirs: map[string]bool{}}
	literals := map[string]bool{}
	for _, name := range release.Names() {
		for _, step := range release.Flows[name].Order {
			for _, choice := range release.Flows[name].Steps[step].Choices {
				k.author(strings.Join(choice.Words, " ") + " " + choice.Name)
			}
		}
	}
	var numbers strings.Builder
	take := func(text string) {
		for _, w := range lettered.FindAllString(text, -1) {
			k.theirs[strings.ToLower(w)] = true
		}
		for _, d := range digited.FindAllString(text, -1) {
			numbers.WriteString(" " + d + " ")
		}
	}
	for _, e := range timeline {
		for _, hints := range hinted.FindAllStringSubmatch(e.Document, -1) {
			k.author(hints[1])
		}
		for _, v := range e.Path {
			for _, t := range v.Tried {
				for _, q := range quoted.FindAllStringSubmatch(t.When, -1) {
					literals[q[1]+q[2]] = true
					k.author(q[1] + q[2])
				}
			}
			if v.Answer != nil {
				takeAll(v.Answer.Result, take)
			}
		}
		if e.Request == nil {
			continue
		}
		for _, field := range e.Request.Fields {
			take(field)
			if raw, err := base64.StdEncoding.DecodeString(field); err == nil {
				take(string(raw))
			}
		}
	}
	take(session.Call.From + " " + session.Call.To + " " + session.Call.CallerName)
	for _, param := range session.Call.Params {
		take(param)
	}
	k.numbers, k.literal = numbers.String(), slices.Sorted(maps.Keys(literals))
	return k
}

func (k *known) author(text string) {
	for _, w := range lettered.FindAllString(text, -1) {
		k.authors[strings.ToLower(w)] = true
	}
}

// takeAll takes every text of a value.
func takeAll(value any, take func(string)) {
	switch v := value.(type) {
	case string:
		take(v)
	case []any:
		for _, item := range v {
			takeAll(item, take)
		}
	case map[string]any:
		for _, name := range sorted(v) {
			takeAll(v[name], take)
		}
	}
}

func sorted(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
