package flowview

import (
	"path"
	"regexp"
	"strings"

	"texmlsrv/console/story"
)

// A token is a piece of a source; the first pattern that fits at a place makes
// it. Kinds are those of story.Piece, and dim for comments and lit for
// expressions.
type token struct {
	kind string
	like *regexp.Regexp
}

func tokens(pairs ...string) []token {
	all := make([]token, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, token{pairs[i], regexp.MustCompile(`^(?s:` + pairs[i+1] + `)`)})
	}
	return all
}

// The languages of flows. What no pattern takes is text.
var (
	xmlText = tokens("dim", `<!--.*?(?:-->|$)`, "punct", `<!\[CDATA\[|\]\]>`, "lit", `\{\{.*?\}\}`, "tag", `</?[\w:.-]+`,
		"name", `"(?:[^"\\\n]|\\.)*"(?:\s*:)`, "text", `[^<\]{"]+`)
	xmlTag   = tokens("punct", `/?>|\?>|=`, "lit", `\{\{.*?\}\}`, "value", `"[^"]*"|'[^']*'`, "name", `[\w:.-]+`, "text", `\s+`)
	yamlText = tokens("dim", `#[^\n]*`, "lit", `\{\{.*?\}\}`, "name", `"(?:[^"\\\n]|\\.)*"(?:\s*:)|[\w./*+-]+(?: [\w./*+-]+)*:(?:\s|$)`,
		"value", `"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'`, "punct", `[\[\]{},]|- `, "text", `[^\s#"'{}\[\],][^\s{}\[\],]*|\s+`)
	jsonText = tokens("lit", `\{\{.*?\}\}`, "name", `"(?:[^"\\\n]|\\.)*"(?:\s*:)`, "value", `"(?:[^"\\\n]|\\.)*"|-?\d[\d.eE+-]*|true|false|null`,
		"punct", `[\[\]{},:]`, "text", `\s+|[^\s"\[\]{},:]+`)
)

// highlight cuts a source into lines of pieces, by what its name ends in.
func highlight(name, text string) []story.Line {
	text = strings.TrimSuffix(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(text, "\uFEFF")), "\n")
	p := &pen{lines: []story.Line{{}}}
	switch path.Ext(name) {
	case ".xml":
		p.xml(text)
	case ".json":
		p.run(text, jsonText)
	default:
		p.run(text, yamlText)
	}
	return p.lines
}

// pen writes pieces into lines.
type pen struct{ lines []story.Line }

func (p *pen) write(kind, text string) {
	for i, part := range strings.Split(text, "\n") {
		if i > 0 {
			p.lines = append(p.lines, story.Line{})
		}
		if part == "" {
			continue
		}
		line := &p.lines[len(p.lines)-1]
		if n := len(line.Pieces); n > 0 && line.Pieces[n-1].Kind == kind {
			line.Pieces[n-1].Text += part
			continue
		}
		line.Pieces = append(line.Pieces, story.Piece{Kind: kind, Text: part})
	}
}

// next takes one token off a text.
func next(text string, of []token) (kind, piece string) {
	for _, t := range of {
		if piece := t.like.FindString(text); piece != "" {
			return t.kind, piece
		}
	}
	for i := range text {
		if i > 0 {
			return "text", text[:i]
		}
	}
	return "text", text
}

func (p *pen) run(text string, of []token) {
	for text != "" {
		kind, piece := next(text, of)
		p.write(kind, piece)
		text = text[len(piece):]
	}
}

// xml goes in and out of tags.
func (p *pen) xml(text string) {
	inside := false
	for text != "" {
		of := xmlText
		if inside {
			of = xmlTag
		}
		kind, piece := next(text, of)
		switch {
		case kind == "tag":
			inside = true
		case inside && strings.HasSuffix(piece, ">") && kind == "punct":
			inside = false
		}
		p.write(kind, piece)
		text = text[len(piece):]
	}
}
