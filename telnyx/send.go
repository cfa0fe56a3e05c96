package telnyx

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"texmlsrv/telnyx/commands"
)

const (
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded"

	requestLimit = 1 << 20 // bytes of a request; ours, Telnyx names none
	answerLimit  = 1 << 20 // bytes of an answer that are read
)

// segment is one part of a path. A name makes it one that was given, for saying
// what is wrong with it.
type segment struct{ name, text string }

// request is what goes to Telnyx.
type request struct {
	name      string // for errors and logs
	path      []segment
	call      string // for logs
	commandID string // for logs
	kind      string // content type
	body      []byte
	repeat    bool // may be sent again although it may have been carried out
}

// send sends a request, again where that is safe, and gives the body of an
// answer of 2xx.
func (a *API) send(ctx context.Context, r request) ([]byte, error) {
	address, err := a.address(r)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, a.o.Timeout)
	defer cancel()
	began, lost := a.o.Now(), false
	for attempt := 1; ; attempt++ {
		body, err := a.attempt(ctx, r, address, attempt)
		if err == nil {
			a.o.Log.LogAttrs(ctx, slog.LevelInfo, "telnyx took a request",
				r.attrs(slog.Int("attempts", attempt), slog.Duration("took", a.o.Now().Sub(began)))...)
			return body, nil
		}
		lost = lost || MayHaveHappened(err)
		wait, again := a.again(ctx, r, attempt, err)
		if !again {
			return nil, ending(err, lost)
		}
		a.o.Log.LogAttrs(ctx, slog.LevelWarn, "telnyx is asked again",
			r.attrs(slog.Int("attempt", attempt), slog.String("error", err.Error()), slog.Duration("wait", wait))...)
		if !pause(ctx, wait) {
			return nil, ending(err, lost)
		}
	}
}

// ending is the error of the last attempt; an earlier one that may have been
// carried out is not forgotten.
func ending(err error, lost bool) error {
	if failed, is := errors.AsType[*SendError](err); is && lost {
		failed.Sent = true
	}
	return err
}

// attrs are what is logged of a request: never its body, which holds what is
// said, nor the key.
func (r request) attrs(more ...slog.Attr) []slog.Attr {
	attrs := []slog.Attr{slog.String("command", r.name)}
	if r.call != "" {
		attrs = append(attrs, slog.String("call_sid", r.call))
	}
	if r.commandID != "" {
		attrs = append(attrs, slog.String("command_id", r.commandID))
	}
	return append(attrs, more...)
}

// address is the URL of a request. What was given is escaped, so that it stays
// one segment; a segment that means another folder is refused.
func (a *API) address(r request) (string, error) {
	var problems []commands.Problem
	parts := []string{a.base}
	for _, s := range r.path {
		switch s.text {
		case "":
			problems = append(problems, commands.Problem{Path: commands.Path{s.name}, Message: "is missing"})
		case ".", "..":
			problems = append(problems, commands.Problem{Path: commands.Path{s.name}, Message: "is not an id"})
		}
		parts = append(parts, url.PathEscape(s.text))
	}
	return strings.Join(parts, "/"), commands.Err(r.name, problems)
}

// attempt sends a request once.
func (a *API) attempt(ctx context.Context, r request, address string, n int) ([]byte, error) {
	if r.repeat {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, a.o.Attempt<<min(n-1, mostDoubled))
		defer cancel()
	}
	var reach reach
	req, err := http.NewRequestWithContext(reach.watch(ctx), http.MethodPost, address, bytes.NewReader(r.body))
	if err != nil {
		return nil, &SendError{Request: r.name, Err: err}
	}
	req.Header.Set("Authorization", "Bearer "+string(a.o.APIKey))
	req.Header.Set("Content-Type", r.kind)
	req.Header.Set("Accept", jsonType)
	req.Header.Set("User-Agent", "texmlsrv")
	answer, err := a.client.Do(req)
	if err != nil {
		return nil, &SendError{Request: r.name, Sent: reach.sent(), Err: bare(err)}
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, answerLimit+1))
	switch {
	case answer.StatusCode < 200 || answer.StatusCode > 299:
		return nil, refusal(r.name, answer, body[:min(len(body), answerLimit)], a.o.Now())
	case err != nil:
		return nil, &SendError{Request: r.name, Sent: true, Err: err}
	case len(body) > answerLimit:
		return nil, &AnswerError{Request: r.name, Err: errTooLong}
	}
	return body, nil
}

// bare takes the URL out of an error: it holds ids, and says nothing more.
func bare(err error) error {
	if wrapped, is := errors.AsType[*url.Error](err); is {
		return wrapped.Err
	}
	return err
}

// reach watches how far a request comes. Nothing can have been sent while a
// connection was wanted and none was had; a transport that does not tell counts
// as one that sent.
type reach struct {
	wanted, had atomic.Bool
}

func (r *reach) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { r.wanted.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { r.had.Store(true) },
	})
}

func (r *reach) sent() bool { return !r.wanted.Load() || r.had.Load() }

// pause waits, and reports whether there is time left.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
