package scenarios

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/beevik/etree"
	"go.yaml.in/yaml/v4"
)

// Update writes the documents of the call where the scenario expected others:
// the files beside it, and its own file where they stand in place, which keeps
// its comments and layout. write gets paths below the templates root. It gives
// those that it wrote; none of a call that took another way.
func (r *Result) Update(root fs.FS, write func(file string, content []byte) error) (changed []string, err error) {
	if r.Scenario.Expect.Documents == nil || !r.complete {
		return nil, nil
	}
	var edits []edit
	for i, d := range r.Scenario.Expect.Documents.Turns {
		if i >= len(r.Documents) || !d.differs(root, r.Scenario, r.Documents[i]) {
			continue
		}
		text, err := written(r.Documents[i])
		switch {
		case err != nil:
			return changed, err
		case d.File == "":
			edits = append(edits, r.Scenario.edit(d, text))
			continue
		}
		file := r.Scenario.beside(d.File)
		if err := write(file, []byte(text)); err != nil {
			return changed, fmt.Errorf("scenarios: %w", err)
		}
		changed = append(changed, file)
	}
	if len(edits) == 0 {
		return changed, nil
	}
	if err := write(r.Scenario.File, []byte(applied(r.Scenario.source.Source.Text, edits))); err != nil {
		return changed, fmt.Errorf("scenarios: %w", err)
	}
	return append(changed, r.Scenario.File), nil
}

// differs reports whether a document is another than the one expected.
func (d Expected) differs(root fs.FS, s *Scenario, document []byte) bool {
	wanted := d.XML
	if d.File != "" {
		text, err := fs.ReadFile(root, s.beside(d.File))
		if err != nil {
			return true
		}
		wanted = string(text)
	}
	if wanted == "" {
		return false
	}
	want, err := canonical([]byte(wanted))
	if err != nil {
		return true
	}
	got, err := canonical(document)
	return err == nil && want != got
}

// edit replaces a piece of a file.
type edit struct {
	begin, end int // bytes
	by         string
}

func applied(text string, edits []edit) string {
	slices.SortFunc(edits, func(a, b edit) int { return b.begin - a.begin })
	for _, e := range edits {
		text = text[:e.begin] + e.by + text[e.end:]
	}
	return text
}

// edit writes a document in the place of one that is expected, in the style in
// which that is written.
func (s *Scenario) edit(d Expected, document string) edit {
	begin := offset(s.source.Source.Text, d.node.Line, d.node.Column)
	if d.node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return block(s.source.Source.Text, begin, document)
	}
	line, column := s.source.PlaceIn(d.node, len(d.node.Value))
	end := offset(s.source.Source.Text, line, column)
	if d.node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		end++
	}
	return edit{begin, end, inline(document)}
}

// offset is the byte at a place.
func offset(text string, line, column int) int {
	at := 0
	for range line - 1 {
		at += strings.IndexByte(text[at:], '\n') + 1
	}
	for range column - 1 {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}

// block writes the lines of a block scalar whose | stands at a byte.
func block(text string, begin int, document string) edit {
	at := begin + strings.IndexByte(text[begin:], '\n') + 1
	indent, end := "", at
	for line := range strings.Lines(text[at:]) {
		at += len(line)
		content := strings.TrimSpace(line)
		if content == "" {
			continue
		}
		inner := line[:strings.Index(line, content)]
		if indent == "" {
			indent = inner
		}
		if !strings.HasPrefix(inner, indent) {
			break
		}
		end = at
	}
	var b strings.Builder
	for line := range strings.Lines(document) {
		b.WriteString(indent + line)
	}
	return edit{begin, end, "|\n" + b.String()}
}

// inline is a document on one line, as YAML.
func inline(document string) string {
	root, err := rootOf([]byte(document))
	if err != nil {
		return "null"
	}
	out := etree.NewDocumentWithRoot(root)
	out.Unindent()
	text, err := out.WriteToString()
	if err != nil {
		return "null"
	}
	text = strings.ReplaceAll(strings.TrimSpace(text), "\n", " ")
	if strings.ContainsAny(text, "'\"{}[],&*!|%@`") || strings.Contains(text, ": ") || strings.Contains(text, " #") {
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	return text
}
