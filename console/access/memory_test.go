package access_test

import (
	"context"
	"sync"
	"time"

	"texmlsrv/console/access"
	"texmlsrv/servertest"
)

// memory is a Keeper for tests, on the clock of the test.
type memory struct {
	clock *servertest.Clock
	mu    sync.Mutex
	kept  map[string]value
}

type value struct {
	body  []byte
	until time.Time
}

var _ access.Keeper = (*memory)(nil)

func newMemory(clock *servertest.Clock) *memory {
	return &memory{clock: clock, kept: map[string]value{}}
}

func (m *memory) Keep(_ context.Context, id string, body []byte, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept[id] = value{body, m.clock.Now().Add(ttl)}
	return nil
}

func (m *memory) Renew(ctx context.Context, id string, body []byte, ttl time.Duration) error {
	if had, _ := m.Kept(ctx, id); had == nil {
		return nil
	}
	return m.Keep(ctx, id, body, ttl)
}

func (m *memory) Kept(_ context.Context, id string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v, is := m.kept[id]; is && m.clock.Now().Before(v.until) {
		return v.body, nil
	}
	return nil, nil
}

func (m *memory) Take(ctx context.Context, id string) ([]byte, error) {
	body, err := m.Kept(ctx, id)
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.kept, id)
	return body, err
}
