package simulator

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"

	"texmlsrv/simulator/wire"
	"texmlsrv/texml"
)

// leg is one connection to one person, on which documents are executed: the
// caller's own, or that of somebody dialed or queued.
type leg struct {
	*course
	name    string // "": the caller's own
	ids     wire.Call
	times   clockwork
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

// hungUp is where a verb leads in which the caller hangs up.
var hungUp = onward{end: CallerHungUp}

// left is the end of a document that is played in a queue: Leave.
const left End = "left"

// leading reports whether the documents of the leg lead the call.
func (l *leg) leading() bool { return l.name == "" && l.context == texml.Main }

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
		l.leavesOff(ctx)
		next, err = l.execute(ctx)
	}
	return next, err
}

// execute executes one document verb by verb, until one leads away.
func (l *leg) execute(ctx context.Context) (onward, error) {
	verbs := l.doc.response.Verbs
	for i, verb := range verbs {
		l.rest = verbs[i+1:]
		next, err := onward{}, error(nil)
		if !l.heeds() {
			next, err = l.verb(ctx, verb)
		}
		next, err = l.overruled(ctx, next, err)
		if err != nil || next != (onward{}) {
			return next, err
		}
	}
	if l.heeds() {
		return l.overruled(ctx, onward{}, nil)
	}
	return l.closes(ctx, RanOut)
}

// verb executes one verb.
func (l *leg) verb(ctx context.Context, verb texml.Verb) (onward, error) {
	switch v := verb.(type) {
	case *texml.Gather:
		return l.gather(ctx, v)
	case *texml.AIGather:
		return l.aiGather(ctx, v)
	case *texml.Dial:
		return l.dial(ctx, v)
	case *texml.Record:
		return l.records(ctx, v)
	case *texml.Enqueue:
		return l.enqueue(ctx, v)
	case *texml.Connect:
		return l.connect(ctx, v)
	case *texml.HttpRequest:
		return l.httpRequest(ctx, v)
	case *texml.Refer:
		return l.refer(ctx, v)
	case *texml.Pay:
		return l.pay(ctx, v)
	case *texml.Redirect:
		return l.redirect(ctx, v)
	case *texml.Hangup:
		l.hears(Line{Kind: "hangup"}, 0)
		return l.closes(ctx, HungUp)
	case *texml.Reject:
		l.refused = cmp.Or(v.Reason, "rejected")
		l.hears(Line{Kind: "reject", Text: l.refused}, 0)
		return l.closes(ctx, Rejected)
	case *texml.Leave:
		l.hears(Line{Kind: "leave"}, 0)
		return onward{end: left}, nil
	}
	return l.plays(ctx, verb), nil
}

// redirect goes on with another document.
func (l *leg) redirect(ctx context.Context, v *texml.Redirect) (onward, error) {
	if gone, err := l.listened(ctx, false); gone || err != nil {
		return hungUp, err
	}
	if l.hears(Line{Kind: "redirect", Text: l.resolve(v.URL)}, 0) {
		return hungUp, nil
	}
	return l.goes(l.fetch(ctx, l.redirection(v), around{}))
}

// redirection is the request that a Redirect makes.
func (l *leg) redirection(v *texml.Redirect) request {
	return l.request(KindRedirect, v.Method, v.URL, l.ids.Fetch())
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
	if l.asked || !l.leading() {
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
	l.pending = append(l.pending, l.spoils(act.Behaves)...)
	return act, err
}

// hears plays a line for so many seconds, and reports whether the document is
// over with it: because the caller hung up in the middle, or of what the API took.
func (l *leg) hears(line Line, seconds float64) (gone bool) {
	line.Leg, line.At = l.name, l.clock.Now()
	l.record.Lines = append(l.record.Lines, line)
	if l.call.Caller.Hears(line) && l.name == "" {
		l.pass(seconds / 2)
		l.does("hangs_up", "")
		return true
	}
	return l.lasts(seconds)
}

// does records what the caller did. He is not told of it.
func (l *leg) does(kind, text string) {
	l.record.Lines = append(l.record.Lines, Line{Kind: kind, Text: text, Leg: l.name, At: l.clock.Now()})
}

// answers requests the action of a verb that came to an end, unless it has
// none or this is one of the times when Telnyx does not: then the next verb
// runs, as it does where there is no action.
func (l *leg) answers(ctx context.Context, action request, ref string, with around) (onward, error) {
	if strings.TrimSpace(ref) == "" || l.pending.unasked() {
		l.tell(ctx, with.before...)
		l.tell(ctx, with.after...)
		return onward{}, l.skips(ctx)
	}
	return l.goes(l.fetch(ctx, action, with))
}

// skips goes on to the next verb without the action that was due.
func (l *leg) skips(ctx context.Context) error {
	if l.pending.unasked() {
		l.pending = l.pending.asked()
		l.lasts([]float64{grace, grace / 6}[l.draw("goes on unasked", 2)])
	}
	return ctx.Err()
}

// resolve makes a URL of the document absolute.
func (l *leg) resolve(ref string) string {
	target, err := l.doc.url.Parse(strings.TrimSpace(ref))
	if err != nil {
		return ref
	}
	return target.String()
}

// request is one to a URL of the document; POST unless the method says GET.
func (l *leg) request(kind, method, ref string, form url.Values) request {
	return request{
		kind: kind, leg: l.name, url: l.resolve(ref), form: form,
		method: strings.ToUpper(cmp.Or(strings.TrimSpace(method), http.MethodPost)),
	}
}

// notice is a request to a callback URL of the document, if it has one.
func (l *leg) notice(kind, method, ref string, form url.Values) []request {
	if strings.TrimSpace(ref) == "" {
		return nil
	}
	return []request{l.request(kind, method, ref, form)}
}
