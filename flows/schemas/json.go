package schemas

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds the nesting of what authors write; every walk of a tree recurses.
const maxDepth = 100

// ReadJSON reads one JSON value written by an author. Mistakes are *Problem: syntax, names that
// are repeated in an object, numbers beyond float64, nesting deeper than 100.
func ReadJSON(src []byte) (*Node, error) {
	src = bytes.TrimPrefix(src, []byte("\uFEFF"))
	if err := wellFormed(src); err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.UseNumber()
	r := jsonReader{dec: dec, place: cursor{src: src, line: 1, column: 1}}
	return r.value(0)
}

// wellFormed finds the first syntax error, so that reading tokens cannot meet one.
func wellFormed(src []byte) error {
	if at := invalidUTF8(src); at >= 0 {
		return problemIn(src, at, "not UTF-8")
	}
	var raw json.RawMessage
	err := json.Unmarshal(src, &raw)
	if err == nil {
		return nil
	}
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return problemIn(src, 0, "not JSON: "+err.Error())
	}
	at := int(syntax.Offset) - 1
	if strings.HasPrefix(syntax.Error(), "unexpected end") {
		at = len(src)
	}
	return problemIn(src, at, syntax.Error())
}

// invalidUTF8 is the offset of the first byte that is not UTF-8, -1 when all are.
func invalidUTF8(src []byte) int {
	for at := 0; at < len(src); {
		r, size := utf8.DecodeRune(src[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

func problemIn(src []byte, offset int, message string) *Problem {
	c := cursor{src: src, line: 1, column: 1}
	c.move(min(max(offset, 0), len(src)))
	return &Problem{Line: c.line, Column: c.column, Message: message}
}

// cursor counts lines and columns while it moves forward through a source.
type cursor struct {
	src                  []byte
	offset, line, column int
}

func (c *cursor) move(to int) {
	for c.offset < to {
		r, size := utf8.DecodeRune(c.src[c.offset:])
		c.offset += size
		c.column++
		if r == '\n' {
			c.line, c.column = c.line+1, 1
		}
	}
}

type jsonReader struct {
	dec   *json.Decoder
	place cursor
}

// next reads a token and where it begins. The decoder's offset is the end of the token before it;
// what lies between is white space, commas and colons.
func (r *jsonReader) next() (tok json.Token, line, column int, err error) {
	at := int(r.dec.InputOffset())
	for at < len(r.place.src) && strings.IndexByte(" \t\r\n,:", r.place.src[at]) >= 0 {
		at++
	}
	r.place.move(at)
	tok, err = r.dec.Token()
	return tok, r.place.line, r.place.column, err
}

func (r *jsonReader) value(depth int) (*Node, error) {
	tok, line, column, err := r.next()
	if err != nil {
		return nil, &Problem{Line: line, Column: column, Message: err.Error()}
	}
	n := &Node{Line: line, Column: column}
	if depth > maxDepth {
		return nil, problemAt(n, "nested deeper than %d", maxDepth)
	}
	switch tok := tok.(type) {
	case bool:
		n.Kind, n.Value = Bool, tok
	case string:
		n.Kind, n.Value = String, tok
	case json.Number:
		return n, n.number(tok.String())
	case json.Delim:
		if tok == '[' {
			return n, r.items(n, depth)
		}
		return n, r.members(n, depth)
	}
	return n, nil
}

func (r *jsonReader) items(n *Node, depth int) error {
	n.Kind = Array
	for r.dec.More() {
		item, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.Items = append(n.Items, item)
	}
	_, _, _, err := r.next()
	return err
}

func (r *jsonReader) members(n *Node, depth int) error {
	n.Kind = Object
	seen := map[string]bool{}
	for r.dec.More() {
		tok, line, column, err := r.next()
		if err != nil {
			return err
		}
		name := fmt.Sprint(tok)
		if seen[name] {
			return &Problem{Line: line, Column: column, Message: fmt.Sprintf("%q is here twice", name)}
		}
		seen[name] = true
		value, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.Members = append(n.Members, Member{Name: name, Value: value, Line: line, Column: column})
	}
	_, _, _, err := r.next()
	return err
}

// number makes n the number of a literal that is well-formed JSON.
func (n *Node) number(literal string) error {
	f, err := strconv.ParseFloat(literal, 64)
	if err != nil {
		return problemAt(n, "the number %s is too large", shorten(literal))
	}
	n.Kind, n.Value, n.literal = Number, f, literal
	return nil
}

func shorten(s string) string {
	if len(s) > 24 {
		return s[:24] + "…"
	}
	return s
}
