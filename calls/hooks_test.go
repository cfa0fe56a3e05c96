package calls_test

import (
	"context"

	"texmlsrv/sessions"
)

// hooked is a store that counts what is asked of it, and lets something happen
// just before.
type hooked struct {
	sessions.Store
	before map[string]func() // by method, once
	asked  []string          // methods, in order
}

func (h *hooked) ask(method string) {
	h.asked = append(h.asked, method)
	if do := h.before[method]; do != nil {
		delete(h.before, method)
		do()
	}
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
