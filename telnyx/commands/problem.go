package commands

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Path leads from the parameters of a command to one value: names of members,
// and positions in lists, counted from 0, as text.
type Path []string

// String writes a path as people do: assistant.tools[0].transfer.from.
func (p Path) String() string {
	var b strings.Builder
	for i, step := range p {
		switch _, err := strconv.Atoi(step); {
		case err == nil:
			b.WriteString("[" + step + "]")
		case i == 0:
			b.WriteString(step)
		default:
			b.WriteString("." + step)
		}
	}
	return b.String()
}

func (p Path) to(step string) Path {
	return append(p[:len(p):len(p)], step)
}

func (p Path) at(i int) Path { return p.to(strconv.Itoa(i)) }

// Problem is one thing that is wrong with the parameters of a command. It never
// holds a value that may say who the caller is or what they said.
type Problem struct {
	Path    Path // nil when the parameters as a whole are meant
	Message string
	Warning bool     // Telnyx may take it all the same
	Value   string   // the unknown name or word, for suggesting one that is near; else ""
	Known   []string // what could have stood in its place; nil when there is no such list
}

// String is the path and the message.
func (p Problem) String() string {
	if len(p.Path) == 0 {
		return p.Message
	}
	return p.Path.String() + " " + p.Message
}

// InvalidError is a command, or a TeXML REST request, that Telnyx would refuse.
// It was not sent.
type InvalidError struct {
	Command  string
	Problems []Problem // one or more, none of them a warning; in the order of the declaration
}

func (e *InvalidError) Error() string {
	said := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		said[i] = p.String()
	}
	return fmt.Sprintf("telnyx: %s: %s", e.Command, strings.Join(said, "; "))
}

// Err is the problems that are more than warnings as one *InvalidError; nil
// when there are none.
func Err(command string, problems []Problem) error {
	var wrong []Problem
	for _, p := range problems {
		if !p.Warning {
			wrong = append(wrong, p)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return &InvalidError{Command: command, Problems: wrong}
}

// shown is how much of a value a message quotes, in characters.
const shown = 40

// quote writes a value into a message. No private parameter has words or a form
// that a message quotes; a test holds the table to that.
func quote(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
	if runes := []rune(s); len(runes) > shown {
		s = string(runes[:shown]) + "…"
	}
	return `"` + s + `"`
}

// choices lists words for a message, the last one behind an or.
func choices(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// amount writes a limit as people do: 3000, 0.25.
func amount(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// counted is "1 character", "3 characters".
func counted(n int, one string) string {
	return cmp.Or(map[int]string{1: "1 " + one}[n], fmt.Sprintf("%d %ss", n, one))
}
