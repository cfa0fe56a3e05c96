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
	b := l.due()
	if b.has(Reorder) {
		with = l.reordered(ctx, r, with)
	}
	l.tell(ctx, with.before...)
	r.leg, r.beside = l.name, !l.leading()
	if l.lasts(b.delay()) {
		return l.overtaken(ctx, r, b, with)
	}
	answer := l.deliver(ctx, r, b)
	if !answer.Usable() && l.fallsBack(r) && answer.Behaves != Failover && ctx.Err() == nil {
		l.done(answer)
		answer = l.fallback(ctx, r, b)
	}
	doc := l.opened(answer)
	l.done(answer)
	l.tell(ctx, with.after...)
	return doc, ctx.Err()
}

// overtaken has a request that was on its way too long arrive after what took
// the document's place meanwhile. Its answer is not executed.
func (l *leg) overtaken(ctx context.Context, r request, b behaviours, with around) (*document, error) {
	l.late = append(l.late, late{envelope: l.seal(r, b), behaves: Delay, after: 1, times: 1 + b.times(Duplicate)})
	l.tell(ctx, with.after...)
	return nil, ctx.Err()
}

// reordered has a request arrive after what would follow it: after the
// notifications that go with it; where there are none, after the document ran
// out and went on, though the answer to the request is what is executed.
func (l *leg) reordered(ctx context.Context, r request, with around) around {
	if len(with.before)+len(with.after) > 0 || l.doc == nil || r.kind == KindRedirect || len(l.rest) == 0 {
		return around{before: with.after, after: with.before}
	}
	if next, is := l.rest[0].(*texml.Redirect); is {
		l.done(l.send(ctx, l.seal(l.redirection(next), nil), Reorder))
	}
	return with
}

// Usable reports whether the answer is a document at all, well-formed or not.
func (x *Exchange) Usable() bool {
	return x.Status == http.StatusOK && bytes.HasPrefix(bytes.TrimLeft(x.Answer, "\ufeff \t\r\n"), []byte("<"))
}

// unusable says what came in place of a document.
func (x *Exchange) unusable() string {
	switch {
	case x.Status == 0:
		return "nothing: " + x.Failure
	case x.Failure != "":
		return fmt.Sprintf("status %d and %s", x.Status, x.Failure)
	}
	return fmt.Sprintf("status %d and no document", x.Status)
}

// opened reads an answer that is to be executed.
func (l *leg) opened(x *Exchange) *document {
	if !x.Usable() {
		l.fails(NoDocument, fmt.Sprintf("%s %s was answered with %s", x.Method, x.URL, x.unusable()))
		return nil
	}
	x.Executed = true
	x.Problems = texml.Check(x.Answer, texml.CheckOptions{Context: l.context})
	l.executed++
	doc := &document{}
	if l.leading() {
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
	if l.executed > documentLimit {
		l.fails(TooLong, fmt.Sprintf("more than %d documents", documentLimit))
		return nil
	}
	return doc
}
