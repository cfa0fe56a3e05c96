package scenarios

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/problems"
	"texmlsrv/flows/strictyaml"
)

// fileLimit is the most that is read of one file.
const fileLimit = 1 << 20

// folder is where the scenarios of a flow are.
const folder = "scenarios"

// Find reads the scenarios of a flow, in the order of their names. What is
// wrong with them is in the list; a scenario with a mistake is not among those
// returned. A flow without scenarios gives neither.
func Find(root fs.FS, flow string) ([]*Scenario, problems.List) {
	at := path.Join(flow, folder)
	entries, err := fs.ReadDir(root, at)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, problems.List{{File: at, Message: fmt.Sprintf("cannot be read: %v", err)}}
	}
	var all []*Scenario
	var wrong problems.List
	for _, e := range entries {
		file := path.Join(at, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case path.Ext(file) == ".yml":
			wrong = append(wrong, problems.Problem{File: file, Message: "this file is not read", Suggestion: "call it " + strings.TrimSuffix(e.Name(), ".yml") + ".yaml"})
		case path.Ext(file) == ".yaml":
			s, found := readFile(root, flow, file)
			if wrong = append(wrong, found...); len(found) == 0 {
				all = append(all, s)
			}
		}
	}
	return all, wrong
}

func readFile(root fs.FS, flow, file string) (*Scenario, problems.List) {
	text, err := readText(root, file)
	if err != nil {
		return nil, problems.List{{File: file, Message: err.Error()}}
	}
	return Read(flow, file, text)
}

// readText reads a file with its lines ended in one way, as the flows are read.
func readText(root fs.FS, file string) ([]byte, error) {
	info, err := fs.Stat(root, file)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	if info.Size() > fileLimit {
		return nil, fmt.Errorf("it has %d bytes; at most %d are read", info.Size(), fileLimit)
	}
	text, err := fs.ReadFile(root, file)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	return []byte(strings.NewReplacer("\uFEFF", "", "\r\n", "\n", "\r", "\n").Replace(string(text))), nil
}

// Read reads a scenario of a flow. file names it in messages. With mistakes the
// scenario holds what could be read.
func Read(flow, file string, text []byte) (*Scenario, problems.List) {
	r := &reader{File: strictyaml.Parse(file, text)}
	r.out = &Scenario{Flow: flow, File: file, source: r.File}
	if r.Root != nil {
		r.read()
	}
	return r.out, r.Problems.Sorted()
}

// reader reads one file.
type reader struct {
	*strictyaml.File
	out *Scenario
}

func (r *reader) read() {
	s := r.out
	r.wanted(r.Root, "a scenario", "title", "exchanges")
	r.Mapping(r.Root, "a scenario", strictyaml.Fields{
		"title":     func(v *yaml.Node) { s.Title = r.line(v, "title") },
		"caller":    func(v *yaml.Node) { r.caller(v) },
		"given":     func(v *yaml.Node) { r.given(v) },
		"exchanges": func(v *yaml.Node) { r.exchanges(v) },
		"expect":    func(v *yaml.Node) { r.expect(v) },
	})
}

func (r *reader) caller(n *yaml.Node) {
	c := &r.out.Caller
	r.Mapping(n, "the caller", strictyaml.Fields{
		"number": func(v *yaml.Node) { c.Number = r.matching(v, "number", number, addressAdvice) },
		"type":   func(v *yaml.Node) { c.Type = r.word(v, "type", "pstn", "sip") },
		"name":   func(v *yaml.Node) { c.Name, _ = r.Text(v, "name") },
	})
}

func place(n *yaml.Node) Place { return Place{n.Line, n.Column} }

// wanted reports keys that a mapping does not have.
func (r *reader) wanted(n *yaml.Node, what string, keys ...string) {
	n = strictyaml.Deref(n)
	if n.Kind != yaml.MappingNode {
		return // reported where it is read
	}
	for _, key := range keys {
		if member(n, key) == nil {
			r.Report(n, "", "%s has no %s", what, key)
		}
	}
}

// member is the value of a key; nil for none.
func member(n *yaml.Node, key string) *yaml.Node {
	n = strictyaml.Deref(n)
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return strictyaml.Deref(n.Content[i+1])
		}
	}
	return nil
}

// line is text that is not empty.
func (r *reader) line(n *yaml.Node, what string) string {
	text, ok := r.Text(n, what)
	if ok && strings.TrimSpace(text) == "" {
		r.Report(n, "", "%s is empty", what)
	}
	return text
}

// word is one of a few.
func (r *reader) word(n *yaml.Node, what string, words ...string) string {
	text, ok := r.Text(n, what)
	if !ok {
		return ""
	}
	if !slices.Contains(words, text) {
		r.Report(n, problems.Nearest(text, words), "%s must be %s, not %q", what, either(words), text)
	}
	return text
}

// either lists words: a, b or c.
func either(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// yes is a key that can only be true.
func (r *reader) yes(n *yaml.Node, what string) {
	if v := r.Value(n, what, nil); v != true {
		r.Report(n, "leave it out where it does not hold", "%s can only be true", what)
	}
}

// texts is a mapping of names to texts; numbers and truths are the text that
// was written.
func (r *reader) texts(n *yaml.Node, what string) map[string]string {
	out := map[string]string{}
	for _, p := range r.Pairs(n, what) {
		if text, ok := r.Text(p.Value, p.Key.Value); ok {
			out[p.Key.Value] = text
		}
		if p.Value.Tag == "!!null" {
			r.Report(p.Value, `for empty text: ""`, "%s has no value", p.Key.Value)
		}
	}
	return out
}

// settings is texts whose names expressions can read.
func (r *reader) settings(n *yaml.Node, what string) map[string]string {
	r.names(n, what)
	return r.texts(n, what)
}

// names reports names that expressions cannot read.
func (r *reader) names(n *yaml.Node, what string) {
	n = strictyaml.Deref(n)
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if key := n.Content[i]; key.Kind == yaml.ScalarNode && !name.MatchString(key.Value) {
			r.Report(key, "", "a name in %s has letters, digits and _, not %q", what, key.Value)
		}
	}
}

// values is a mapping of names to values.
func (r *reader) values(n *yaml.Node, what string) []Value {
	r.names(n, what)
	var out []Value
	for _, p := range r.Pairs(n, what) {
		out = append(out, Value{Name: p.Key.Value, Value: r.Value(p.Value, p.Key.Value, nil), Place: place(p.Key)})
	}
	return out
}
