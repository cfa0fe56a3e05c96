// Package problems is how an author learns of a mistake: where it stands, what
// is wrong, the line itself with a caret below, and a suggestion where one is
// near.
package problems

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"texmlsrv/texml"
)

// Problem is one mistake of an author.
type Problem struct {
	File       string         `json:"file"`             // relative to the templates root
	Line       int            `json:"line,omitempty"`   // from 1; 0 when the whole file is meant
	Column     int            `json:"column,omitempty"` // in characters, from 1
	Severity   texml.Severity `json:"severity"`
	Code       string         `json:"code,omitempty"` // of the rule that is broken; "" for rules without one
	Message    string         `json:"message"`
	Suggestion string         `json:"suggestion,omitempty"`
	Excerpt    string         `json:"excerpt,omitempty"` // the line itself
}

// Error gives the one-line form: file:line:column: message (suggestion) [code].
func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	b.WriteString(": ")
	if p.Severity == texml.Warning {
		b.WriteString("warning: ")
	}
	b.WriteString(p.Message)
	if p.Suggestion != "" {
		b.WriteString(" (" + p.Suggestion + ")")
	}
	if p.Code != "" {
		b.WriteString(" [" + p.Code + "]")
	}
	return b.String()
}

// Full is Error followed by the line and a caret under the place.
func (p Problem) Full() string {
	if p.Excerpt == "" {
		return p.Error()
	}
	line, column := shorten(p.Excerpt, p.Column)
	return fmt.Sprintf("%s\n    %s\n    %s^", p.Error(), line, blank(line, column-1))
}

// List is every mistake that was found. It is an error when it holds one that
// is more than a warning.
type List []Problem

// Errors are those that are more than a warning.
func (l List) Errors() List {
	return slices.DeleteFunc(slices.Clone(l), func(p Problem) bool { return p.Severity == texml.Warning })
}

// Error gives every problem in full, one after the other.
func (l List) Error() string {
	full := make([]string, len(l))
	for i, p := range l {
		full[i] = p.Full()
	}
	return strings.Join(full, "\n")
}

// Err is the errors of the list as one error, or nil when there are none.
func (l List) Err() error {
	if found := l.Errors().Sorted(); len(found) > 0 {
		return found
	}
	return nil
}

// Sorted is the list in the order of the places, each problem once.
func (l List) Sorted() List {
	l = slices.Clone(l)
	slices.SortStableFunc(l, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Column-b.Column, strings.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(l, func(a, b Problem) bool { return a == b })
}

// excerptWidth is how much of a long line is shown, in characters.
const excerptWidth = 120

// shorten cuts a long line around the column, so that the caret stays in view.
func shorten(line string, column int) (string, int) {
	runes := []rune(line)
	if len(runes) <= excerptWidth || column <= 0 {
		return line, column
	}
	from := max(0, min(column-1-excerptWidth/2, len(runes)-excerptWidth))
	to := from + excerptWidth
	cut := string(runes[from:to])
	column -= from
	if from > 0 {
		cut = "…" + cut
		column++
	}
	if to < len(runes) {
		cut += "…"
	}
	return cut, column
}

// blank is as wide as the first n characters of line; tabs stay tabs, so that
// the caret stands right in any terminal.
func blank(line string, n int) string {
	var b strings.Builder
	for _, r := range line {
		if n--; n < 0 {
			break
		}
		if r == '\t' {
			b.WriteRune('\t')
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// Source is a file that an author wrote, for telling places in it.
type Source struct {
	File  string
	Text  string
	lines []string
}

// NewSource reads the lines of a file.
func NewSource(file string, text []byte) *Source {
	return &Source{File: file, Text: string(text), lines: strings.Split(string(text), "\n")}
}

// Line is the text of a line, counted from 1; "" where there is none.
func (s *Source) Line(n int) string {
	if n < 1 || n > len(s.lines) {
		return ""
	}
	return strings.TrimSuffix(s.lines[n-1], "\r")
}

// At makes a problem of a place; line 0 means the whole file.
func (s *Source) At(line, column int, suggestion, format string, args ...any) Problem {
	return Problem{
		File: s.File, Line: line, Column: column,
		Message: fmt.Sprintf(format, args...), Suggestion: suggestion, Excerpt: s.Line(line),
	}
}

// Place turns a byte offset in text into line and column, given where the text
// begins.
func Place(text string, offset, line, column int) (int, int) {
	offset = max(0, min(offset, len(text)))
	before := text[:offset]
	if n := strings.Count(before, "\n"); n > 0 {
		return line + n, utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	}
	return line, column + utf8.RuneCountInString(before)
}

// Nearest suggests the name among known that a mistyped one probably meant:
// `did you mean "x"?`, or "" when none is near.
func Nearest(name string, known []string) string {
	best := texml.Nearest(name, known)
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", best)
}
