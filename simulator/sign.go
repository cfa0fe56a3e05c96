package simulator

import (
	"context"
	"time"

	"texmlsrv/simulator/wire"
)

// sign puts the signature of a body into the headers of a request.
func (c *course) sign(x *Exchange, body []byte) {
	if c.Key == nil {
		return
	}
	for name, values := range wire.Sign(c.Key, c.signedAt(), body) {
		x.Header[name] = values
	}
}

func (c *course) signedAt() time.Time {
	if c.SignedAt != nil {
		return c.SignedAt()
	}
	return c.clock.Now()
}

// forge sends a request wrongly signed before it is sent rightly: the
// application must refuse it.
func (c *course) forge(ctx context.Context, e envelope, b behaviours) {
	if c.Key == nil {
		return
	}
	for _, name := range []string{BadSignature, StaleSignature} {
		if !b.has(name) {
			continue
		}
		x := c.posted(e, name)
		signed, at := e.body, c.signedAt()
		if name == BadSignature {
			signed = append([]byte("CallSid=another&"), signed...)
		} else {
			at = at.Add(-time.Hour)
		}
		for header, values := range wire.Sign(c.Key, at, signed) {
			x.Header[header] = values
		}
		c.exchange(ctx, e, x)
		c.done(x)
	}
}
