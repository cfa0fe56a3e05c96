package strictyaml

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/problems"
)

// PlaceIn is the place in the file of a byte of a scalar's text. It reads the
// source again beside the text, because escapes, folded lines and indentation
// make the two differ.
func (f *File) PlaceIn(n *yaml.Node, offset int) (line, column int) {
	start := f.begin(n)
	if start >= len(f.Source.Text) {
		return n.Line, n.Column
	}
	w := walk{source: f.Source.Text, at: start, text: n.Value, left: min(offset, len(n.Value))}
	switch f.Source.Text[start] {
	case '"':
		w.at++
		w.flow(w.escape)
	case '\'':
		w.at++
		w.flow(w.quote)
	case '|', '>':
		w.block()
	default:
		w.flow(nil)
	}
	return problems.Place(f.Source.Text, w.at, 1, 1)
}

// begin is the byte at which the scalar itself begins, behind its tag and
// anchor.
func (f *File) begin(n *yaml.Node) int {
	at := 0
	for range n.Line - 1 {
		next := strings.IndexByte(f.Source.Text[at:], '\n')
		if next < 0 {
			return len(f.Source.Text)
		}
		at += next + 1
	}
	for range n.Column - 1 {
		_, size := utf8.DecodeRuneInString(f.Source.Text[at:])
		at += size
	}
	for at < len(f.Source.Text) && (f.Source.Text[at] == '&' || f.Source.Text[at] == '!') {
		word := strings.IndexAny(f.Source.Text[at:], " \t\r\n")
		if word < 0 {
			return len(f.Source.Text)
		}
		at += word
		at += blanks(f.Source.Text[at:])
	}
	return at
}

// walk goes through the source of a scalar and the text it stands for side by
// side, until the byte that is looked for.
type walk struct {
	source string
	at     int    // in source
	text   string // from here on
	left   int    // bytes of it to go
}

func (w *walk) more() bool { return w.left > 0 && w.text != "" && w.at < len(w.source) }

// one takes one character of both.
func (w *walk) one() {
	_, size := utf8.DecodeRuneInString(w.source[w.at:])
	w.take(size)
}

// take takes one character of text that stands in so many bytes of source.
func (w *walk) take(bytes int) {
	_, size := utf8.DecodeRuneInString(w.text)
	w.text, w.left = w.text[size:], w.left-size
	w.at = min(w.at+bytes, len(w.source))
}

// flow walks a plain or quoted scalar. special takes what is written otherwise
// than it reads, and reports whether there was any.
func (w *walk) flow(special func() bool) {
	for w.more() {
		run := blanks(w.source[w.at:])
		switch {
		case strings.Contains(w.source[w.at:w.at+run], "\n"):
			if !w.fold(run) {
				return
			}
		case special != nil && special():
		default:
			w.one()
		}
	}
}

// fold takes the end of a line with what follows it up to the next word: one
// space of text, or a line end for every line left empty. It is false when what
// is looked for stands within.
func (w *walk) fold(run int) bool {
	breaks := len(w.text) - len(strings.TrimLeft(w.text, "\n"))
	if breaks == 0 && w.text[0] == ' ' {
		breaks = 1
	}
	if breaks > w.left {
		return false
	}
	w.text, w.left = w.text[breaks:], w.left-breaks
	w.at += run
	return true
}

// escape takes \n, \x41, \u0041 and the like of a double-quoted scalar.
func (w *walk) escape() bool {
	rest := w.source[w.at:]
	if rest[0] != '\\' || len(rest) < 2 {
		return false
	}
	switch rest[1] {
	case '\n', '\r': // the line goes on behind the indentation
		w.at += 1 + blanks(rest[1:])
	case 'x':
		w.take(4)
	case 'u':
		w.take(6)
	case 'U':
		w.take(10)
	default:
		w.take(2)
	}
	return true
}

// quote takes the two single quotes that stand for one.
func (w *walk) quote() bool {
	if !strings.HasPrefix(w.source[w.at:], "''") {
		return false
	}
	w.take(2)
	return true
}

// block walks a scalar that stands in lines of its own, below | or >.
func (w *walk) block() {
	header := strings.IndexByte(w.source[w.at:], '\n')
	if header < 0 {
		return
	}
	w.at += header + 1
	empty := blanks(w.source[w.at:])
	first := strings.LastIndexByte(w.source[:w.at+empty], '\n') + 1
	text := strings.TrimLeft(w.text, "\n")
	indent := max(0, w.at+empty-first-spaces(text))
	w.left -= len(w.text) - len(text)
	w.text, w.at = text, first+indent
	for w.more() {
		if end := lineEnd(w.source[w.at:]); end == 0 {
			w.one()
		} else if !w.fold(end + min(indent, spaces(w.source[w.at+end:]))) {
			return
		}
	}
}

// lineEnd is how many bytes of s are an end of line with the empty lines after
// it; 0 when s begins with none.
func lineEnd(s string) int {
	end := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\n':
			end = i + 1
		case '\r':
		case ' ':
			if end == 0 {
				return 0
			}
		default:
			return end
		}
	}
	return end
}

// blanks and spaces count the white space, and the spaces, that s begins with.
func blanks(s string) int { return len(s) - len(strings.TrimLeft(s, " \t\r\n")) }

func spaces(s string) int { return len(s) - len(strings.TrimLeft(s, " ")) }
