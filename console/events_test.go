package console

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"testing"

	"texmlsrv/console/web"
	"texmlsrv/sessions"
)

// quietFeed is one on which nothing happens.
type quietFeed struct{}

func (quietFeed) Subscribe(context.Context) (<-chan sessions.Change, error) {
	return make(chan sessions.Change), nil
}

// TestStreams_most has one person take what one may have, and then many all there
// is; who leaves makes room.
func TestStreams_most(t *testing.T) {
	f := newStreams(quietFeed{}, slog.New(slog.DiscardHandler))
	var leave func()
	join := func(name string) bool {
		_, left, err := f.join(t.Context(), name)
		if err == nil {
			leave = left
			return true
		}
		if p, is := errors.AsType[*web.Problem](err); !is || p.Status != http.StatusServiceUnavailable {
			t.Errorf("%s: %v", name, err)
		}
		return false
	}
	for n := range streamsOf {
		if !join("ada") {
			t.Fatalf("stream %d of one person is refused", n+1)
		}
	}
	if join("ada") {
		t.Errorf("stream %d of one person is let through", streamsOf+1)
	}
	for n := range streamsMost - streamsOf {
		if !join("person-" + strconv.Itoa(n)) {
			t.Fatalf("stream %d of all is refused", streamsOf+n+1)
		}
	}
	if join("bea") {
		t.Errorf("stream %d of all is let through", streamsMost+1)
	}
	leave()
	if !join("bea") {
		t.Error("who left made no room")
	}
}
