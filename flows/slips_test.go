package flows_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/beevik/etree"
	"go.yaml.in/yaml/v4"
)

// fragments are parts of flows that a slip may put where they do not belong.
type fragments struct {
	values   map[string][]*yaml.Node // by the key they stand under
	keys     []string
	words    []string // of expressions: gathered.day, ==, "0"
	elements []*etree.Element
	attrs    []etree.Attr
}

func fragmentsOf(t *testing.T, all []specimen) *fragments {
	t.Helper()
	pool := &fragments{values: map[string][]*yaml.Node{}}
	words := map[string]bool{}
	for _, s := range all {
		for _, name := range slices.Sorted(maps.Keys(s.files)) {
			text := s.files[name]
			for _, hole := range holes.FindAllString(text, -1) {
				for _, word := range word.FindAllString(hole, -1) {
					words[word] = true
				}
			}
			switch filepath.Ext(name) {
			case ".yaml", ".json":
				var doc yaml.Node
				if yaml.Unmarshal([]byte(text), &doc) == nil {
					pool.yaml(&doc)
				}
			case ".xml":
				pool.xml(text)
			}
		}
	}
	pool.keys = slices.Sorted(maps.Keys(pool.values))
	pool.words = slices.Sorted(maps.Keys(words))
	return pool
}

var (
	holes = regexp.MustCompile(`\{\{[^}]*\}\}|when: [^,}\n]*|flow:(?:if|for)="[^"]*"`)
	word  = regexp.MustCompile(`[A-Za-z_][A-Za-z_0-9]*(?:\.[A-Za-z_][A-Za-z_0-9]*)*|[0-9]+(?:\.[0-9]+)?|"[^"]*"|'[^']*'|==|!=|<=|>=|&&|\|\||[-+*/%<>!?:]`)
)

func (p *fragments) yaml(n *yaml.Node) {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			p.values[key] = append(p.values[key], n.Content[i+1])
		}
	}
	if n.Kind == yaml.ScalarNode && isXML(n.Value) {
		p.xml(n.Value)
	}
	for _, child := range n.Content {
		p.yaml(child)
	}
}

func (p *fragments) xml(text string) {
	doc := etree.NewDocument()
	if doc.ReadFromString(text) != nil {
		return
	}
	for _, e := range doc.FindElements("//*") {
		p.elements = append(p.elements, e)
		p.attrs = append(p.attrs, e.Attr...)
	}
}

func isXML(s string) bool { return strings.HasPrefix(strings.TrimSpace(s), "<") }

// slipper makes slips in files.
type slipper struct {
	*rand.Rand
	pool  *fragments
	files map[string]string
	json  bool // what is changed is JSON, which has no aliases
}

// odd are values that nobody means, but that somebody writes.
var odd = []string{
	"", " ", "\n", "null", "~", "yes", "no", "true", "false", "on", "0", "-1", "1", "2.5", "1e3", "1e400", "9007199254740993",
	"-9223372036854775809", "again", "[]", "{}", "nil", "{{ }}", "{{ nil }}", `{{ "" }}`, "{{ 1 }}", "{{ [] }}", "{{ {} }}", "{{ gathered }}",
	"{{ vars }}", "{{ true }}", "{{ attempt }}", "{{ missing }}", "{{ history }}", "{{ now }}", "{{ env.NOTHING }}", "{{", "}}", "{", "<Say/>",
	"ünï", "😀", "\u202e", "\u00a0", "\u200b", "+14155550123", "007", "2026-02-30", "99:99", "http://", "https://", "/", "//", "?", "#", "a/b/c",
	strings.Repeat("long ", 600), strings.Repeat("é", 3000),
}

func (w *slipper) odd() string { return odd[w.IntN(len(odd))] }

// slip makes one, and says what it was.
func (w *slipper) slip() string {
	names := slices.Sorted(maps.Keys(w.files))
	name := names[w.IntN(len(names))]
	if w.IntN(2) == 0 { // flows are what most is written in
		if flows := slices.DeleteFunc(names, func(n string) bool { return filepath.Base(n) != "flow.yaml" }); len(flows) > 0 {
			name = flows[w.IntN(len(flows))]
		}
	}
	text, what := w.files[name], ""
	switch kind := w.IntN(10); {
	case kind == 0:
		text, what = w.line(text)
	case kind <= 2:
		text, what = w.word(text)
	case filepath.Ext(name) == ".xml":
		text, what = w.xml(text)
	case filepath.Ext(name) == ".yaml":
		text, what = w.yaml(text, false)
	case filepath.Ext(name) == ".json":
		text, what = w.yaml(text, true)
	}
	w.files[name] = text
	if what == "" {
		return ""
	}
	return name + ": " + what
}

