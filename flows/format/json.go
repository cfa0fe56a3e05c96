package format

import (
	"strings"
	"unicode/utf8"

	"texmlsrv/flows/problems"
	"texmlsrv/flows/schemas"
)

// formatJSON formats a JSON file: two spaces, the author's order, lists of
// plain values on one line where they fit.
func formatJSON(name, src string) (string, error) {
	before, err := schemas.ReadJSON([]byte(src))
	if err != nil {
		return "", jsonProblems(name, src, err)
	}
	out := indentJSON(src, 0) + "\n"
	after, err := schemas.ReadJSON([]byte(out))
	if err != nil || string(before.Bytes()) != string(after.Bytes()) {
		return "", unfaithful(name)
	}
	return out, nil
}

func jsonProblems(name, src string, err error) error {
	source := problems.NewSource(name, []byte(src))
	var found problems.List
	for _, p := range schemas.Problems(err) {
		found = append(found, source.At(p.Line, p.Column, p.Suggestion, "%s", p.Message))
	}
	if len(found) == 0 {
		found = append(found, source.At(0, 0, "", "%v", err))
	}
	return found.Err()
}

// indentJSON writes valid JSON anew. All lines but the first begin with indent
// spaces; strings and numbers stay as they are written.
func indentJSON(src string, indent int) string {
	r := jsonReader{src: src}
	var w strings.Builder
	r.value().write(&w, indent, indent)
	return w.String()
}

// jsonValue is a piece of JSON as it is written.
type jsonValue struct {
	open  byte   // '{' or '['; 0 for a plain value
	text  string // of a plain value
	names []string
	items []jsonValue
}

// jsonReader reads JSON that is known to be valid.
type jsonReader struct {
	src string
	at  int
}

// next is the byte after any white space; 0 at the end.
func (r *jsonReader) next() byte {
	for r.at < len(r.src) && strings.IndexByte(" \t\r\n", r.src[r.at]) >= 0 {
		r.at++
	}
	if r.at == len(r.src) {
		return 0
	}
	return r.src[r.at]
}

func (r *jsonReader) value() jsonValue {
	open := r.next()
	if open != '{' && open != '[' {
		return jsonValue{text: r.plain()}
	}
	v := jsonValue{open: open}
	r.at++
	for c := r.next(); c != open+2 && c != 0; c = r.next() { // ']' and '}' come two after '[' and '{'
		if open == '{' {
			v.names = append(v.names, r.plain())
			r.next()
			r.at++ // the colon
		}
		v.items = append(v.items, r.value())
		if r.next() == ',' {
			r.at++
		}
	}
	r.at++
	return v
}

// plain reads a string, number or word.
func (r *jsonReader) plain() string {
	start := r.at
	if r.next() == '"' {
		for start, r.at = r.at, r.at+1; r.at < len(r.src) && r.src[r.at] != '"'; r.at++ {
			if r.src[r.at] == '\\' {
				r.at++
			}
		}
		r.at = min(r.at+1, len(r.src))
		return r.src[start:r.at]
	}
	for r.at < len(r.src) && strings.IndexByte(" \t\r\n,:]}", r.src[r.at]) < 0 {
		r.at++
	}
	return r.src[start:r.at]
}

// write writes a value whose first line begins at a column and whose lines are
// indented.
func (v jsonValue) write(w *strings.Builder, indent, column int) {
	if line, ok := v.line(); ok && (len(v.items) == 0 || column+utf8.RuneCountInString(line) < width) {
		w.WriteString(line)
		return
	}
	w.WriteByte(v.open)
	for i, item := range v.items {
		if i > 0 {
			w.WriteByte(',')
		}
		newLine(w, indent+2)
		column := indent + 2
		if v.open == '{' {
			w.WriteString(v.names[i] + ": ")
			column += utf8.RuneCountInString(v.names[i]) + 2
		}
		item.write(w, indent+2, column)
	}
	newLine(w, indent)
	w.WriteByte(v.open + 2)
}

// line is the value on one line, where it may stand on one: plain values, and
// lists of them.
func (v jsonValue) line() (string, bool) {
	if v.open == 0 {
		return v.text, true
	}
	texts := make([]string, len(v.items))
	for i, item := range v.items {
		if v.open == '{' || item.open != 0 {
			return "", false
		}
		texts[i] = item.text
	}
	return string(v.open) + strings.Join(texts, ", ") + string(v.open+2), true
}

func newLine(w *strings.Builder, indent int) {
	w.WriteByte('\n')
	w.WriteString(spaces(indent))
}

func spaces(n int) string { return strings.Repeat(" ", max(0, n)) }
