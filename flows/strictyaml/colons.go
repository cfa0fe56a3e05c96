package strictyaml

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	// keyed is a line with a key: what is before it, the key, and its value.
	keyed = regexp.MustCompile(`^(\s*(?:- +)*)([\w-]+):(?: +([^\s#].*))?\s*$`)
	// keyless is a line, or an item of a list, that begins with a word, where a
	// key stands in the line below.
	keyless = regexp.MustCompile(`^(\s*)(- +)?([\w-]+)( .*)?$`)
)

// misplaced notes why a colon that is right by itself cannot stand in a line: it
// is the line above that has no colon, or that this one is indented from. It
// reports whether it is so.
func (f *File) misplaced(line int) bool {
	here := keyed.FindStringSubmatch(f.Line(line))
	above := f.above(line)
	if here == nil || above == 0 {
		return false
	}
	if has := keyed.FindStringSubmatch(f.Line(above)); has != nil {
		return f.indented(line, here, has)
	}
	lacks := keyless.FindStringSubmatch(f.Line(above))
	if lacks == nil || lacks[2] == "" && lacks[4] != "" { // a text of several lines, perhaps
		return false
	}
	key := lacks[3]
	at := utf8.RuneCountInString(lacks[1]+lacks[2]+key) + 1
	f.Problems = append(f.Problems, f.At(above, at, "write "+strings.TrimSpace(key+":"+lacks[4]), "a colon is missing behind %q", key))
	return true
}

// indented notes a key that begins further right than the one above, which has a
// value already.
func (f *File) indented(line int, here, above []string) bool {
	column, wanted := utf8.RuneCountInString(here[1])+1, utf8.RuneCountInString(above[1])+1
	if above[3] == "" || column <= wanted {
		return false
	}
	f.Problems = append(f.Problems, f.At(line, column, fmt.Sprintf("begin it in column %d, below %q", wanted, above[2]),
		"this line begins further right than the line above, whose value is complete"))
	return true
}

// above is the last line before one that is neither empty nor a comment; 0 for
// none.
func (f *File) above(line int) int {
	for line--; line > 0; line-- {
		if text := strings.TrimSpace(f.Line(line)); text != "" && text[0] != '#' {
			return line
		}
	}
	return 0
}