// line leaves a line out, writes it twice, or empties it behind its colon.
func (w *slipper) line(text string) (slipped, what string) {
	lines := strings.SplitAfter(text, "\n")
	i := w.IntN(len(lines))
	was := strings.TrimSpace(lines[i])
	switch w.IntN(4) {
	case 0:
		return strings.Join(slices.Delete(lines, i, i+1), ""), "without the line " + was
	case 1:
		return strings.Join(slices.Insert(lines, i, lines[i]), ""), "twice the line " + was
	case 2:
		j := w.IntN(len(lines))
		lines[i], lines[j] = lines[j], lines[i]
		return strings.Join(lines, ""), fmt.Sprintf("lines %d and %d in each other's place", i+1, j+1)
	}
	key, _, has := strings.Cut(lines[i], ": ")
	if !has {
		return text, ""
	}
	lines[i] = key + ":\n"
	return strings.Join(lines, ""), "nothing behind the colon of " + was
}

// word puts another word into an expression.
func (w *slipper) word(text string) (slipped, what string) {
	all := holes.FindAllStringIndex(text, -1)
	if len(all) == 0 {
		return text, ""
	}
	hole := all[w.IntN(len(all))]
	words := word.FindAllStringIndex(text[hole[0]:hole[1]], -1)
	if len(words) == 0 {
		return text, ""
	}
	at := words[w.IntN(len(words))]
	from, to := hole[0]+at[0], hole[0]+at[1]
	other := w.pool.words[w.IntN(len(w.pool.words))]
	if w.IntN(3) == 0 { // one of the same file is more likely to be known
		hole := all[w.IntN(len(all))]
		if near := word.FindAllString(text[hole[0]:hole[1]], -1); len(near) > 0 {
			other = near[w.IntN(len(near))]
		}
	}
	slipped = text[:from] + other + text[to:]
	return slipped, fmt.Sprintf("%s for %s in %s", other, text[from:to], text[hole[0]:hole[1]])
}

// yaml changes the tree of a YAML file, or of a JSON one.
func (w *slipper) yaml(text string, asJSON bool) (slipped, what string) {
	var doc yaml.Node
	if yaml.Unmarshal([]byte(text), &doc) != nil || len(doc.Content) == 0 {
		return text, ""
	}
	w.json = asJSON
	what = w.node(&doc)
	if len(doc.Content) == 0 {
		return "", what
	}
	if asJSON {
		return jsonOf(doc.Content[0]), what
	}
	out, err := yaml.Marshal(&doc)
	if err != nil {
		return text, ""
	}
	return string(out), what
}

// spotted is a node, where it stands.
type spotted struct {
	parent *yaml.Node
	at     int
	path   string
}

func (s spotted) node() *yaml.Node { return s.parent.Content[s.at] }

// key reports whether the node is the key of a mapping.
func (s spotted) key() bool { return s.parent.Kind == yaml.MappingNode && s.at%2 == 0 }

func spots(n *yaml.Node, path string, all []spotted) []spotted {
	for i, child := range n.Content {
		below := path
		switch {
		case n.Kind == yaml.MappingNode:
			below += "/" + n.Content[i-i%2].Value
		case n.Kind == yaml.SequenceNode:
			below += fmt.Sprintf("/%d", i)
		}
		all = append(all, spotted{n, i, below})
		all = spots(child, below, all)
	}
	return all
}

