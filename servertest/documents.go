package servertest

import (
	"regexp"
	"strings"
	"testing"
)

// links finds the URLs in a document that carry a ticket.
var links = regexp.MustCompile(`[^"<>\s]*/texml/[a-z0-9_-]+/[a-z0-9_-]+/\d+\.([a-z]+)\.[A-Za-z0-9_~-]+`)

// Link is the first URL in a document that is reached in a way: action,
// invalid, next, step, aside. A document without one fails the test.
func Link(t testing.TB, document, via string) string {
	t.Helper()
	for _, found := range links.FindAllStringSubmatch(document, -1) {
		if found[1] == via {
			return strings.ReplaceAll(found[0], "&amp;", "&")
		}
	}
	t.Fatalf("the document has no link of the kind %s:\n%s", via, document)
	return ""
}
