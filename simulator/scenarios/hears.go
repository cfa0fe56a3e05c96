package scenarios

import (
	"fmt"
	"regexp"
	"strings"
)

// Heard is something that a caller must hear: a piece of text, or a pattern.
type Heard struct {
	Text  string // as written
	Place Place

	form *regexp.Regexp
}

// newHeard reads what must be heard: /pattern/, or text, in which neither case
// nor spacing matter.
func newHeard(text string) (Heard, error) {
	text = strings.TrimSpace(text)
	form := regexp.QuoteMeta(spaced(text))
	if n := len(text); n > 2 && text[0] == '/' && text[n-1] == '/' {
		form = text[1 : n-1]
	}
	compiled, err := regexp.Compile("(?i)" + form)
	if err != nil {
		return Heard{Text: text}, fmt.Errorf("the pattern %s cannot be read: %w", text, err)
	}
	return Heard{Text: text, form: compiled}, nil
}

// spaced is text with single spaces.
func spaced(text string) string { return strings.Join(strings.Fields(text), " ") }

// missed is the first of what must be heard, in its order, that was not; nil
// when all was.
func missed(wanted []Heard, heard string) *Heard {
	heard = spaced(heard)
	for i := range wanted {
		at := wanted[i].form.FindStringIndex(heard)
		if at == nil {
			return &wanted[i]
		}
		heard = heard[at[1]:]
	}
	return nil
}
