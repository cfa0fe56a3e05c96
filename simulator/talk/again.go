package talk

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"texmlsrv/simulator"
)

// answerLimit is the most that is read of an answer.
const answerLimit = 4 << 20

// Again sends a request that was sent before once more, the same bytes, and gives
// what came of it. transport nil is http.DefaultTransport.
func Again(ctx context.Context, transport http.RoundTripper, x simulator.Exchange) simulator.Exchange {
	x.Status, x.Failure, x.Answer = 0, "", nil
	began := time.Now()
	r, err := http.NewRequestWithContext(ctx, x.Method, x.URL, bytes.NewReader(x.Body))
	if err != nil {
		x.Failure = err.Error()
		return x
	}
	r.Header = x.Header.Clone()
	if transport == nil {
		transport = http.DefaultTransport
	}
	answer, err := transport.RoundTrip(r)
	if err != nil {
		x.Failure = err.Error()
		return x
	}
	defer answer.Body.Close()
	x.Status = answer.StatusCode
	if x.Answer, err = io.ReadAll(io.LimitReader(answer.Body, answerLimit)); err != nil {
		x.Status, x.Failure = 0, err.Error()
	}
	x.Took = time.Since(began)
	return x
}
