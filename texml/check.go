package texml

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Problem is one thing in a document that does not do what its author meant, or may not.
type Problem struct {
	Code       string   `json:"code"` // of its [Rule], such as "TX201"
	Severity   Severity `json:"severity"`
	Pos        Pos      `json:"pos"`
	Message    string   `json:"message"`
	Suggestion string   `json:"suggestion,omitempty"` // what to write instead; "" when nothing is near
	Fix        []Edit   `json:"fix,omitempty"`        // edits that mend it, all together; nil where the mending is not certain
}

// Edit replaces a range of bytes of the source by a text.
type Edit struct {
	Start int    `json:"start"` // offset of the first byte
	End   int    `json:"end"`   // offset behind the last one
	Text  string `json:"text"`
}

// String returns "line:column: CODE message (suggestion)".
func (p Problem) String() string {
	s := fmt.Sprintf("%v: %s %s", p.Pos, p.Code, p.Message)
	if p.Suggestion != "" {
		s += " (" + p.Suggestion + ")"
	}
	return s
}

// CheckOptions say what a document is for. The zero value is a finished document of a call.
type CheckOptions struct {
	Context Context // what the document is fetched for
	// Template takes the document for a template of texmlsrv: flow:if, flow:for and src of Parameters
	// are allowed, the Response may be left out, a value with {{ }} is computed and is not looked at,
	// and what rendering adds (action, voice, the way on) is not missed.
	Template bool
	Size     int // bytes that the document may have; 0 is 65,536, what texmlsrv sends
}

// defaultSize is how large a document may be that texmlsrv sends.
const defaultSize = 64 << 10

// flowNamespace is what the prefix flow of a template stands for.
const flowNamespace = "https://texmlsrv/flow"

// Check reads a document and returns everything that is wrong with it, in the order of the places. What
// is not well-formed XML is one problem, TX001.
func Check(src []byte, o CheckOptions) []Problem {
	text, lead := src, 0
	if o.Template && !rootTag.Match(src) {
		text = slices.Concat([]byte("<Response>"), src, []byte("</Response>"))
		lead = len("<Response>")
	}
	tree, err := ParseTree(text)
	if err != nil {
		return []Problem{shift(syntaxProblem(text, lead, err, o), lead)}
	}
	found := tree.Check(o)
	for i := range found {
		found[i] = shift(found[i], lead)
	}
	return found
}

// rootTag is the beginning of a source up to the name of its root, when that is a Response, however
// miswritten, or an XML declaration is there, which nothing can be put before.
var rootTag = regexp.MustCompile(`^\x{FEFF}?\s*(?:<!--(?s:.*?)-->\s*)*<(?:\?xml|(?i:Response))`)

// shift moves a problem back by what was put before the source.
func shift(p Problem, lead int) Problem {
	if p.Pos.Line == 1 {
		p.Pos.Column = max(1, p.Pos.Column-lead)
	}
	for i := range p.Fix {
		p.Fix[i].Start -= lead
		p.Fix[i].End -= lead
	}
	return p
}

// syntaxProblem makes a problem of what ParseTree returned.
func syntaxProblem(src []byte, lead int, err error, o CheckOptions) Problem {
	wrong, ok := errors.AsType[*SyntaxError](err)
	if !ok {
		return Problem{Code: "TX001", Severity: Error, Pos: Pos{1, 1}, Message: err.Error()}
	}
	p := Problem{Code: "TX001", Severity: Error, Pos: wrong.Pos, Message: wrong.Message}
	if o.Template && wrong.Message == undeclared("flow") {
		p.Code = "TX008"
		p.Suggestion = "declare it on the root: xmlns:flow=\"" + flowNamespace + "\""
		p.Fix = []Edit{declareFlow(src, lead, wrong.Pos)}
	}
	return p
}

var responseTag = regexp.MustCompile(`^(?s:\s|<\?xml.*?\?>|<!--.*?-->)*<Response\b`)

// declareFlow declares the prefix flow on the root, or where it is used when the root is not written.
func declareFlow(src []byte, lead int, at Pos) Edit {
	declaration := `xmlns:flow="` + flowNamespace + `"`
	bom := len(src) - len(strings.TrimPrefix(string(src), byteOrderMark))
	if root := responseTag.FindIndex(src[bom:]); root != nil && lead == 0 {
		return Edit{Start: bom + root[1], End: bom + root[1], Text: " " + declaration}
	}
	source := newSource(string(src[bom:]))
	offset := bom + source.offset(at)
	return Edit{Start: offset, End: offset, Text: declaration + " "}
}

// offset is the inverse of pos.
func (s source) offset(at Pos) int {
	offset := s.lines[at.Line-1]
	for i := range s.text[offset:] {
		if at.Column--; at.Column == 0 {
			return offset + i
		}
	}
	return len(s.text)
}

// Check returns everything that is wrong with the document, in the order of the places. A template that
// leaves the Response out must have been given one.
func (t *Tree) Check(o CheckOptions) []Problem {
	c := &checker{tree: t, options: o}
	c.size()
	if root := c.root(); root != nil {
		c.element(root)
		c.order(root)
	}
	slices.SortStableFunc(c.problems, func(a, b Problem) int {
		return cmp.Or(a.Pos.Line-b.Pos.Line, a.Pos.Column-b.Pos.Column, strings.Compare(a.Code, b.Code), strings.Compare(a.Message, b.Message))
	})
	return c.problems
}

// checker looks through one document.
type checker struct {
	tree     *Tree
	options  CheckOptions
	problems []Problem
}

// report adds a problem at an offset of the source. The result is good until the next report.
func (c *checker) report(code string, at int, format string, args ...any) *Problem {
	rule, _ := Explain(code)
	c.problems = append(c.problems, Problem{
		Code: code, Severity: rule.Severity, Pos: c.tree.src.pos(at), Message: fmt.Sprintf(format, args...),
	})
	return &c.problems[len(c.problems)-1]
}

// fix adds an edit of a range of the source to a problem.
func (c *checker) fix(p *Problem, where span, text string) {
	p.Fix = append(p.Fix, Edit{Start: c.tree.bom + where.start, End: c.tree.bom + where.end, Text: text})
}

func (c *checker) size() {
	limit := cmp.Or(c.options.Size, defaultSize)
	if size := len(c.tree.src.text); size > limit {
		c.report("TX003", 0, "the document has %d bytes; at most %d are sent", size, limit)
	}
}

// Mend applies the edits of problems that Check found in src. Where edits overlap only those of the
// first problem are made.
func Mend(src []byte, problems []Problem) []byte {
	var edits []Edit
	for _, p := range problems {
		if !slices.ContainsFunc(p.Fix, func(e Edit) bool { return overlaps(edits, e) }) {
			edits = append(edits, p.Fix...)
		}
	}
	slices.SortStableFunc(edits, func(a, b Edit) int { return a.Start - b.Start })
	var out []byte
	at := 0
	for _, e := range edits {
		out = append(append(out, src[at:e.Start]...), e.Text...)
		at = e.End
	}
	return append(out, src[at:]...)
}

func overlaps(edits []Edit, e Edit) bool {
	return slices.ContainsFunc(edits, func(other Edit) bool {
		return e.Start < other.End && other.Start < e.End || e.Start == other.Start
	})
}
