package texml

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// jsonNode is a value of JSON with the offset at which it begins.
type jsonNode struct {
	at      int
	value   any          // string, json.Number, bool, nil; json.Delim of an object or a list
	members []jsonMember // of an object
	items   []*jsonNode  // of a list
}

type jsonMember struct {
	at   int // of the key
	key  string
	node *jsonNode
}

// object reports whether the value is an object.
func (n *jsonNode) object() bool { return n.value == json.Delim('{') }

// list reports whether the value is a list.
func (n *jsonNode) list() bool { return n.value == json.Delim('[') }

// text returns the value when it is a string.
func (n *jsonNode) text() (string, bool) {
	s, ok := n.value.(string)
	return s, ok
}

// get returns the member of an object; nil when there is none.
func (n *jsonNode) get(key string) *jsonNode {
	for i := range n.members {
		if n.members[i].key == key {
			return n.members[i].node
		}
	}
	return nil
}

// readJSON reads JSON with the places of its parts. After an error offset is where it is wrong.
func readJSON(text string) (root *jsonNode, offset int, err error) {
	var whole any
	if err := json.Unmarshal([]byte(text), &whole); err != nil {
		if wrong, ok := errors.AsType[*json.SyntaxError](err); ok {
			return nil, max(0, min(int(wrong.Offset)-1, len(text)-1)), err
		}
		return nil, 0, err
	}
	d := jsonReader{text: text, dec: json.NewDecoder(bytes.NewReader([]byte(text)))}
	d.dec.UseNumber()
	root, err = d.node()
	return root, 0, err
}

type jsonReader struct {
	text string
	dec  *json.Decoder
}

// next returns a token and where it begins.
func (d *jsonReader) next() (at int, token json.Token, err error) {
	at = int(d.dec.InputOffset())
	at += len(d.text[at:]) - len(strings.TrimLeft(d.text[at:], " \t\r\n,:"))
	token, err = d.dec.Token()
	return at, token, err
}

func (d *jsonReader) node() (*jsonNode, error) {
	at, token, err := d.next()
	if err != nil {
		return nil, err
	}
	n := &jsonNode{at: at, value: token}
	for n.object() && d.dec.More() {
		at, key, err := d.next()
		if err != nil {
			return nil, err
		}
		value, err := d.node()
		if err != nil {
			return nil, err
		}
		name, _ := key.(string)
		n.members = append(n.members, jsonMember{at, name, value})
	}
	for n.list() && d.dec.More() {
		item, err := d.node()
		if err != nil {
			return nil, err
		}
		n.items = append(n.items, item)
	}
	if n.object() || n.list() {
		_, _, err = d.next()
	}
	return n, err
}
