package terminal

import (
	"strings"

	"github.com/beevik/etree"

	"texmlsrv/texml"
)

// indented is a document with an element a line, so that it can be read. What
// is not well-formed stays as it is.
func indented(source []byte) string {
	tree, err := texml.ParseTree(source)
	if err != nil {
		return strings.TrimSpace(string(source))
	}
	document := etree.NewDocumentWithRoot(tree.Root.Copy())
	document.Indent(2)
	text, err := document.WriteToString()
	if err != nil {
		return strings.TrimSpace(string(source))
	}
	return strings.TrimSpace(text)
}
