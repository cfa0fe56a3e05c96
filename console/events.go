package console

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"texmlsrv/console/web"
	"texmlsrv/sessions"
)

const (
	heartbeat    = 15 * time.Second // between signs of life of a stream; who is signed out is found out then
	streamsMost  = 500              // of all people together
	streamsOf    = 100              // of one person, or program
	streamBuffer = 64               // changes that a reader may be behind
	writeTimeout = 10 * time.Second // for a reader that does not take what is sent
)

// events streams what changes, as server-sent events: every message is a
// sessions.Change. With ?sid= it is one call's.
func (s *server) events(w http.ResponseWriter, r *http.Request) error {
	only := r.URL.Query().Get("sid")
	changes, leave, err := s.streams.join(r.Context(), web.Who(r).Name)
	if err != nil {
		w.Header().Set("Retry-After", "5")
		return err
	}
	defer leave()
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("X-Accel-Buffering", "no")
	out := &stream{w: w, to: http.NewResponseController(w)}
	out.send("retry: 2000\n\n")
	if r.Header.Get("Last-Event-ID") != "" { // what came meanwhile nobody kept
		out.change(sessions.Change{At: s.Now()})
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for out.err == nil {
		select {
		case <-r.Context().Done():
			return nil
		case change, open := <-changes:
			if !open {
				return nil
			}
			if only == "" || change.SID == "" || change.SID == only {
				out.change(change)
			}
		case <-beat.C:
			who, err := s.Access.Who(r, true)
			if err != nil || who.Name != web.Who(r).Name {
				return nil
			}
			out.send(": still here\n\n")
		}
	}
	return nil
}

// stream is an answer that goes on; after its first error it is over.
type stream struct {
	w   http.ResponseWriter
	to  *http.ResponseController
	err error
}

func (o *stream) send(text string) {
	if o.err = o.to.SetWriteDeadline(time.Now().Add(writeTimeout)); o.err != nil {
		return
	}
	if _, o.err = o.w.Write([]byte(text)); o.err == nil {
		o.err = o.to.Flush()
	}
}

func (o *stream) change(c sessions.Change) {
	body, err := json.Marshal(c)
	if err != nil {
		o.err = err
		return
	}
	o.send(fmt.Sprintf("id: %d\ndata: %s\n\n", c.At.UnixMilli(), body))
}

// streams share one subscription to the feed among all who listen; there is one
// while anybody does.
type streams struct {
	feed sessions.Feed
	log  *slog.Logger

	mu      sync.Mutex
	readers map[chan sessions.Change]*listener
	stop    context.CancelFunc // nil: nobody listens
}

// listener is who reads a stream.
type listener struct {
	name   string
	missed bool // something, because it did not keep up
}

func newStreams(feed sessions.Feed, log *slog.Logger) *streams {
	return &streams{feed: feed, log: log, readers: map[chan sessions.Change]*listener{}}
}

// join returns changes from now on, until leave is called, or the feed breaks
// off: then the channel is closed.
func (f *streams) join(ctx context.Context, name string) (changes <-chan sessions.Change, leave func(), err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.readers) >= streamsMost {
		return nil, nil, web.Refuse(http.StatusServiceUnavailable, "Too many pages are open", "Close some, or load this one again later.")
	}
	if f.of(name) >= streamsOf { // one person must not take what all have
		return nil, nil, web.Refuse(http.StatusServiceUnavailable, "You have too many pages open", "Close some, or load this one again later.")
	}
	if f.stop == nil {
		ctx, stop := context.WithCancel(context.WithoutCancel(ctx)) // others may join
		feed, err := f.feed.Subscribe(ctx)
		if err != nil {
			stop()
			return nil, nil, fmt.Errorf("console: the feed: %w", err)
		}
		f.stop = stop
		go f.pass(ctx, feed)
	}
	reader := make(chan sessions.Change, streamBuffer)
	f.readers[reader] = &listener{name: name}
	return reader, func() { f.leave(reader) }, nil
}

// of is how many streams somebody reads.
func (f *streams) of(name string) int {
	n := 0
	for _, by := range f.readers {
		if by.name == name {
			n++
		}
	}
	return n
}

// leave ends the subscription with its last reader.
func (f *streams) leave(reader chan sessions.Change) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, reads := f.readers[reader]; !reads {
		return
	}
	delete(f.readers, reader)
	if len(f.readers) == 0 {
		f.stop()
		f.stop = nil
	}
}

// pass hands changes on until the subscription ends.
func (f *streams) pass(ctx context.Context, feed <-chan sessions.Change) {
	for change := range feed {
		f.tell(ctx, change)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if ctx.Err() != nil { // the last one left; whoever came since has another subscription
		return
	}
	f.log.Warn("console: the feed broke off")
	for reader := range f.readers {
		close(reader)
	}
	clear(f.readers)
	f.stop()
	f.stop = nil
}

// tell hands a change to everybody who keeps up. Who does not is told, once
// there is room, that something was missed.
func (f *streams) tell(ctx context.Context, change sessions.Change) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	for reader, by := range f.readers {
		next := change
		if by.missed {
			next = sessions.Change{At: change.At}
		}
		select {
		case reader <- next:
			by.missed = false
		default:
			by.missed = true
		}
	}
}
