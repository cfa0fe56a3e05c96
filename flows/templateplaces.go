package flows

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"texmlsrv/flows/problems"
	"texmlsrv/texml"
)

// A document is parsed as one element, so a few bytes are put into it first.
// Places are told in what the author wrote.

var (
	declared     = regexp.MustCompile(`^\s*<\?xml[^>]*\?>`)
	responseRoot = regexp.MustCompile(`^\s*(?:<!--(?s:.*?)-->\s*)*<Response(?:[\s/>])`)
	declaresFlow = regexp.MustCompile(`^[^>]*\sxmlns:flow\s*=`)
)

// wrap puts the Response around a document that leaves it out, on the first
// line, so that the lines stay what they are. Inline documents need not
// declare the flow: prefix.
func (t *templateReader) wrap(text string) {
	t.insert = len(declared.FindString(text))
	head, body := text[:t.insert], text[t.insert:]
	declaration := ""
	if t.inline {
		declaration = ` xmlns:flow="` + namespace + `"`
	}
	if !responseRoot.MatchString(body) {
		open := "<Response" + declaration + ">"
		t.text, t.lead = head+open+body+"</Response>", len(open)
		t.end = len(t.text) - len("</Response>")
		return
	}
	name := len(responseRoot.FindString(body)) - 1
	if declaresFlow.MatchString(body[name:]) {
		declaration = ""
	}
	t.insert += name
	t.text, t.lead = text[:t.insert]+declaration+text[t.insert:], len(declaration)
	t.end = len(t.text)
}

// problem reports a mistake at a place of the parsed text.
func (t *templateReader) problem(at texml.Pos, suggestion, format string, args ...any) {
	t.report(t.offset(at), suggestion, format, args...)
}

// report reports a mistake at a byte of the parsed text.
func (t *templateReader) report(offset int, suggestion, format string, args ...any) {
	if offset > t.insert {
		offset = max(t.insert, offset-t.lead)
	}
	if t.inline {
		t.ReportIn(t.node, offset, suggestion, format, args...)
		return
	}
	line, column := problems.Place(t.doc.Text, offset, 1, 1)
	t.Problems = append(t.Problems, t.doc.At(line, column, suggestion, format, args...))
}

// offset is the byte of the parsed text at a place.
func (t *templateReader) offset(at texml.Pos) int { return offsetIn(t.text, at.Line, at.Column) }

// inXML is the byte behind text, which stands in a source from a byte on, with
// its entities.
func inXML(source string, at int, text string) int {
	for text != "" && at < len(source) {
		_, size := utf8.DecodeRuneInString(text)
		written := size
		switch end := strings.IndexByte(source[at:], ';'); {
		case strings.HasPrefix(source[at:], "\r\n"):
			written = 2
		case source[at] == '&' && end > 0 && !strings.HasPrefix(text, source[at:at+end+1]):
			written = end + 1
		}
		at, text = at+written, text[size:]
	}
	return min(at, len(source))
}

// inJSON is the same for the inside of a string in JSON.
func inJSON(source string, at int, text string) int {
	for text != "" && at < len(source) {
		_, size := utf8.DecodeRuneInString(text)
		written := size
		if source[at] == '\\' {
			written = 2
			if strings.HasPrefix(source[at:], `\u`) {
				written = 6
			}
		}
		at, text = at+written, text[size:]
	}
	return min(at, len(source))
}

// offsetIn is the byte of text at a line and a column, both from 1.
func offsetIn(text string, line, column int) int {
	offset := 0
	for range line - 1 {
		next := strings.IndexByte(text[offset:], '\n')
		if next < 0 {
			return len(text)
		}
		offset += next + 1
	}
	for range column - 1 {
		_, size := utf8.DecodeRuneInString(text[offset:])
		offset += size
	}
	return offset
}
