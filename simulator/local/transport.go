package local

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// Handler is the application as Telnyx sees it.
func (s *Server) Handler() http.Handler { return s.handler }

// RoundTrip implements http.RoundTripper: it answers without a network, in the
// goroutine that asks. Whatever host the URL names, it is this application.
func (s *Server) RoundTrip(r *http.Request) (*http.Response, error) {
	body := r.Body
	if body == nil {
		body = http.NoBody
	}
	defer body.Close()
	if err := r.Context().Err(); err != nil {
		return nil, fmt.Errorf("local: %w", err)
	}
	incoming := r.Clone(r.Context())
	incoming.Body, incoming.RequestURI, incoming.RemoteAddr = body, r.URL.RequestURI(), "127.0.0.1:1"
	if incoming.Host == "" {
		incoming.Host = r.URL.Host
	}
	answer := &recorder{header: http.Header{}}
	s.handler.ServeHTTP(answer, incoming)
	return answer.response(r), nil
}

// recorder keeps what the handler answers.
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
