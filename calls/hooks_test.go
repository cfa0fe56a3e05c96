package calls_test

import (
	"context"
	"sync"
	"time"

	"texmlsrv/sessions"
)

// hooked is a store that counts what is asked of it, and lets something happen
// just before.
type hooked struct {
	sessions.Store
	before map[string]func() // by method, once

	mu    sync.Mutex
	asked []string // methods, in order
}

func (h *hooked) ask(method string) {
	h.mu.Lock()
	h.asked = append(h.asked, method)
	do := h.before[method]
	delete(h.before, method)
	h.mu.Unlock()
	if do != nil {
		do()
	}
}

func (h *hooked) Schedule(ctx context.Context, callSID string, at time.Time) error {
	h.ask("Schedule")
	return h.Store.Schedule(ctx, callSID, at)
}

func (h *hooked) Load(ctx context.Context, callSID string) (*sessions.Session, error) {
	h.ask("Load")
	return h.Store.Load(ctx, callSID)
}

func (h *hooked) Commit(ctx context.Context, s *sessions.Session, entries ...sessions.Entry) error {
	h.ask("Commit")
	return h.Store.Commit(ctx, s, entries...)
}

func (h *hooked) Append(ctx context.Context, callSID string, entry sessions.Entry) (*sessions.Session, error) {
	h.ask("Append")
	return h.Store.Append(ctx, callSID, entry)
}

func (h *hooked) Fetched(ctx context.Context, callSID string, entry sessions.Entry) (*sessions.Session, int, error) {
	h.ask("Fetched")
	return h.Store.Fetched(ctx, callSID, entry)
}
