package api

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"strconv"
)

// RoundTrip implements http.RoundTripper: it answers without a network, in the
// goroutine that asks. Nobody waits here: where a Fault delays, the client is
// told at once that its time is over, whatever its time is.
func (a *API) RoundTrip(r *http.Request) (*http.Response, error) {
	incoming := r.Clone(r.Context())
	if incoming.Body = r.Body; incoming.Body == nil {
		incoming.Body = http.NoBody
	}
	defer incoming.Body.Close()
	late := false
	answer := &recorder{header: http.Header{}}
	answered := a.serve(answer, incoming, func(_ context.Context, f Fault) bool {
		late = f.Delay > 0
		return !late || f.Lose
	})
	switch {
	case late:
		return nil, os.ErrDeadlineExceeded
	case !answered:
		return nil, io.ErrUnexpectedEOF
	}
	return answer.response(r), nil
}

// recorder keeps an answer.
type recorder struct {
	header http.Header
	status int // 0 until the header is written
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (r *recorder) Header() http.Header { return r.header }

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(p)
}

func (r *recorder) response(to *http.Request) *http.Response {
	r.WriteHeader(http.StatusOK)
	return &http.Response{
		Status: strconv.Itoa(r.status) + " " + http.StatusText(r.status), StatusCode: r.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: r.header, Body: io.NopCloser(&r.body), ContentLength: int64(r.body.Len()), Request: to,
	}
}
