// Package strictyaml reads what authors write in YAML: every key must be
// known, every mistake is reported at its place, and text that YAML would
// quietly turn into something else (phone numbers, dates) stays text.
package strictyaml

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/problems"
)

// File is a YAML file being read. Problems gathers the mistakes found so far.
type File struct {
	*problems.Source
	Problems problems.List
	Root     *yaml.Node // the top value; nil when the file could not be read at all
}

// Parse reads the syntax of a file. Mistakes are in Problems.
func Parse(file string, text []byte) *File {
	f := &File{Source: problems.NewSource(file, text)}
	if f.unseenBreaks() {
		return f
	}
	var doc yaml.Node
	if err := yaml.Load(text, &doc); err != nil {
		f.syntax(err)
		return f
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
		f.Problems = append(f.Problems, f.At(0, 0, "", "the file is empty"))
		return f
	}
	if f.expandable(doc.Content[0]) {
		f.Root = doc.Content[0]
	}
	return f
}

// unseenBreaks reports characters that end a line for YAML and for nobody else.
func (f *File) unseenBreaks() bool {
	found := false
	for at, r := range f.Source.Text {
		if r == '\u0085' || r == '\u2028' || r == '\u2029' {
			line, column := problems.Place(f.Source.Text, at, 1, 1)
			f.Problems = append(f.Problems, f.At(line, column, "delete it, it is not visible", "the character %U ends a line here", r))
			found = true
		}
	}
	return found
}

// nodeLimit bounds what a file stands for with its aliases written out: a few
// lines of aliases to aliases can stand for more than fits into memory.
const nodeLimit = 100_000

// expandable reports whether a value may be walked with its aliases; where it
// may not, that is a mistake.
func (f *File) expandable(root *yaml.Node) bool {
	e := expansion{open: map[*yaml.Node]bool{}}
	switch at := e.walk(root); {
	case at == nil:
		return true
	case e.nodes > nodeLimit:
		f.Report(at, "", "with its aliases written out the file has more than %d values", nodeLimit)
	default:
		f.Report(at, "", "*%s stands within what it stands for", at.Value)
	}
	return false
}

// expansion walks a value as its aliases make it.
type expansion struct {
	open  map[*yaml.Node]bool // what is being walked
	nodes int
}

// walk gives the node at which it had to stop; nil when it came to the end.
func (e *expansion) walk(n *yaml.Node) *yaml.Node {
	to := Deref(n)
	if e.nodes++; e.nodes > nodeLimit || e.open[to] {
		return n
	}
	e.open[to] = true
	defer delete(e.open, to)
	for _, child := range to.Content {
		if at := e.walk(child); at != nil {
			return at
		}
	}
	return nil
}

func (f *File) syntax(err error) {
	var one *yaml.LoadError
	var all *yaml.LoadErrors
	switch {
	case errors.As(err, &all):
		for _, e := range all.Errors {
			f.loadError(e)
		}
	case errors.As(err, &one):
		f.loadError(one)
	default:
		f.loadError(&yaml.LoadError{Message: err.Error()})
	}
}

// Report notes a mistake at a node.
func (f *File) Report(n *yaml.Node, suggestion, format string, args ...any) {
	f.Problems = append(f.Problems, f.At(n.Line, n.Column, suggestion, format, args...))
}

// ReportIn notes a mistake inside the text of a scalar, offset bytes from its
// beginning.
func (f *File) ReportIn(n *yaml.Node, offset int, suggestion, format string, args ...any) {
	line, column := f.PlaceIn(n, offset)
	f.Problems = append(f.Problems, f.At(line, column, suggestion, format, args...))
}

// Deref follows an alias to the node it stands for.
func Deref(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
	}
	return n
}

// Pair is a key of a mapping with its value.
type Pair struct {
	Key   *yaml.Node
	Value *yaml.Node
}

// Pairs are the members of a mapping in their order; what is not a mapping,
// and keys that stand twice, are reported. What names the thing in messages:
// "a step".
func (f *File) Pairs(n *yaml.Node, what string) []Pair {
	n = Deref(n)
	if n.Kind != yaml.MappingNode {
		f.Report(n, "", "%s must be a mapping (key: value), not %s", what, describe(n))
		return nil
	}
	var pairs []Pair
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], Deref(n.Content[i+1])
		if key.Kind != yaml.ScalarNode {
			f.Report(key, "put a value that holds {{ … }} in quotes", "a key must be text, not %s", describe(key))
			continue
		}
		if key.Value == "<<" && value.Kind == yaml.MappingNode {
			pairs = append(pairs, f.Pairs(value, what)...)
			continue
		}
		if seen[key.Value] {
			f.Report(key, "", "%q stands twice in %s", key.Value, what)
			continue
		}
		seen[key.Value] = true
		pairs = append(pairs, Pair{key, value})
	}
	return overridden(pairs)
}

