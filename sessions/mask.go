package sessions

import (
	"maps"
	"slices"
	"strings"
)

// Mask stands wherever a sensitive value was. This file is the one place where
// personal data is taken out of what people read.
const Mask = "•••"

// shortest is the shortest text that is looked for inside of other text: a
// shorter one would be found everywhere.
const shortest = 3

// Hide notes that something sensitive was brought, and marks the names under
// which it was gathered, for the rest of the call.
func (s *Session) Hide(names ...string) {
	s.Guarded = true
	for _, name := range names {
		if !slices.Contains(s.Sensitive, name) {
			s.Sensitive = append(slices.Clip(s.Sensitive), name)
		}
	}
}

// Masked is the session as people may see it: sensitive values, and variables
// that hold one, are masked, and so is the latest answer if it brought one. s
// is not changed.
func (s *Session) Masked() *Session {
	if len(s.Sensitive) == 0 && !s.Answer.Sensitive {
		return s
	}
	out := *s
	out.Gathered, out.Vars = s.mask(s.Gathered), s.mask(s.Vars)
	out.Answer = s.Answer.masked()
	return &out
}

// MaskEntry takes out of an entry about this session what is sensitive.
func (s *Session) MaskEntry(e *Entry) {
	repeated := e.Kind == EntryDuplicate || e.Kind == EntryStray
	if e.Request != nil && (repeated && s.Guarded || e.Answer != nil && e.Answer.Sensitive) {
		e.Request = e.Request.masked()
	}
	if e.Answer != nil {
		masked := e.Answer.masked()
		e.Answer = &masked
	}
	e.Gathered, e.Vars = s.mask(e.Gathered), s.mask(e.Vars)
	e.Notes = s.scrub(e.Notes)
}

// mask masks the sensitive names of values, and every other value that holds
// what is sensitive.
func (s *Session) mask(values Values) Values {
	if len(s.Sensitive) == 0 || values == nil {
		return values
	}
	secrets := s.secrets()
	out := maps.Clone(values)
	for name, v := range values {
		if v != nil && (slices.Contains(s.Sensitive, name) || holds(v, secrets)) {
			out[name] = Mask
		}
	}
	return out
}

// secrets are the texts of the sensitive values.
func (s *Session) secrets() []string {
	var texts []string
	for _, name := range s.Sensitive {
		if text, is := s.Gathered[name].(string); is && len(text) >= shortest {
			texts = append(texts, text)
		}
	}
	return texts
}

// holds reports whether a value contains one of the texts.
func holds(v any, texts []string) bool {
	switch v := v.(type) {
	case string:
		return slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(v, t) })
	case []any:
		return slices.ContainsFunc(v, func(item any) bool { return holds(item, texts) })
	case map[string]any:
		for _, item := range v {
			if holds(item, texts) {
				return true
			}
		}
	}
	return false
}

func (s *Session) scrub(notes []string) []string {
	out := slices.Clone(notes)
	for i := range out {
		for _, secret := range s.secrets() {
			out[i] = strings.ReplaceAll(out[i], secret, Mask)
		}
	}
	return out
}

// masked is the answer without what the caller entered or said.
func (a Answer) masked() Answer {
	if !a.Sensitive {
		return a
	}
	for _, text := range []*string{&a.Digits, &a.Speech, &a.Recording, &a.Choice} {
		if *text != "" {
			*text = Mask
		}
	}
	if a.Result != nil {
		a.Result = Mask
	}
	return a
}

// masked is the request with the names of its fields only: which of them holds
// what the caller said, only the platform knows.
func (r *Request) masked() *Request {
	out := *r
	out.Fields = make(map[string]string, len(r.Fields))
	for name := range r.Fields {
		out.Fields[name] = Mask
	}
	if out.Malformed != "" {
		out.Malformed = Mask
	}
	return &out
}