// node changes something in a tree.
func (w *slipper) node(doc *yaml.Node) string {
	all := spots(doc, "", nil)
	s := all[w.IntN(len(all))]
	if n := s.node(); n.Kind == yaml.ScalarNode && isXML(n.Value) && w.IntN(4) > 0 {
		var what string
		n.Value, what = w.xml(n.Value)
		return s.path + ": " + what
	}
	if s.key() {
		return w.atKey(s, all)
	}
	switch w.IntN(9) {
	case 0:
		return w.without(s)
	case 1:
		other := all[w.IntN(len(all))]
		if other.key() || within(s.node(), other.node()) || within(other.node(), s.node()) {
			return ""
		}
		s.parent.Content[s.at], other.parent.Content[other.at] = other.node(), s.node()
		return fmt.Sprintf("%s and %s in each other's place", s.path, other.path)
	case 2:
		return w.alien(s)
	case 3:
		wrapped := *s.node()
		s.parent.Content[s.at] = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle, Content: []*yaml.Node{&wrapped}}
		return s.path + " in a list"
	case 4:
		kind, tag := yaml.SequenceNode, "!!seq"
		if w.IntN(2) == 0 {
			kind, tag = yaml.MappingNode, "!!map"
		}
		s.parent.Content[s.at] = &yaml.Node{Kind: kind, Tag: tag, Style: yaml.FlowStyle}
		return s.path + " an empty " + tag
	case 5:
		n := all[w.IntN(len(all))]
		if n.key() || within(n.node(), s.node()) || n.node().Kind == yaml.AliasNode || n.node().Anchor != "" {
			return ""
		}
		if w.json {
			s.parent.Content[s.at] = copied(n.node())
			return fmt.Sprintf("%s as %s", s.path, n.path)
		}
		n.node().Anchor = "a"
		s.parent.Content[s.at] = &yaml.Node{Kind: yaml.AliasNode, Value: "a", Alias: n.node()}
		return fmt.Sprintf("%s an alias of %s", s.path, n.path)
	case 6:
		if n := s.node(); n.Kind == yaml.ScalarNode {
			styles := []yaml.Style{0, yaml.SingleQuotedStyle, yaml.DoubleQuotedStyle, yaml.LiteralStyle, yaml.FoldedStyle}
			n.Style, n.Tag = styles[w.IntN(len(styles))], ""
			return s.path + " quoted in another way"
		}
	}
	value := w.odd()
	was := s.node()
	s.parent.Content[s.at] = &yaml.Node{Kind: yaml.ScalarNode, Value: value}
	if w.IntN(2) == 0 {
		s.node().Style = yaml.DoubleQuotedStyle
	}
	return fmt.Sprintf("%s %.40q for %.40q", s.path, value, was.Value)
}

func within(n, in *yaml.Node) bool {
	return n == in || slices.ContainsFunc(in.Content, func(c *yaml.Node) bool { return within(n, c) })
}

// without leaves a value out.
func (w *slipper) without(s spotted) string {
	from, to := s.at, s.at+1
	if s.parent.Kind == yaml.MappingNode {
		from = s.at - s.at%2
		to = from + 2
	}
	s.parent.Content = slices.Delete(s.parent.Content, from, to)
	return "without " + s.path
}

// atKey renames a key, leaves it out, writes it twice, or adds one.
func (w *slipper) atKey(s spotted, all []spotted) string {
	renamed := *s.node()
	switch w.IntN(5) {
	case 0:
		return w.without(s)
	case 1:
		renamed.Value = w.odd()
	case 2:
		renamed.Value = w.pool.keys[w.IntN(len(w.pool.keys))]
	case 3:
		if other := all[w.IntN(len(all))]; other.node().Kind == yaml.ScalarNode {
			renamed.Value = other.node().Value
		}
	case 4:
		key := w.pool.keys[w.IntN(len(w.pool.keys))]
		values := w.pool.values[key]
		s.parent.Content = slices.Insert(s.parent.Content, s.at, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, copied(values[w.IntN(len(values))]))
		return fmt.Sprintf("%s added before %s", key, s.path)
	}
	s.parent.Content[s.at] = &renamed
	return fmt.Sprintf("%s called %.40q", s.path, renamed.Value)
}

// alien puts there what stands under such a key elsewhere, or under any.
func (w *slipper) alien(s spotted) string {
	key := w.pool.keys[w.IntN(len(w.pool.keys))]
	if s.parent.Kind == yaml.MappingNode && w.IntN(4) > 0 {
		key = s.parent.Content[s.at-1].Value
	}
	values := w.pool.values[key]
	if len(values) == 0 {
		return ""
	}
	value := copied(values[w.IntN(len(values))])
	s.parent.Content[s.at] = value
	return fmt.Sprintf("%s another's %s: %.80q", s.path, key, value.Value)
}

// copied is a tree without anchors and aliases, which mean nothing elsewhere.
func copied(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return copied(n.Alias)
	}
	out := *n
	out.Anchor, out.Content = "", make([]*yaml.Node, len(n.Content))
	for i, child := range n.Content {
		out.Content[i] = copied(child)
	}
	return &out
}
