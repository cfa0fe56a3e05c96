package simulator

import (
	"cmp"
	"context"
	"strings"
	"time"

	"texmlsrv/simulator/wire"
	"texmlsrv/texml"
)

const (
	waitLimit = 50  // fetches of a waitUrl; longer waits pass in silence
	waitUsual = 60. // seconds in a queue, when nothing else is said
)

// enqueue lets the call wait in a queue, to documents that are asked for over
// and over.
func (l *leg) enqueue(ctx context.Context, v *texml.Enqueue) (onward, error) {
	if l.hears(Line{Kind: "enqueue", Text: strings.TrimSpace(v.Queue)}, 0) {
		return hungUp, nil
	}
	act, err := l.asks(ctx, Moment{Kind: MomentQueue, Verb: v})
	if err != nil {
		return onward{}, err
	}
	w := &waiting{l: l, verb: v, status: cmp.Or(act.Status, "bridged"), seconds: cmp.Or(act.Seconds, waitUsual)}
	if longest := float64(cmp.Or(v.MaxWaitTimeSecs, 14400)); w.seconds >= longest {
		w.seconds, w.status = longest, cmp.Or(act.Status, "max_wait")
	}
	next, err := w.waits(ctx)
	if err != nil || next.end != "" {
		return next, err
	}
	action := l.request(MomentQueue, v.Method, v.ActionURL, l.ids.Enqueue(w.now(), queueWord(w.status)))
	if act.HangUp {
		l.does("hangs_up", "")
		if strings.TrimSpace(v.ActionURL) != "" && l.draw("queue hung up", 2) == 1 {
			l.partings = append(l.partings, action)
		}
		return hungUp, nil
	}
	if w.status == "bridged" {
		l.pass(60)
	}
	return l.answers(ctx, action, v.ActionURL, around{})
}

// waiting is one wait in a queue.
type waiting struct {
	l       *leg
	verb    *texml.Enqueue
	status  string
	seconds float64 // until the wait is over by itself
	passed  float64
}

// now is how the wait stands: it is next, after somebody else at first.
func (w *waiting) now() wire.Waiting {
	position := 1
	if w.passed < w.seconds/2 {
		position = 2
	}
	return wire.Waiting{
		Queue: cmp.Or(strings.TrimSpace(w.verb.Queue), "queue"), Position: position, Size: 3,
		Waited: seconds(w.passed), Average: 45 * time.Second,
	}
}

// queueWord is one of our words for the end of a wait as TwiML has it; Telnyx
// publishes none. The longest wait has no word there.
func queueWord(status string) string {
	switch status {
	case "left":
		return "leave"
	case "max_wait":
		return ""
	case "queue_full", "system_error":
		return strings.ReplaceAll(status, "_", "-")
	}
	return wire.Word(status)
}

// waits plays documents until the wait is over, the call leaves the queue, or
// somebody hangs up.
func (w *waiting) waits(ctx context.Context) (onward, error) {
	l, v := w.l, w.verb
	began := l.clock.Now()
	for n := 0; n < waitLimit && w.passed < w.seconds && strings.TrimSpace(v.WaitURL) != ""; n++ {
		here := l.again()
		r := l.request(KindWait, v.WaitURLMethod, v.WaitURL, l.ids.Queue(w.now()))
		end, err := l.aside(ctx, here, texml.WaitURL, r)
		if l.clock.Now().Sub(began).Seconds() <= w.passed {
			l.pass(5) // a document that takes no time is not asked for without end
		}
		w.passed = l.clock.Now().Sub(began).Seconds()
		switch {
		case err != nil:
			return onward{}, err
		case end == left:
			w.status = string(left)
			return onward{}, nil
		case end == NoDocument:
			n = waitLimit
		case end != RanOut:
			return onward{end: end}, nil
		}
	}
	if w.passed < w.seconds {
		l.pass(w.seconds - w.passed)
		w.passed = w.seconds
	}
	return onward{}, ctx.Err()
}
