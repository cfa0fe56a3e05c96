package simulator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"texmlsrv/simulator/wire"
)

// answerLimit is how much of an answer is read: far more than a document has.
const answerLimit = 4 << 20

// request is one that is meant, before anything goes wrong with it.
type request struct {
	kind, leg string
	method    string
	url       string
	form      url.Values // the platform's fields; nil for an event
	event     []byte     // JSON
	beside    bool       // a document that does not lead the call: the fallback URL has none for it
}

// envelope is a request as it goes over the wire, but for the signature, which
// is made anew each time.
type envelope struct {
	request
	method string
	url    string
	header http.Header
	body   []byte
}

// late is a request that comes again, or too late, once so many others were sent.
type late struct {
	envelope
	behaves      string
	after, times int
}

// seal makes the bytes of a request. They differ from the ordinary ones by the
// misbehaviours that are about form.
func (c *course) seal(r request, b behaviours) envelope {
	e := envelope{request: r, method: r.method, url: r.url, header: http.Header{}}
	if b.has(Get) && r.form != nil {
		e.method = http.MethodGet
	}
	as := c.encoding
	as.RawPlus = b.has(UnescapedPlus)
	switch {
	case r.form == nil:
		e.body = r.event
		e.header.Set("Content-Type", wire.JSONType)
		e.header.Set("User-Agent", wire.UserAgent)
	case e.method == http.MethodGet:
		e.url = wire.WithQuery(r.url, as.Encode(r.form))
	default:
		e.body = []byte(as.Encode(r.form))
		e.header.Set("Content-Type", wire.FormType)
	}
	if b.has(NoContentType) {
		e.header.Del("Content-Type")
	}
	return e
}

// deliver sends a request with its misbehaviours, and gives the exchange whose
// answer counts.
func (c *course) deliver(ctx context.Context, r request, b behaviours) *Exchange {
	e := c.seal(r, b)
	c.forge(ctx, e, b)
	answer := c.lost(ctx, e, b)
	if answer == nil {
		answer = c.atOnce(ctx, e, b)
	}
	c.overdue(ctx)
	if n := b.times(LateDuplicate); n > 0 {
		c.late = append(c.late, late{envelope: e, behaves: LateDuplicate, after: 1 + c.draw("late", 2), times: n})
	}
	if b.has(AfterEnd) {
		c.stays = append(c.stays, e)
	}
	return answer
}

// delay is how many seconds later than it should a request is sent.
func (b behaviours) delay() float64 {
	one, has := b.find(Delay)
	switch {
	case !has:
		return 0
	case one.Delay > 0:
		return one.Delay.Seconds()
	}
	return 3
}

// atOnce sends a request as often as it comes at once. The first answer counts.
func (c *course) atOnce(ctx context.Context, e envelope, b behaviours) *Exchange {
	n := b.times(Duplicate)
	if n == 0 {
		return c.send(ctx, e, shape(b))
	}
	var wait sync.WaitGroup
	answers := make(chan *Exchange, n+1)
	for range n + 1 {
		x := c.posted(e, Duplicate)
		wait.Go(func() {
			c.exchange(ctx, e, x)
			answers <- x
		})
	}
	wait.Wait()
	first := <-answers
	for range n {
		c.done(<-answers)
	}
	return first
}

// shape names the misbehaviour that is in the bytes of a request.
func shape(b behaviours) string {
	for _, one := range b {
		switch one.Name {
		case Get, UnescapedPlus, NoContentType, BareResult, EnvelopedResult, NoResult, UnknownStatus, Delay:
			return one.Name
		}
	}
	return ""
}

// lost sends a request to the fallback URL because its answer was lost or it
// never arrived; nil when that is not so, or there is no such URL.
func (c *course) lost(ctx context.Context, e envelope, b behaviours) *Exchange {
	if !b.has(Failover) || !c.fallsBack(e.request) {
		return nil
	}
	if c.draw("failover", 2) == 0 {
		c.done(c.atOnce(ctx, e, b))
	}
	return c.fallback(ctx, e.request, b)
}

// fallsBack reports whether a request that fails is sent to the fallback URL.
func (c *course) fallsBack(r request) bool {
	return c.FallbackURL != "" && r.form != nil && !r.beside
}

// fallback sends a request to the fallback URL.
func (c *course) fallback(ctx context.Context, r request, b behaviours) *Exchange {
	r.url = c.FallbackURL
	return c.send(ctx, c.seal(r, b), Failover)
}

// overdue sends what was to come late and is due by now.
func (c *course) overdue(ctx context.Context) {
	waiting := c.late
	c.late = nil
	for _, l := range waiting {
		if l.after--; l.after > 0 {
			c.late = append(c.late, l)
			continue
		}
		c.again(ctx, l)
	}
}

func (c *course) again(ctx context.Context, l late) {
	for range l.times {
		c.done(c.send(ctx, l.envelope, l.behaves))
	}
}

// tell sends notifications: their answers are not executed.
func (c *course) tell(ctx context.Context, all ...request) {
	for _, r := range all {
		c.done(c.send(ctx, c.seal(r, nil), ""))
		c.overdue(ctx)
	}
}

// send sends a request once and waits for the answer.
func (c *course) send(ctx context.Context, e envelope, behaves string) *Exchange {
	x := c.posted(e, behaves)
	c.exchange(ctx, e, x)
	return x
}

// posted puts a request into the record, signed.
func (c *course) posted(e envelope, behaves string) *Exchange {
	x := &Exchange{
		Kind: e.kind, Leg: e.leg, Behaves: behaves, At: c.clock.Now(),
		Method: e.method, URL: e.url, Header: e.header.Clone(), Body: e.body, Fields: e.form,
	}
	c.sign(x, e.body)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent = append(c.sent, x)
	return x
}

// exchange sends what was recorded and fills in the answer.
func (c *course) exchange(ctx context.Context, e envelope, x *Exchange) {
	patience := c.Patience
	if patience == 0 {
		patience = 5 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	began := time.Now()
	defer func() { x.Took = time.Since(began) }()
	message, err := http.NewRequestWithContext(ctx, x.Method, x.URL, bytes.NewReader(e.body))
	if err != nil {
		x.Failure = err.Error()
		return
	}
	message.Header = x.Header.Clone()
	transport := c.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	answer, err := transport.RoundTrip(message) // and no client: Telnyx follows no redirects
	if err != nil {
		x.Failure = failure(err, patience)
		return
	}
	defer answer.Body.Close()
	x.Status, x.Headers = answer.StatusCode, answer.Header
	switch x.Answer, err = io.ReadAll(io.LimitReader(answer.Body, answerLimit+1)); {
	case err != nil:
		x.Status, x.Failure = 0, failure(err, patience)
	case len(x.Answer) > answerLimit:
		x.Answer, x.Failure = nil, fmt.Sprintf("more than %d MiB", answerLimit>>20)
	}
}

// failure says why there is no answer.
func failure(err error, patience time.Duration) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Sprintf("it took longer than %s", patience)
	}
	return err.Error()
}

// done shows an exchange to whoever watches.
func (c *course) done(x *Exchange) {
	if c.call.Observe != nil {
		c.call.Observe(*x)
	}
}
