package simulator

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"

	"texmlsrv/texml"
)

// documentLimit bounds the documents of one call, so that an application that
// redirects in a circle comes to an end.
const documentLimit = 400

// around are the notifications that go with a request for a document.
type around struct{ before, after []request }

// fetch asks for a document with the misbehaviours that are due. It is nil when
// there is none that can be executed; the leg then knows why.
func (l *leg) fetch(ctx context.Context, r request, with around) (*document, error) {
	b := l.pending
	l.pending = nil
	if b.has(Reorder) {
		with.before, with.after = with.after, with.before
	}
	for _, notice := range with.before {
		l.tell(ctx, notice)
	}
	r.leg = l.name
	answer := l.deliver(ctx, r, b)
	if !usable(answer) && l.FallbackURL != "" && answer.Behaves != Failover && ctx.Err() == nil {
		l.done(answer)
		answer = l.fallback(ctx, r, b)
	}
	doc := l.opened(answer)
	l.done(answer)
	for _, notice := range with.after {
		l.tell(ctx, notice)
	}
	return doc, ctx.Err()
}

// usable reports whether an answer is a document at all, well-formed or not.
func usable(x *Exchange) bool {
	return x.Status == http.StatusOK && bytes.HasPrefix(bytes.TrimLeft(x.Answer, "\ufeff \t\r\n"), []byte("<"))
}

// opened reads an answer that is to be executed.
func (l *leg) opened(x *Exchange) *document {
	if !usable(x) {
		l.fails(NoDocument, fmt.Sprintf("%s %s was answered with status %d and no document %s", x.Method, x.URL, x.Status, x.Failure))
		return nil
	}
	x.Executed = true
	x.Problems = texml.Check(x.Answer, texml.CheckOptions{Context: l.context})
	doc := &document{method: x.Method}
	if l.leads() {
		l.record.Documents++
		x.Document, doc.number = l.record.Documents, l.record.Documents
	}
	for _, p := range x.Problems {
		if p.Severity == texml.Error {
			l.fails(InvalidDocument, p.String())
			return nil
		}
	}
	var err error
	if doc.response, err = texml.Parse(x.Answer); err == nil {
		doc.url, err = url.Parse(x.URL)
	}
	if err != nil {
		l.fails(InvalidDocument, err.Error())
		return nil
	}
	if doc.number > documentLimit {
		l.fails(TooLong, fmt.Sprintf("more than %d documents", documentLimit))
		return nil
	}
	return doc
}
