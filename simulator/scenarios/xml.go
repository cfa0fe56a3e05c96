package scenarios

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// link is a URL that the application handed out, with its ticket.
var link = regexp.MustCompile(`^(?:https?://[^/]*)?/texml/([^/?]+)/([^/?]+)/[0-9]+\.([a-z]+)\.[^/?#]+/?$`)

// canonical is a document in the form in which it is compared: links as how they
// are reached and the place they lead to, indented, without the declaration.
// The order of attributes, comments and white space between elements do not
// count.
func canonical(document []byte) (string, error) {
	root, err := rootOf(document)
	if err != nil {
		return "", err
	}
	tidyElement(root)
	for _, e := range append(root.FindElements(".//*"), root) {
		slices.SortStableFunc(e.Attr, func(a, b etree.Attr) int { return strings.Compare(a.FullKey(), b.FullKey()) })
	}
	return indented(root)
}

// written is a document as an author would write down that it is expected.
func written(document []byte) (string, error) {
	root, err := rootOf(document)
	if err != nil {
		return "", err
	}
	tidyElement(root)
	return indented(root)
}

func rootOf(document []byte) (*etree.Element, error) {
	tree := etree.NewDocument()
	if err := tree.ReadFromBytes(document); err != nil {
		return nil, fmt.Errorf("it is no XML: %w", err)
	}
	if root := tree.Root(); root != nil {
		return root, nil
	}
	return nil, errors.New("it is no XML: there is no element")
}

func indented(root *etree.Element) (string, error) {
	out := etree.NewDocumentWithRoot(root)
	out.IndentWithSettings(&etree.IndentSettings{Spaces: 2, PreserveLeafWhitespace: true})
	text, err := out.WriteToString()
	if err != nil {
		return "", fmt.Errorf("it is no XML: %w", err)
	}
	return strings.TrimSpace(text) + "\n", nil
}

func tidyElement(e *etree.Element) {
	for i := range e.Attr {
		e.Attr[i].Value = link.ReplaceAllString(e.Attr[i].Value, "$3:$1/$2")
	}
	for _, child := range slices.Clone(e.Child) {
		switch child := child.(type) {
		case *etree.Element:
			tidyElement(child)
		case *etree.Comment:
			e.RemoveChild(child)
		}
	}
	if len(e.ChildElements()) > 0 {
		for _, child := range slices.Clone(e.Child) {
			if text, is := child.(*etree.CharData); is && strings.TrimSpace(text.Data) == "" {
				e.RemoveChild(child)
			}
		}
		return
	}
	if text := strings.TrimSpace(e.Text()); text != e.Text() || text != "" {
		e.SetText(link.ReplaceAllString(text, "$3:$1/$2"))
	}
}

// diffContext is how many lines around a difference are shown.
const diffContext = 2

// diffLines shows where two texts differ: lines that were wanted (-) and those
// that are there (+), with a few around them.
func diffLines(want, got string) string {
	was, is := strings.Split(strings.TrimSpace(want), "\n"), strings.Split(strings.TrimSpace(got), "\n")
	begin, end := 0, 0
	for begin < min(len(was), len(is)) && was[begin] == is[begin] {
		begin++
	}
	for end < min(len(was), len(is))-begin && was[len(was)-1-end] == is[len(is)-1-end] {
		end++
	}
	var b strings.Builder
	write := func(mark string, lines []string) {
		for _, line := range lines {
			b.WriteString("  " + mark + " " + line + "\n")
		}
	}
	write(" ", is[max(0, begin-diffContext):begin])
	write("-", was[begin:len(was)-end])
	write("+", is[begin:len(is)-end])
	write(" ", is[len(is)-end:min(len(is), len(is)-end+diffContext)])
	return b.String()
}
