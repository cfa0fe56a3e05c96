package terminal

import (
	"io"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

const (
	defaultWidth = 80
	narrowest    = 20  // columns; below that wrapping helps nobody
	widest       = 100 // longer lines are hard to read
)

// style is how a text looks on a terminal that has colours.
type style string

const (
	plain  style = ""
	bold   style = "\x1b[1m"
	dim    style = "\x1b[2m"
	alarm  style = "\x1b[33m"
	normal       = "\x1b[0m"
)

// screen is what the conversation is written on. Its first error is kept: what
// is written after it goes nowhere.
type screen struct {
	out     io.Writer
	width   int
	colours bool
	err     error
}

func newScreen(o Options) *screen {
	width := o.Width
	if width <= 0 {
		width = defaultWidth
	}
	return &screen{out: o.Out, width: min(max(width, narrowest), widest), colours: o.Colours}
}

// write writes a text as it is. What comes from elsewhere must have been
// through clean.
func (s *screen) write(look style, content string) {
	if s.err != nil || content == "" {
		return
	}
	if s.colours && look != plain {
		content = string(look) + content + normal
	}
	_, s.err = io.WriteString(s.out, content)
}

// line writes a line.
func (s *screen) line(look style, content string) {
	s.write(look, clean(content))
	s.write(plain, "\n")
}

// block writes a text wrapped to the width: first stands before its first line,
// rest before the others.
func (s *screen) block(look style, first, rest, content string) {
	room := s.width - max(columns(first), columns(rest))
	for i, line := range wrap(clean(content), room) {
		lead := rest
		if i == 0 {
			lead = first
		}
		s.write(plain, strings.TrimRight(lead, " ")+padding(lead, line))
		s.write(look, line)
		s.write(plain, "\n")
	}
}

// padding is the space at the end of a lead, which an empty line does without.
func padding(lead, line string) string {
	if line == "" {
		return ""
	}
	return lead[len(strings.TrimRight(lead, " ")):]
}

// row writes a detail with its label.
func (s *screen) row(label, content string) {
	lead := "   " + label + strings.Repeat(" ", max(labelWidth-columns(label), 1))
	s.block(plain, lead, strings.Repeat(" ", 3+labelWidth), content)
}

const labelWidth = 10

// rule writes a line across the screen, with words in it.
func (s *screen) rule(left, right string) {
	left, right = "── "+clean(left)+" ", clean(right)
	if right != "" {
		right = " " + right + " ──"
	}
	fill := max(s.width-columns(left)-columns(right), 2)
	s.write(bold, left)
	s.write(dim, strings.Repeat("─", fill)+right)
	s.write(plain, "\n")
}

// clean takes out what could make a terminal do anything but show text.
func clean(content string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, strings.ToValidUTF8(content, "\ufffd"))
}

// columns is how many columns of the screen a text takes.
func columns(content string) int { return uniseg.StringWidth(content) }

// wrap breaks a text into lines of so many columns. It breaks between words; a
// word that is too long is broken only in a script that has no spaces, because
// addresses are there to be copied.
func wrap(content string, room int) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(content, "\n") {
		lines = append(lines, wrapParagraph(paragraph, max(room, 1))...)
	}
	return lines
}

func wrapParagraph(content string, room int) []string {
	var lines []string
	line, used := "", 0
	for _, word := range words(content, room) {
		space := ""
		if used > 0 && !word.joined {
			space = " "
		}
		if used > 0 && used+len(space)+columns(word.text) > room {
			lines = append(lines, line)
			line, space = "", ""
		}
		line += space + word.text
		used = columns(line)
	}
	lines = append(lines, line)
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], glue, " ")
	}
	return lines
}

// glue is a space at which a line is not broken.
const glue = "\u00a0"

// piece is a word, or a part of one that may be broken off.
type piece struct {
	text   string
	joined bool // to the piece before, without a space
}

func words(content string, room int) []piece {
	var pieces []piece
	for _, word := range strings.FieldsFunc(content, func(r rune) bool { return r == ' ' }) {
		if columns(word) <= room || !wide(word) {
			pieces = append(pieces, piece{text: word})
			continue
		}
		for first, rest, state := "", word, -1; rest != ""; {
			joined := first != ""
			first, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
			pieces = append(pieces, piece{text: first, joined: joined})
		}
	}
	return pieces
}

// wide reports whether a word is of a script that has no spaces.
func wide(word string) bool {
	return strings.ContainsFunc(word, func(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) })
}
