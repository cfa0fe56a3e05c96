package simulator

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"texmlsrv/simulator/wire"
	"texmlsrv/texml"
)

// dial connects the caller to somebody, a queue or a conference.
func (l *leg) dial(ctx context.Context, v *texml.Dial) (onward, error) {
	parties := dialed(v)
	if l.hears(Line{Kind: "dial", Text: parties.text()}, 0) {
		return hungUp, nil
	}
	act, err := l.asks(ctx, Moment{Kind: MomentDial, Verb: v})
	if err != nil {
		return onward{}, err
	}
	talk := &talk{leg: l, verb: v, act: act, status: cmp.Or(act.Status, "completed"), seconds: act.Seconds}
	if act.HangUp && act.Status == "" && act.Seconds == 0 {
		talk.status = "canceled" // while it rang
	}
	if talk.status == "completed" && act.Seconds == 0 {
		talk.seconds = 60
	}
	next, err := talk.with(ctx, parties)
	if err != nil || next.end != "" {
		return next, err
	}
	return talk.over(ctx)
}

// parties are those whom a Dial calls.
type parties []texml.DialNoun

// dialed are the nouns of a Dial; its text is a Number without attributes.
func dialed(v *texml.Dial) parties {
	if len(v.Nouns) == 0 && strings.TrimSpace(v.Number) != "" {
		return parties{&texml.Number{Number: strings.TrimSpace(v.Number)}}
	}
	return v.Nouns
}

// text says who they are.
func (p parties) text() string {
	var names []string
	for _, noun := range p {
		switch n := noun.(type) {
		case *texml.Number:
			names = append(names, strings.TrimSpace(n.Number))
		case *texml.Sip:
			names = append(names, strings.TrimSpace(n.URI))
		case *texml.Queue:
			names = append(names, "queue "+strings.TrimSpace(n.Name))
		case *texml.Conference:
			names = append(names, "conference "+strings.TrimSpace(n.Name))
		}
	}
	return strings.Join(names, ", ")
}

// talk is what came of a Dial.
type talk struct {
	*leg
	verb    *texml.Dial
	act     Act
	status  string  // in our words
	seconds float64 // of the talk
	child   *leg    // who answered, or rang last; nil for a conference
}

// with calls each of the parties. The first is the one that answers, when
// somebody does.
func (t *talk) with(ctx context.Context, all parties) (onward, error) {
	for i, noun := range all {
		var next onward
		var err error
		switch n := noun.(type) {
		case *texml.Number:
			next, err = t.calls(ctx, i, callee{
				party: n.Number, url: n.URL, method: n.Method, events: n.StatusCallbackEvent,
				callback: n.StatusCallback, callbackMethod: n.StatusCallbackMethod,
				machine: n.MachineDetection, machineCallback: n.AMDStatusCallback,
			})
		case *texml.Sip:
			next, err = t.calls(ctx, i, callee{
				party: n.URI, url: n.URL, method: n.Method, events: n.StatusCallbackEvent,
				callback: n.StatusCallback, callbackMethod: n.StatusCallbackMethod,
				machine: n.MachineDetection, machineCallback: n.AMDStatusCallback,
			})
		case *texml.Queue:
			next, err = t.queue(ctx, n)
		case *texml.Conference:
			next, err = t.conference(ctx, n)
		}
		if err != nil || next.end != "" {
			return next, err
		}
	}
	return onward{}, ctx.Err()
}

// over tells how the Dial went.
func (t *talk) over(ctx context.Context) (onward, error) {
	l := t.leg
	action := l.request(MomentDial, t.verb.Method, t.verb.ActionURL, t.action())
	recording := t.recording()
	if t.act.HangUp {
		l.does("hangs_up", "")
		l.partings = append(l.partings, recording...)
		if t.verb.ActionURL != "" {
			l.partings = append(l.partings, action)
		}
		return hungUp, nil
	}
	return l.answers(ctx, action, t.verb.ActionURL, around{after: recording})
}

// recording tells of the talk's recording, when there is one.
func (t *talk) recording() []request {
	v := t.verb
	if v.Record == "" || v.Record == "do-not-record" || t.status != "completed" {
		return nil
	}
	r := t.recorder("DialVerb", v.RecordingStatusCallback, v.RecordingStatusCallbackMethod, v.RecordingStatusCallbackEvent)
	r.recording.Length = seconds(t.seconds)
	r.recording.Began = t.clock.Now().Add(-r.recording.Length)
	return append(r.told("in-progress"), r.ends()...)
}

