package fromcall

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"texmlsrv/flows/schemas"
)

// shapes is a value with other letters and digits in the same places.
func (f *fakes) shapes(value any) any {
	switch v := value.(type) {
	case string:
		n := 0
		return strings.Map(func(r rune) rune {
			n++
			switch {
			case r >= '0' && r <= '9':
				return '0' + (r-'0'+3)%10
			case r >= 'a' && r <= 'z':
				return 'a' + (r-'a'+rune(5+n%7))%26
			case r >= 'A' && r <= 'Z':
				return 'A' + (r-'A'+rune(5+n%7))%26
			case unicode.IsLetter(r):
				return 'o'
			}
			return r
		}, v)
	case float64:
		return f.figure(v, true)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = f.shapes(v[i])
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for name := range v {
			out[name] = f.shapes(v[name])
		}
		return out
	}
	return value
}

// value is a value of an AI gather, by what the schema says of it.
func (f *fakes) value(p schemas.Property, real any) any {
	switch v := real.(type) {
	case string:
		if p.Enum != nil {
			return v
		}
		switch p.Format {
		case "date", "time", "date-time", "duration":
			return v
		}
		return f.named(p.Name, v)
	case float64:
		if p.Enum != nil || p.Minimum != nil || p.Maximum != nil {
			return v
		}
		return f.figure(v, false)
	case []any:
		items := schemas.Property{Name: p.Name}
		if p.Items != nil {
			items = *p.Items
			items.Name = p.Name
		}
		out := make([]any, len(v))
		for i := range v {
			out[i] = f.value(items, v[i])
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for _, name := range sorted(v) {
			part := schemas.Property{Name: name}
			if i := slices.IndexFunc(p.Properties, func(one schemas.Property) bool { return one.Name == name }); i >= 0 {
				part = p.Properties[i]
			}
			out[name] = f.value(part, v[name])
		}
		return out
	}
	return real
}

// figureMost is how great a number may be that counts something; greater ones can
// be those of a customer.
const figureMost = 9999

// figure is a number: one that counts stays.
func (f *fakes) figure(v float64, always bool) any {
	whole := v == float64(int64(v))
	if !always && (!whole || v <= figureMost && v >= -figureMost) {
		return v
	}
	text := fmt.Sprintf("%d", int64(v))
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign, text = "-", text[1:]
	}
	var out float64
	if _, err := fmt.Sscanf(sign+f.digits(text), "%f", &out); err != nil {
		return 0.0
	}
	return out
}

// json is a value of what a look-up brought: names, addresses, numbers and texts
// are made up; words that stand for a state, figures, dates and times stay.
func (f *fakes) json(name string, real any) any {
	switch v := real.(type) {
	case string:
		if state(v) && !f.personal(v) && !namely.MatchString(name) && !placed.MatchString(name) {
			return v
		}
		return f.named(name, v)
	case float64:
		return f.figure(v, false)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = f.json(name, v[i])
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for _, member := range sorted(v) {
			out[member] = f.json(member, v[member])
		}
		return out
	}
	return real
}

var stated = regexp.MustCompile(`^[a-z]+([_-][a-z]+)*$|^[A-Z]{2,4}$`)

// state reports whether a text is a word that stands for a state: open, on_hold,
// EUR.
func state(text string) bool { return stated.MatchString(text) }

// personal reports whether a word has a fake already.
func (f *fakes) personal(word string) bool { return f.words[strings.ToLower(word)] != "" }
