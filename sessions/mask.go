package sessions

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Mask stands wherever a sensitive value was. This file is the one place where
// personal data is taken out of what people read.
const Mask = "•••"

// shortest is the shortest text that is looked for inside of other text: a
// shorter one would be found everywhere.
const shortest = 3

// Hide notes that something sensitive was asked or brought, and marks the names
// under which it is kept, for the rest of the call.
func (s *Session) Hide(names ...string) {
	s.Guarded = true
	for _, name := range names {
		if !slices.Contains(s.Sensitive, name) {
			s.Sensitive = append(slices.Clip(s.Sensitive), name)
		}
	}
}

// Masked is the session as people may see it: sensitive values, and variables
// that hold one, are masked, and so is the latest answer if it brought one, and
// what a gather has so far once something sensitive was asked. s is not changed.
func (s *Session) Masked() *Session {
	if len(s.Sensitive) == 0 && !s.Answer.Sensitive && !s.Guarded {
		return s
	}
	out := *s
	if s.Guarded { // which of it is sensitive is not known before the answer is read
		out.Partial = s.Partial.masked()
		out.Waiting = s.Waiting.masked()
	}
	secrets := s.secrets()
	out.Gathered, out.Vars = s.mask(s.Gathered, secrets), s.mask(s.Vars, secrets)
	out.Answer = s.Answer.masked()
	out.Command = s.Command.without(secrets)
	return &out
}

// MaskEntry takes out of an entry about this session what is sensitive.
func (s *Session) MaskEntry(e *Entry) {
	secrets := s.secrets()
	if e.Answer != nil {
		secrets = append(secrets, e.Answer.secrets()...)
	}
	e.Request = s.maskRequest(e, secrets)
	if e.Answer != nil {
		masked := e.Answer.masked()
		e.Answer = &masked
	}
	e.Gathered, e.Vars = s.mask(e.Gathered, secrets), s.mask(e.Vars, secrets)
	e.Notes = scrub(e.Notes, secrets)
	e.Outcome = scrubbed(e.Outcome, secrets)
	e.Path = s.maskPath(e, secrets)
	e.Sending = e.Sending.without(secrets)
	e.Help = s.maskHelp(e.Help, secrets)
}

// maskRequest is the request of an entry as people may see it. What a request
// brings that answers nothing cannot be told from what was said to a sensitive
// question, once there was one.
func (s *Session) maskRequest(e *Entry, secrets []string) *Request {
	var unclear bool
	switch e.Kind {
	case EntryDuplicate, EntryStray, EntryCallback, EntryEvent, EntryPush, EntryLost:
		unclear = true
	}
	switch r := e.Request; {
	case r == nil:
		return nil
	case unclear && s.Guarded, e.Answer != nil && e.Answer.Sensitive:
		return r.masked()
	default:
		return r.without(secrets)
	}
}

// maskPath masks what look-ups on the way brought back, and what rules read.
func (s *Session) maskPath(e *Entry, secrets []string) []Visit {
	out := slices.Clone(e.Path)
	for i, v := range out {
		if v.Answer != nil && holds(v.Answer.Result, secrets) {
			masked := *v.Answer
			masked.Result = Mask
			out[i].Answer = &masked
		}
		out[i].Tried = slices.Clone(v.Tried)
		for j := range out[i].Tried {
			out[i].Tried[j].Read = s.maskRead(e, out[i].Tried[j].Read, secrets)
		}
	}
	return out
}

// maskRead masks of what a rule read what has a sensitive name, holds something
// sensitive, or was brought by a sensitive answer, of which only the kind and
// the status are told.
func (s *Session) maskRead(e *Entry, read Values, secrets []string) Values {
	guarded := e.Answer != nil && e.Answer.Sensitive
	out := maps.Clone(read)
	for path, v := range read {
		names := strings.Split(path, ".")
		named := len(names) > 1 && slices.Contains([]string{"gathered", "vars"}, names[0]) && slices.Contains(s.Sensitive, names[1])
		brought := guarded && names[0] == "answer" && path != "answer.kind" && path != "answer.status"
		if v != nil && (named || brought || holds(v, secrets)) {
			out[path] = Mask
		}
	}
	return out
}

// Reveals reports whether a value holds something sensitive.
func (s *Session) Reveals(v any) bool { return holds(v, s.secrets()) }

// Veiled is a text with what is sensitive masked in it.
func (s *Session) Veiled(text string) string {
	secrets := s.secrets()
	if text = scrubbed(text, secrets); holds(text, secrets) { // spelled out
		return Mask
	}
	return text
}

