package expressions

import (
	"errors"
	"strings"
)

// Mustache is text that Telnyx replaces when it reads a document, the only
// text in which {{ may reach it. TeXML calls it templating.
type Mustache string

// Part is a piece of a Text as it was written.
type Part struct {
	Offset     int         // bytes from the start of the source; of an expression, where it begins behind {{
	Literal    string      // text that stands for itself; empty for an expression
	Expression *Expression // nil for literal text
}

// Piece is a piece of a Text with its values in place.
type Piece struct {
	Text     string
	Mustache bool // Text is for Telnyx to replace and must reach it unchanged
}

// Text is text with any number of {{ expression }} in it. It may be used by
// several goroutines.
type Text struct {
	parts []Part
	whole Part // the only expression when there is no other text, else zero
}

// CompileText finds and compiles the expressions in src. Its errors are of
// type *Error, with offsets in src.
func CompileText(src string, o Options) (*Text, error) {
	t := &Text{}
	at := 0
	for at < len(src) {
		begin := strings.Index(src[at:], "{{")
		if begin < 0 {
			break
		}
		begin += at
		length := closing(src[begin+2:])
		if length < 0 {
			return nil, &Error{Offset: begin, Message: "{{ is not closed by }}"}
		}
		t.literal(at, src[at:begin])
		if err := t.expression(begin+2, src[begin+2:begin+2+length], o); err != nil {
			return nil, err
		}
		at = begin + 2 + length + 2
	}
	t.literal(at, src[at:])
	t.whole = t.alone()
	return t, nil
}

func (t *Text) literal(at int, s string) {
	if s != "" {
		t.parts = append(t.parts, Part{Offset: at, Literal: s})
	}
}

func (t *Text) expression(at int, s string, o Options) error {
	trimmed := strings.TrimSpace(s)
	at += strings.Index(s, trimmed)
	compiled, err := Compile(trimmed, o)
	if err == nil {
		t.parts = append(t.parts, Part{Offset: at, Expression: compiled})
		return nil
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	moved := *e
	moved.Offset += at
	if strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, "/") {
		moved.Suggestion = `what Telnyx replaces is written telnyx_secret("name") or telnyx_variable("name")`
	}
	return &moved
}

// alone is the expression that is all of t but white space.
func (t *Text) alone() Part {
	var only Part
	for _, p := range t.parts {
		switch {
		case p.Expression == nil && strings.TrimSpace(p.Literal) == "":
		case p.Expression == nil || only.Expression != nil:
			return Part{}
		default:
			only = p
		}
	}
	return only
}

// closing is where }} closes an expression that begins at the start of s:
// outside of quotes and of braces that the expression opened itself; −1 when
// it is not closed.
func closing(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"', '\'', '`':
			end := quoted(s[i:])
			if end < 0 {
				return -1
			}
			i += end
		case '{':
			depth++
		case '}':
			if depth == 0 && strings.HasPrefix(s[i:], "}}") {
				return i
			}
			depth = max(0, depth-1)
		}
	}
	return -1
}

// quoted is where the quote that s begins with ends; −1 when it does not.
func quoted(s string) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == s[0]:
			return i
		case s[i] == '\\' && s[0] != '`':
			i++
		}
	}
	return -1
}

// Parts lists the literal text and the expressions of t in order. The caller
// must not change them.
func (t *Text) Parts() []Part { return t.parts }

// Constant gives the text when no expression is in it.
func (t *Text) Constant() (string, bool) {
	switch {
	case len(t.parts) == 0:
		return "", true
	case len(t.parts) == 1 && t.parts[0].Expression == nil:
		return t.parts[0].Literal, true
	}
	return "", false
}

// Whole is the expression when t is one and nothing else but white space
// around it, else nil.
func (t *Text) Whole() *Expression { return t.whole.Expression }

// Value is the value of the expression, with its type, when t is wholly one,
// else the text.
func (t *Text) Value(s *Scope) (any, error) {
	if t.whole.Expression != nil {
		return t.whole.value(s)
	}
	return t.String(s)
}

// String is the text with the values of its expressions, as Format writes
// them. It does not tell what is Mustache: Pieces does.
func (t *Text) String(s *Scope) (string, error) {
	if text, ok := t.Constant(); ok {
		return text, nil
	}
	var out strings.Builder
	for _, p := range t.parts {
		if p.Expression == nil {
			out.WriteString(p.Literal)
			continue
		}
		v, err := p.value(s)
		if err != nil {
			return "", err
		}
		out.WriteString(Format(v))
	}
	return out.String(), nil
}

// Pieces is String in pieces that tell what is Mustache. Between two of those
// there is one piece at most, and none is empty.
func (t *Text) Pieces(s *Scope) ([]Piece, error) {
	var pieces []Piece
	for _, p := range t.parts {
		piece := Piece{Text: p.Literal}
		if p.Expression != nil {
			v, err := p.value(s)
			if err != nil {
				return nil, err
			}
			_, mustache := v.(Mustache)
			piece = Piece{Text: Format(v), Mustache: mustache}
		}
		last := len(pieces) - 1
		switch {
		case piece.Text == "":
		case last >= 0 && !piece.Mustache && !pieces[last].Mustache:
			pieces[last].Text += piece.Text
		default:
			pieces = append(pieces, piece)
		}
	}
	return pieces, nil
}

// value evaluates a part; the offset of an error is one in the whole text.
func (p Part) value(s *Scope) (any, error) {
	v, err := p.Expression.Eval(s)
	if e, ok := errors.AsType[*Error](err); ok {
		moved := *e
		moved.Offset += p.Offset
		return nil, &moved
	}
	if v == nil && err == nil && s != nil && s.Unknown != nil {
		s.Unknown(p.Expression)
	}
	return v, err
}

// plainName reports whether name can stand in Mustache without ending it.
func plainName(name string) bool {
	for _, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !letter && !strings.ContainsRune("_-.:", r) {
			return false
		}
	}
	return name != "" && len(name) <= 128
}

// telnyxSecret is an integration secret of the Telnyx account, which Telnyx
// puts into the document: {{#secret}}name{{/secret}}.
func telnyxSecret(_ *run, args []any) (any, error) {
	name, _, err := text(args[0])
	return Mustache("{{#secret}}" + name + "{{/secret}}"), err
}

// telnyxVariable is a field of the request that Telnyx made, which it puts
// into the document: {{From}}.
func telnyxVariable(_ *run, args []any) (any, error) {
	name, _, err := text(args[0])
	return Mustache("{{" + name + "}}"), err
}