// overridden drops the merged pairs (<<) that a later one of the same key
// replaces.
func overridden(pairs []Pair) []Pair {
	last := map[string]int{}
	for i, p := range pairs {
		last[p.Key.Value] = i
	}
	kept := pairs[:0]
	for i, p := range pairs {
		if last[p.Key.Value] == i {
			kept = append(kept, p)
		}
	}
	return kept
}

// Fields tells how to read each key of a mapping.
type Fields map[string]func(value *yaml.Node)

// Mapping reads a mapping whose keys are all known. Unknown ones are reported
// with the nearest right one.
func (f *File) Mapping(n *yaml.Node, what string, fields Fields) {
	for _, p := range f.Pairs(n, what) {
		if read, ok := fields[p.Key.Value]; ok {
			read(p.Value)
			continue
		}
		f.Unknown(p.Key, what, fields)
	}
}

// Unknown reports a key that is none of those in fields.
func (f *File) Unknown(key *yaml.Node, what string, fields Fields) {
	known := make([]string, 0, len(fields))
	for k := range fields {
		known = append(known, k)
	}
	slices.Sort(known)
	hint := problems.Nearest(key.Value, known)
	if hint == "" {
		hint = "known: " + strings.Join(known, ", ")
	}
	f.Report(key, hint, "%s has no %q", what, key.Value)
}

// Items are the elements of a list; what is not a list is reported.
func (f *File) Items(n *yaml.Node, what string) []*yaml.Node {
	n = Deref(n)
	if n.Kind != yaml.SequenceNode {
		f.Report(n, "", "%s must be a list, not %s", what, describe(n))
		return nil
	}
	items := make([]*yaml.Node, len(n.Content))
	for i, item := range n.Content {
		items[i] = Deref(item)
	}
	return items
}

// Text is the text of a scalar, whatever YAML would make of it. A YAML tag
// (!x) and what is not a scalar are reported, and ok is false.
func (f *File) Text(n *yaml.Node, what string) (text string, ok bool) {
	n = Deref(n)
	if n.Kind != yaml.ScalarNode {
		f.Report(n, "", "%s must be text, not %s", what, describe(n))
		return "", false
	}
	if tag, is := customTag(n); is {
		f.Report(n, fmt.Sprintf(`write "not %s", or put the whole value in quotes`, strings.TrimPrefix(tag, "!")+rest(n)),
			"%s begins with !, which is a YAML tag and not part of the text", what)
		return "", false
	}
	return n.Value, true
}

func rest(n *yaml.Node) string {
	if n.Value == "" {
		return ""
	}
	return " " + n.Value
}

// Int is a whole number between low and high; anything else is reported.
func (f *File) Int(n *yaml.Node, what string, low, high int) (int, bool) {
	text, ok := f.Text(n, what)
	if !ok {
		return 0, false
	}
	i, err := strconv.Atoi(text)
	if err != nil || i < low || i > high {
		f.Report(n, "", "%s must be a whole number from %d to %d, not %q", what, low, high, text)
		return 0, false
	}
	return i, true
}

func customTag(n *yaml.Node) (string, bool) {
	return n.Tag, strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") && n.Tag != "!"
}

// spoken matches unquoted scalars that YAML takes for numbers although a
// person means text: +15551234567 and 0123.
var spoken = regexp.MustCompile(`^(\+\d+|0\d+)$`)

// Value is the JSON value of a node: numbers are float64, dates and phone
// numbers stay text. Strings go through text, which may be nil.
func (f *File) Value(n *yaml.Node, what string, text func(*yaml.Node) any) any {
	n = Deref(n)
	switch n.Kind {
	case yaml.MappingNode:
		object := map[string]any{}
		for _, p := range f.Pairs(n, what) {
			object[p.Key.Value] = f.Value(p.Value, what, text)
		}
		return object
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, item := range n.Content {
			list = append(list, f.Value(item, what, text))
		}
		return list
	}
	if _, is := customTag(n); is {
		f.Text(n, what)
		return nil
	}
	if v, ok := scalar(n); ok {
		return v
	}
	if text != nil {
		return text(n)
	}
	return n.Value
}

// scalar is what a scalar other than text stands for.
func scalar(n *yaml.Node) (any, bool) {
	switch n.Tag {
	case "!!null":
		return nil, true
	case "!!bool":
		return strings.EqualFold(n.Value, "true"), true
	case "!!int", "!!float":
		if spoken.MatchString(n.Value) {
			return nil, false
		}
		if v, err := strconv.ParseFloat(n.Value, 64); err == nil {
			return v, true
		}
	}
	return nil, false
}

// describe names what a node is, for messages.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	if n.Value == "" {
		return "nothing"
	}
	return strconv.Quote(n.Value)
}