// mask masks the sensitive names of values, and every other value that holds
// what is sensitive.
func (s *Session) mask(values Values, secrets []string) Values {
	if values == nil || len(s.Sensitive) == 0 && len(secrets) == 0 {
		return values
	}
	out := maps.Clone(values)
	for name, v := range values {
		if v != nil && (slices.Contains(s.Sensitive, name) || holds(v, secrets)) {
			out[name] = Mask
		}
	}
	return out
}

// secrets are the texts of what is sensitive: of the values with such a name,
// and of the latest answer.
func (s *Session) secrets() []string {
	var texts []string
	for _, name := range s.Sensitive {
		texts = textsIn(textsIn(texts, s.Gathered[name]), s.Vars[name])
	}
	return append(texts, s.Answer.secrets()...)
}

// secrets are the texts that a sensitive answer brought. Of an AI gather only
// the marked values are secret, and those have names.
func (a Answer) secrets() []string {
	if !a.Sensitive {
		return nil
	}
	return textsIn(textsIn(nil, a.Digits), a.Speech)
}

// textsIn adds the texts and numbers in a value that are long enough to be
// looked for.
func textsIn(texts []string, v any) []string {
	switch v := v.(type) {
	case string:
		if len(v) >= shortest {
			texts = append(texts, v)
		}
	case float64:
		texts = textsIn(texts, strconv.FormatFloat(v, 'f', -1, 64))
	case []any:
		for _, item := range v {
			texts = textsIn(texts, item)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			texts = textsIn(texts, v[name])
		}
	}
	return texts
}

// holds reports whether a value contains one of the texts, spelled out with
// spaces or not.
func holds(v any, texts []string) bool {
	if len(texts) == 0 {
		return false
	}
	return slices.ContainsFunc(textsIn(nil, v), func(whole string) bool {
		spelled := strings.ReplaceAll(whole, " ", "")
		return slices.ContainsFunc(texts, func(t string) bool {
			return strings.Contains(whole, t) || strings.Contains(spelled, t)
		})
	})
}

func scrub(notes, secrets []string) []string {
	out := slices.Clone(notes)
	for i := range out {
		out[i] = scrubbed(out[i], secrets)
	}
	return out
}

func scrubbed(text string, secrets []string) string {
	for _, secret := range secrets {
		text = strings.ReplaceAll(text, secret, Mask)
	}
	return text
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
	a.Result = shape(a.Result)
	return a
}

// shape is a value with everything in it masked; an object keeps its names.
func shape(v any) any {
	members, is := v.(map[string]any)
	switch {
	case v == nil:
		return nil
	case !is:
		return Mask
	}
	out := make(map[string]any, len(members))
	for name := range members {
		out[name] = Mask
	}
	return out
}

// without is the command with its settings masked where they hold one of the
// texts.
func (c *Command) without(secrets []string) *Command {
	if c == nil {
		return nil
	}
	out := *c
	out.Settings = settingsWithout(c.Settings, secrets)
	return &out
}

// without is the request with its settings masked where they hold one of the
// texts.
func (s *Sending) without(secrets []string) *Sending {
	if s == nil {
		return nil
	}
	out := *s
	out.Settings = settingsWithout(s.Settings, secrets)
	return &out
}

func settingsWithout(settings json.RawMessage, secrets []string) json.RawMessage {
	var value any
	if settings == nil || json.Unmarshal(settings, &value) == nil && !holds(value, secrets) {
		return settings
	}
	return json.RawMessage(strconv.Quote(Mask))
}

// masked are the names, with everything in them masked.
func (v Values) masked() Values {
	if v == nil {
		return nil
	}
	out, _ := shape(map[string]any(v)).(map[string]any)
	return out
}

// MaskNumber is the number of a telephone as logs may show it: the last four of
// its digits, which its owner knows it by. Of anything else nothing is left.
func MaskNumber(number string) string {
	digits := strings.TrimPrefix(number, "+")
	if len(digits) < 8 || strings.Trim(digits, "0123456789") != "" {
		return Mask
	}
	return Mask + digits[len(digits)-4:]
}

// masked is the request with the names of its fields only: which of them holds
// what the caller said, only the platform knows. A few digits could be guessed
// from the fingerprint, so it goes as well.
func (r *Request) masked() *Request {
	out := *r
	out.Fingerprint = ""
	out.Fields = make(map[string]string, len(r.Fields))
	for name := range r.Fields {
		out.Fields[name] = Mask
	}
	if out.Malformed != "" {
		out.Malformed = Mask
	}
	return &out
}

// without is the request with every field masked that holds one of the texts.
func (r *Request) without(secrets []string) *Request {
	out := r
	for name, value := range r.Fields {
		if holds(value, secrets) {
			if out == r {
				copied := *r
				copied.Fields = maps.Clone(r.Fields)
				out = &copied
			}
			out.Fields[name] = Mask
		}
	}
	return out
}
