package simulator

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"time"

	"texmlsrv/simulator/api"
)

// slice is how long it takes at most until a call heeds what the API took, and
// grace what a platform waits that does not request an action: the application
// has that long to come by itself.
const (
	slice = 250 * time.Millisecond
	grace = 3.
)

// order is something that the API took, and that the call has not heeded yet.
type order struct {
	command *api.Command
	update  *api.Update
}

// call tells of a call by its id.
func (c *Control) call(id string) (api.Call, bool) { return c.stands(id) }

// command takes a command.
func (c *Control) command(_ context.Context, given api.Command) *api.Failure {
	one := c.course(given.CallID)
	if one == nil {
		return api.CallEnded() // this very moment
	}
	one.mu.Lock()
	defer one.mu.Unlock()
	switch given.Name {
	case assistantStart:
		if one.assisted {
			return api.AssistantRunning()
		}
		one.assisted = true
	case assistantStop:
		one.assisted = false
	}
	one.orders = append(one.orders, order{command: &given})
	return nil
}

// update takes an update.
func (c *Control) update(_ context.Context, given api.Update) *api.Failure {
	one := c.course(given.CallSID)
	if one == nil {
		return api.CallEnded()
	}
	defer func() {
		if given.Status != "" {
			one.stand(given.Status) // from now on the call can take nothing more
		}
	}()
	one.mu.Lock()
	defer one.mu.Unlock()
	one.orders = append(one.orders, order{update: &given})
	return nil
}

// standing is what the API tells of a call.
func (c *course) standing() api.Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stands
}

// stand notes how the call stands: ringing, in-progress, or a final word.
func (c *course) stand(status string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.clock.Now()
	s := &c.stands
	if s.Started.IsZero() {
		*s = api.Call{From: c.call.From, To: c.call.To, Direction: c.call.Direction, AnsweredBy: c.call.AnsweredBy, Started: now}
	}
	if s.Status = status; status != "ringing" && status != "in-progress" {
		s.Ended = now
	}
}

// ordered is the next order; false when there is none.
func (c *course) ordered() (order, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.orders) == 0 {
		return order{}, false
	}
	o := c.orders[0]
	c.orders = c.orders[1:]
	return o, true
}

// cut is what takes the place of the document that is executed, and of whatever
// it waits for.
type cut func(context.Context) (onward, error)

// heeds carries out what the API took, and what a command does by now. It
// reports whether the document is over because of it: execute then knows why.
func (l *leg) heeds() bool {
	for l.Control != nil && l.leading() && l.doc != nil && l.cut == nil && l.broken == nil {
		if o, has := l.ordered(); has {
			l.carriesOut(o)
			continue
		}
		e := l.errand
		if e == nil || e.next == nil || e.at.After(l.clock.Now()) {
			break
		}
		next := e.next
		e.next = nil
		l.broken = next(l.ctx)
	}
	return l.cut != nil || l.broken != nil
}

// lasts lets time go by, in which the API and what it began may end the
// document. It reports whether that is so.
func (l *leg) lasts(n float64) (over bool) {
	if l.Control == nil || !l.leading() || n <= 0 {
		l.pass(n)
		return false
	}
	until := l.clock.Now().Add(seconds(n))
	for !l.heeds() {
		now := l.clock.Now()
		if !now.Before(until) {
			return false
		}
		next := now.Add(slice)
		if e := l.errand; e != nil && e.next != nil && e.at.Before(next) {
			next = e.at
		}
		if until.Before(next) {
			next = until
		}
		l.clock.Advance(next.Sub(now))
	}
	return true
}

// overruled is where the call goes on, if that is not where a verb leads.
func (l *leg) overruled(ctx context.Context, next onward, err error) (onward, error) {
	switch by := l.cut; {
	case err != nil:
		return next, err
	case l.broken != nil:
		return onward{}, l.broken
	case by != nil && l.leading():
		l.cut = nil
		return by(ctx)
	}
	return next, nil
}

// carriesOut does what the API took.
func (l *leg) carriesOut(o order) {
	if o.command != nil {
		l.obeys(*o.command)
		return
	}
	switch u := *o.update; {
	case u.Status != "":
		l.hears(Line{Kind: lineUpdate, Text: u.Status}, 0)
		l.cut = func(context.Context) (onward, error) { return onward{end: Completed}, nil }
	case u.URL != "":
		l.hears(Line{Kind: lineUpdate, Text: u.URL}, 0)
		l.cut = func(ctx context.Context) (onward, error) { return l.goes(l.fetch(ctx, l.updated(u), around{})) }
	case u.Texml != "":
		l.hears(Line{Kind: lineUpdate, Text: "TeXML"}, 0)
		l.cut = func(context.Context) (onward, error) { return l.goes(l.inline(u.Texml), nil) }
	}
	told := *l.Telnyx
	told.StatusURL, told.FallbackURL = cmp.Or(o.update.StatusCallback, told.StatusURL), cmp.Or(o.update.FallbackURL, told.FallbackURL)
	l.Telnyx = &told
}

// updated is the request that an update makes.
func (l *leg) updated(u api.Update) request {
	return l.request(KindUpdate, u.Method, u.URL, l.ids.Fetch())
}

// inline is a document that came with an update, as if it had been requested.
func (l *leg) inline(document string) *document {
	x := &Exchange{Kind: KindUpdate, Status: http.StatusOK, Answer: []byte(document), Fields: url.Values{}, URL: l.doc.url.String(), At: l.clock.Now()}
	c := l.course
	c.mu.Lock()
	c.sent = append(c.sent, x)
	c.mu.Unlock()
	doc := l.opened(x)
	l.done(x)
	return doc
}
