package story

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/beevik/etree"

	"texmlsrv/texml"
)

// Line is a line of a document, cut into pieces for highlighting.
type Line struct {
	Pieces []Piece `json:"pieces"`
	Change string  `json:"change,omitempty"` // added or removed against the document before; "" is the same
}

// Piece is text of one kind: tag, name, value, text or punct.
type Piece struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// String is the text of the line.
func (l Line) String() string {
	var b strings.Builder
	for _, p := range l.Pieces {
		b.WriteString(p.Text)
	}
	return b.String()
}

// lines are those of a document, indented and without the proofs of our links.
func lines(document string) []Line {
	var out []Line
	inside := false
	for text := range strings.SplitSeq(indented(unproved(document)), "\n") {
		var l Line
		l.Pieces, inside = pieces(text, inside)
		out = append(out, l)
	}
	return out
}

// indented is a document with an element a line, and JSON in it spread out. What
// is not well-formed stays as it is.
func indented(source string) string {
	tree, err := texml.ParseTree([]byte(source))
	if err != nil {
		return strings.TrimSpace(source)
	}
	root := tree.Root.Copy()
	spread(root)
	document := etree.NewDocumentWithRoot(root)
	document.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true}
	document.Indent(2)
	text, err := document.WriteToString()
	if err != nil {
		return strings.TrimSpace(source)
	}
	return strings.TrimSpace(text)
}

// spread writes JSON in an element over several lines.
func spread(e *etree.Element) {
	for _, child := range e.Child {
		switch child := child.(type) {
		case *etree.Element:
			spread(child)
		case *etree.CharData:
			if t := strings.TrimSpace(child.Data); strings.HasPrefix(t, "{") && json.Valid([]byte(t)) {
				child.Data = pretty(t)
			}
		}
	}
}

// pieces cuts a line of XML. inside says that it begins in the middle of a tag.
func pieces(line string, inside bool) (out []Piece, still bool) {
	for line != "" {
		var p []Piece
		if !inside {
			begin := strings.Index(line, "<")
			if begin < 0 {
				return append(out, member(line)...), false
			}
			if begin > 0 {
				out = append(out, Piece{"text", line[:begin]})
			}
			line = line[begin:]
			if strings.HasPrefix(line, "<![CDATA[") {
				out, line = append(out, Piece{"punct", "<![CDATA["}), line[len("<![CDATA["):]
				if end := strings.Index(line, "]]>"); end >= 0 {
					out, line = append(out, Piece{"text", line[:end]}, Piece{"punct", "]]>"}), line[end+3:]
				}
				continue
			}
		}
		end := tagEnd(line)
		p, line, inside = tag(line[:end], !inside), line[end:], end == len(line) && !strings.HasSuffix(line, ">")
		out = append(out, p...)
	}
	return out, inside
}

// named is a member of a JSON object at the beginning of a line.
var named = regexp.MustCompile(`^(\s*)("(?:[^"\\]|\\.)*")(:\s*)(.*)$`)

// member cuts a line of text that is a member of a JSON object.
func member(line string) []Piece {
	m := named.FindStringSubmatch(line)
	if m == nil {
		return []Piece{{"text", line}}
	}
	return []Piece{{"text", m[1]}, {"name", m[2]}, {"punct", m[3]}, {"text", m[4]}}
}

// tagEnd is where a tag ends: behind its >, which may stand in a value as well.
func tagEnd(text string) int {
	quote := byte(0)
	for i := range len(text) {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return len(text)
}

// tag cuts a tag into its name, attributes and values.
func tag(text string, begins bool) (out []Piece) {
	add := func(kind, piece string) {
		if piece != "" {
			out = append(out, Piece{kind, piece})
		}
	}
	if begins {
		n := len(text) - len(strings.TrimLeft(text, "</?"))
		name := n + strings.IndexFunc(text[n:]+" ", func(r rune) bool { return strings.ContainsRune(" />?", r) })
		add("punct", text[:n])
		add("tag", text[n:name])
		text = text[name:]
	}
	for text != "" {
		open := strings.IndexByte(text, '"')
		if open < 0 {
			break
		}
		shut := strings.IndexByte(text[open+1:], '"')
		if shut < 0 {
			break
		}
		name, is := strings.CutSuffix(text[:open], "=")
		add("name", name)
		if is {
			add("punct", "=")
		}
		add("value", text[open:open+shut+2])
		text = text[open+shut+2:]
	}
	add("punct", text)
	return out
}

// differing are the lines of a document, and among them those of the one before
// that are gone. same says that nothing differs.
func differing(before, after []Line) (out []Line, unchanged bool) {
	kept := common(before, after)
	unchanged = len(before) == len(after) && len(kept) == len(after)
	i, j := 0, 0
	for _, k := range append(kept, [2]int{len(before), len(after)}) {
		for ; i < k[0]; i++ {
			out = append(out, Line{before[i].Pieces, "removed"})
		}
		for ; j < k[1]; j++ {
			out = append(out, Line{after[j].Pieces, "added"})
		}
		if j < len(after) {
			out = append(out, after[j])
		}
		i, j = i+1, j+1
	}
	return out, unchanged
}

// diffLimit is how many lines are compared with how many: a document may have
// 64 KiB, and nobody reads a difference of thousands of lines.
const diffLimit = 400 * 400

// common is the longest list of lines that both have, in order, by their
// places. Links differ by their turn, and count as alike.
func common(before, after []Line) (kept [][2]int) {
	a, b := keys(before), keys(after)
	if len(a)*len(b) > diffLimit {
		return nil
	}
	longest := make([][]int, len(a)+1)
	longest[len(a)] = make([]int, len(b)+1)
	for i := len(a) - 1; i >= 0; i-- {
		longest[i] = make([]int, len(b)+1)
		for j := len(b) - 1; j >= 0; j-- {
			longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			if a[i] == b[j] {
				longest[i][j] = longest[i+1][j+1] + 1
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			kept = append(kept, [2]int{i, j})
			i, j = i+1, j+1
		case longest[i+1][j] >= longest[i][j+1]:
			i++
		default:
			j++
		}
	}
	return kept
}

func keys(lines []Line) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = turnless.ReplaceAllString(l.String(), "$1$2")
	}
	return out
}
