package templates_test

import (
	"fmt"
	"strings"

	"texmlsrv/servertest"
	"texmlsrv/texml"
)

// answered lets the person called answer: their leg fetches what the Number of
// the current document says, and with a key pressed what comes then.
func (p *player) answered(words []string) {
	p.t.Helper()
	document := p.aside(p.documents[len(p.documents)-1])
	if len(words) > 1 && words[0] == "presses" {
		p.aside(document, "Digits", words[1])
	}
}

// aside fetches the first aside of a document, as another leg does, and adds
// what that hears to the log.
func (p *player) aside(document string, more ...string) string {
	p.t.Helper()
	link := servertest.Link(p.t, document, "aside")
	path := strings.Split(link, "/")
	p.played[path[2]+"/"+path[3]] = true
	body := strings.ReplaceAll(p.form(more...), "CallSid=", "CallSid=leg.")
	reply := p.server.Send("POST", link, body, formHeader())
	if _, err := texml.Parse([]byte(reply.Body)); reply.Status != 200 || err != nil {
		p.t.Fatalf("%s: %d %v\n%s", link, reply.Status, err, reply.Body)
	}
	p.documents = append(p.documents, reply.Body)
	fmt.Fprintf(&p.log, "# document %d, to the person called\n%s\n", len(p.documents), reply.Body)
	return reply.Body
}