// callee is what a Number or a Sip says about one leg.
type callee struct {
	party, url, method, events string
	callback, callbackMethod   string
	machine, machineCallback   string
}

// wants reports whether the leg's callback is told of an event; the end is what
// it is told of by default.
func (c callee) wants(event string) bool {
	return strings.TrimSpace(c.callback) != "" && slices.Contains(strings.Fields(cmp.Or(c.events, "completed")), event)
}

// calls calls one party. Those behind the first ring and are given up.
func (t *talk) calls(ctx context.Context, i int, who callee) (onward, error) {
	child := t.leg.child("callee", strings.TrimSpace(who.party))
	told := func(event, status string) {
		if who.wants(event) {
			t.tell(ctx, t.notice(KindStatus, who.callbackMethod, who.callback, child.ids.Status(child.moment(status)))...)
		}
	}
	told("initiated", "initiated")
	told("ringing", "ringing")
	if i > 0 { // somebody else answered
		told("completed", "canceled")
		return onward{}, ctx.Err()
	}
	t.child = child
	t.pass(t.rings())
	if t.status != "completed" {
		told("completed", t.status)
		return onward{}, ctx.Err()
	}
	told("answered", "answered")
	if strings.TrimSpace(who.machineCallback) != "" && who.machine != "" && who.machine != "Disable" {
		t.tell(ctx, t.notice(KindMachine, "", who.machineCallback, child.ids.MachineDetection(3*time.Second))...)
	}
	end, err := t.screens(ctx, who)
	if err != nil || end != "" {
		return onward{end: end}, err
	}
	t.pass(t.seconds)
	told("completed", "completed")
	return onward{}, ctx.Err()
}

// rings is how long it rings.
func (t *talk) rings() float64 {
	if t.status != "no_answer" {
		return 5
	}
	return float64(cmp.Or(t.verb.Timeout, 30))
}

// screens plays the document of a party to them before the two are connected.
// Who hangs up on it, or is hung up on, has answered all the same: it was a
// talk as short as that document.
func (t *talk) screens(ctx context.Context, who callee) (End, error) {
	if strings.TrimSpace(who.url) == "" {
		return "", nil
	}
	began := t.clock.Now()
	end, err := t.aside(ctx, t.child, texml.ScreenURL, t.request(KindScreen, who.method, who.url, t.child.ids.Fetch()))
	if err != nil || end == InvalidDocument || end == TooLong {
		return end, err
	}
	if end == HungUp {
		t.seconds = t.clock.Now().Sub(began).Seconds()
		t.act.Seconds = t.seconds
	}
	return "", nil
}

// queue connects to whoever waits in a queue.
func (t *talk) queue(ctx context.Context, n *texml.Queue) (onward, error) {
	if t.status != "completed" {
		t.pass(1)
		return onward{}, nil
	}
	t.child = t.leg.child("queued", "+14155550177")
	if strings.TrimSpace(n.URL) != "" {
		end, err := t.aside(ctx, t.child, texml.QueueURL, t.request(KindQueued, n.Method, n.URL, t.child.ids.Fetch()))
		if err != nil || end == InvalidDocument || end == TooLong {
			return onward{end: end}, err
		}
	}
	t.pass(t.seconds)
	return onward{}, ctx.Err()
}

// aside plays a document to somebody else on the line, and gives how it ended.
// An application that has none is no reason to end the call.
func (l *leg) aside(ctx context.Context, who *leg, why texml.Context, r request) (End, error) {
	who.context, who.doc = why, l.doc
	reason := l.record.Reason
	doc, err := who.fetch(ctx, r, around{})
	if err != nil {
		return "", err
	}
	next, err := who.run(ctx, doc)
	if next.end == NoDocument {
		l.record.Reason = reason
	}
	return next.end, err
}

// action is what the Dial brought.
func (t *talk) action() url.Values {
	how := wire.Dialed{Status: t.status, ErrorCode: t.act.Reason}
	if t.child != nil {
		how.SID = t.child.ids.SID
	}
	if t.status == "completed" {
		how.Length = seconds(t.seconds)
	}
	return t.ids.Dial(t.moment("completed"), how)
}

// seconds is a number of them as a duration.
func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }
