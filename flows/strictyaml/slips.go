package strictyaml

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"texmlsrv/flows/problems"
)

func (f *File) loadError(e *yaml.LoadError) {
	if strings.Contains(e.Message, "no documents") {
		f.Problems = append(f.Problems, f.At(0, 0, "", "the file is empty"))
		return
	}
	for _, slip := range slips {
		if !slip.sign.MatchString(e.ContextMsg + ": " + e.Message) {
			continue
		}
		at := e.Mark
		if slip.begin {
			at = e.ContextMark
		}
		if f.unquoted(at.Line) || f.commented(at.Line) || slip.colon && f.misplaced(at.Line) {
			return
		}
		f.reportAt(at, slip.hint, slip.message)
		return
	}
	message := e.Message
	if e.ContextMsg != "" {
		message = e.ContextMsg + ": " + message
	}
	f.reportAt(e.Mark, "", "not YAML: "+message)
}

// bare is a line whose value begins with an expression that is not in quotes,
// and goes on behind it.
var bare = regexp.MustCompile(`^\s*(?:- +)?[\w-]+: +({{.*}}[^\s,}#].*)$`)

// unquoted notes that the value of a line is a mapping to the parser, which is
// not what was meant by {{ … }}; it reports whether it is.
func (f *File) unquoted(line int) bool {
	found := bare.FindStringSubmatchIndex(f.Line(line))
	if found == nil {
		return false
	}
	before, value := f.Line(line)[:found[2]], f.Line(line)[found[2]:]
	value, _, _ = strings.Cut(value, " #")
	value = strings.TrimSpace(value)
	quote := `"`
	if strings.Contains(value, quote) {
		quote = "'"
	}
	f.Problems = append(f.Problems, f.At(line, utf8.RuneCountInString(before)+1,
		"write "+quote+value+quote, "a value that begins with {{ must stand in quotes"))
	return true
}

// commented notes that the # of an expression, which is a comment to the
// parser, hides the end of what stands in braces; it reports whether it does.
// The parser finds out some lines later.
func (f *File) commented(stopped int) bool {
	for line := stopped; line >= max(1, stopped-hiddenLines); line-- {
		if found := hidden.FindStringSubmatchIndex(f.Line(line)); found != nil {
			f.Problems = append(f.Problems, f.At(line, utf8.RuneCountInString(f.Line(line)[:found[2]])+1,
				"put a value that holds # in quotes", "# begins a comment here, and hides the rest of the line"))
			return true
		}
	}
	return false
}

// hiddenLines is how far behind the # of an expression the parser may stop.
const hiddenLines = 20

// hidden is a # behind a space within parentheses that are not in quotes.
var hidden = regexp.MustCompile(`^[^"'#]*{[^"'#]*\([^"'()#]*\s(#)`)

// reportAt notes a mistake where the parser saw it; behind the end of the file
// it is told at the end.
func (f *File) reportAt(at yaml.Mark, suggestion, message string) {
	line, column := problems.Place(f.Source.Text, len(f.Source.Text), 1, 1)
	if at.Line < line || at.Line == line && at.Column < column {
		line, column = at.Line, at.Column
	}
	f.Problems = append(f.Problems, f.At(line, min(column, utf8.RuneCountInString(f.Line(line))+1), suggestion, "%s", message))
}

// slips are the mistakes of syntax that authors make, by what the parser says
// of them, in words for people who do not know its grammar.
var slips = []struct {
	sign    *regexp.Regexp
	begin   bool // told where the construct begins, not where it breaks
	colon   bool // the line above may be to blame
	message string
	hint    string
}{
	{regexp.MustCompile(`mapping values are not allowed`), false, true,
		"a colon cannot stand here", "put a value that holds a colon in quotes, or end the key above with a colon"},
	{regexp.MustCompile(`cannot start any token`), false, false,
		"this cannot begin a line or a value", "YAML is indented with spaces, never with tabs; put other values in quotes"},
	{regexp.MustCompile(`quoted scalar: found unexpected`), true, false,
		"the quote is never closed", ""},
	{regexp.MustCompile(`block (mapping|collection): did not find expected`), false, false,
		"this line does not fit the lines above it", "check the indentation: what belongs together begins in the same column"},
	{regexp.MustCompile(`flow (mapping|sequence): did not find expected`), true, false,
		"a bracket or a brace is not closed, or a comma is missing", "put a value that holds {{ … }} in quotes"},
	{regexp.MustCompile(`could not find expected ':'`), true, false,
		"a colon is missing behind this", ""},
	{regexp.MustCompile(`unknown anchor`), false, false,
		"* stands for something that has no name with & above", "put a value that begins with * in quotes"},
	{regexp.MustCompile(`single document`), false, false,
		"the file holds more than one document: --- may stand at its beginning only", ""},
}
