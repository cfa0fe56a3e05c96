package simulator

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"texmlsrv/texml"
)

// leg is one connection to one person, on which documents are executed: the
// caller's own, or that of somebody dialed or queued.
type leg struct {
	*course
	name    string // "": the caller's own
	ids     ids
	context texml.Context // what its documents are fetched for
	doc     *document     // being executed
	rest    []texml.Verb  // of doc, behind the verb being executed
	asked   bool          // doc waited for something
	failed  End           // why there is no document
}

// onward is where a verb leads. The zero value is to the next verb.
type onward struct {
	document *document // executed in place of the rest
	end      End       // of the leg
}

// left is the end of a document that is played in a queue: Leave.
const left End = "left"

// leads reports whether the documents of the leg lead the call.
func (l *leg) leads() bool { return l.name == "" && l.context == texml.Main }

// fails notes why a document could not be executed.
func (l *leg) fails(end End, reason string) {
	l.failed, l.record.Reason = end, reason
}

// goes leads to what a request for a document brought.
func (l *leg) goes(doc *document, err error) (onward, error) {
	if doc == nil {
		return onward{end: l.failed}, err
	}
	return onward{document: doc}, err
}

// run executes a document and those that it leads to.
func (l *leg) run(ctx context.Context, doc *document) (onward, error) {
	next, err := l.goes(doc, nil)
	for err == nil && next.end == "" {
		l.doc, l.asked = next.document, false
		next, err = l.execute(ctx)
	}
	return next, err
}

// execute executes one document verb by verb, until one leads away.
func (l *leg) execute(ctx context.Context) (onward, error) {
	verbs := l.doc.response.Verbs
	for i, verb := range verbs {
		l.rest = verbs[i+1:]
		next, err := l.verb(ctx, verb)
		if err != nil || next != (onward{}) {
			return next, err
		}
	}
	return l.closes(ctx, RanOut)
}

// closes ends the leg; a caller who was asked nothing is heard before.
func (l *leg) closes(ctx context.Context, end End) (onward, error) {
	gone, err := l.listened(ctx, true)
	if gone {
		end = CallerHungUp
	}
	return onward{end: end}, err
}

// listened lets the caller act at the end of a document that waited for
// nothing, and reports whether he hung up.
func (l *leg) listened(ctx context.Context, last bool) (gone bool, err error) {
	if l.asked || !l.leads() {
		return false, nil
	}
	act, err := l.asks(ctx, Moment{Kind: MomentListened, Last: last})
	if act.HangUp {
		l.does("hangs_up", "")
	}
	return act.HangUp, err
}

// asks lets the caller act, and remembers how the request that follows is to
// misbehave.
func (l *leg) asks(ctx context.Context, m Moment) (Act, error) {
	l.asked = true
	m.Leg, m.Context, m.Document = l.name, l.context, l.record.Documents
	m.URL, m.At = l.doc.url.String(), l.clock.Now()
	act, err := l.call.Caller.Acts(ctx, m)
	l.pending = append(l.pending, act.Behaves...)
	return act, err
}

// hears plays a line for so many seconds, and reports whether the caller hung
// up in the middle of it.
func (l *leg) hears(line Line, seconds float64) (gone bool) {
	line.Leg, line.At = l.name, l.clock.Now()
	l.record.Lines = append(l.record.Lines, line)
	gone = l.call.Caller.Hears(line) && l.name == ""
	if gone {
		l.pass(seconds / 2)
		l.does("hangs_up", "")
		return true
	}
	l.pass(seconds)
	return false
}

// does records what the caller did. He is not told of it.
func (l *leg) does(kind, text string) {
	l.record.Lines = append(l.record.Lines, Line{Kind: kind, Text: text, Leg: l.name, At: l.clock.Now()})
}

// resolve makes a URL of the document absolute.
func (l *leg) resolve(ref string) string {
	target, err := l.doc.url.Parse(strings.TrimSpace(ref))
	if err != nil {
		return ref
	}
	return target.String()
}

// request is one to a URL of the document. Verbs without a method of their own
// give the one that the application is configured with.
func (l *leg) request(kind, method, ref string, form map[string][]string) request {
	return request{
		kind: kind, leg: l.name, url: l.resolve(ref), form: form,
		method: strings.ToUpper(cmp.Or(strings.TrimSpace(method), http.MethodPost)),
	}
}

// verb executes one verb.
func (l *leg) verb(ctx context.Context, verb texml.Verb) (onward, error) {
	switch v := verb.(type) {
	case *texml.Say, *texml.Play, *texml.Pause:
		return l.plays(v), nil
	case *texml.Gather:
		return l.gather(ctx, v)
	case *texml.AIGather:
		return l.aiGather(ctx, v)
	case *texml.Redirect:
		return l.redirect(ctx, v)
	case *texml.Hangup:
		l.hears(Line{Kind: "hangup"}, 0)
		return l.closes(ctx, HungUp)
	}
	l.hears(Line{Kind: "unknown", Text: texml.Name(verb)}, 0)
	return onward{}, nil
}

// redirect goes on with another document.
func (l *leg) redirect(ctx context.Context, v *texml.Redirect) (onward, error) {
	if gone, err := l.listened(ctx, false); gone || err != nil {
		return onward{end: CallerHungUp}, err
	}
	if l.hears(Line{Kind: "redirect", Text: l.resolve(v.URL)}, 0) {
		return onward{end: CallerHungUp}, nil
	}
	return l.goes(l.fetch(ctx, l.request(KindRedirect, v.Method, v.URL, l.ids.Fetch()), around{}))
}
