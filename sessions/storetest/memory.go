package storetest

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"texmlsrv/sessions"
)

// Memory holds sessions for tests of what shows them: it finds, counts and tells
// of changes as a store does, at once. It is safe for concurrent use.
type Memory struct {
	Now func() time.Time // default time.Now

	mu        sync.Mutex
	sessions  map[string]*sessions.Session
	timelines map[string][]sessions.Entry
	watching  map[chan sessions.Change]bool // those that missed something are true
}

var (
	_ sessions.Finder = (*Memory)(nil)
	_ sessions.Feed   = (*Memory)(nil)
)

// NewMemory returns a Memory without sessions.
func NewMemory() *Memory {
	return &Memory{
		Now: time.Now, sessions: map[string]*sessions.Session{}, timelines: map[string][]sessions.Entry{},
		watching: map[chan sessions.Change]bool{},
	}
}

// Put stores a session in place of the one with its SID and adds to its timeline.
// Values in the session must not be changed any more.
func (m *Memory) Put(s *sessions.Session, entries ...sessions.Entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	sid, stored := s.Call.SID, *s
	if before := m.sessions[sid]; before != nil {
		stored.Duplicates, stored.Revision = before.Duplicates, before.Revision
	}
	stored.Revision++
	for _, entry := range entries {
		if entry.Kind == sessions.EntryDuplicate {
			stored.Duplicates++
		}
	}
	m.sessions[sid] = &stored
	m.timelines[sid] = append(m.timelines[sid], entries...)
	m.tell(sessions.Change{SID: sid, Turn: s.Turn, Live: !s.Ended(), At: m.Now().Truncate(time.Millisecond).UTC()})
}

// Remove forgets a session, as if it had expired.
func (m *Memory) Remove(callSID string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, callSID)
	delete(m.timelines, callSID)
}

// Load returns a session as sessions.Store does.
func (m *Memory) Load(_ context.Context, callSID string) (*sessions.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, known := m.sessions[callSID]
	if !known {
		return nil, &sessions.NotFoundError{}
	}
	loaded := *s
	return &loaded, nil
}

// Timeline returns a timeline as sessions.Store does.
func (m *Memory) Timeline(_ context.Context, callSID string) ([]sessions.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.timelines[callSID]), nil
}

// Search implements sessions.Finder.
func (m *Memory) Search(ctx context.Context, q sessions.Query) (sessions.Page, error) {
	after, err := sessions.ParseCursor(q.After)
	if err := cmp.Or(err, ctx.Err()); err != nil {
		return sessions.Page{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []*sessions.Session
	for _, s := range m.sessions {
		if q.Matches(s, m.Now()) {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b *sessions.Session) int {
		if sessions.CursorAt(a).Before(sessions.CursorAt(b)) {
			return -1
		}
		return 1
	})
	page := sessions.Page{About: len(found)}
	for _, s := range found {
		if after != nil && !after.Before(sessions.CursorAt(s)) {
			continue
		}
		if page.More = len(page.Sessions) == q.Size(); page.More {
			page.Next = sessions.CursorAt(page.Sessions[q.Size()-1]).String()
			break
		}
		listed := *s
		listed.Document = nil
		page.Sessions = append(page.Sessions, &listed)
	}
	return page, nil
}

// Counts implements sessions.Finder. Every entry and end counts, however long
// ago it was.
func (m *Memory) Counts(ctx context.Context, _ sessions.Span) (sessions.Counts, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var tally sessions.Tally
	for sid, s := range m.sessions {
		tally.Session(s)
		for _, entry := range m.timelines[sid] {
			tally.Moves(entry.Moves(s.Place()))
		}
	}
	return tally.Counts(), ctx.Err()
}

// Subscribe implements sessions.Feed.
func (m *Memory) Subscribe(ctx context.Context) (<-chan sessions.Change, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	changes := make(chan sessions.Change, 64)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.watching[changes] = false
	context.AfterFunc(ctx, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.watching, changes)
		close(changes)
	})
	return changes, nil
}

// tell sends a change to whoever is watching and keeps up.
func (m *Memory) tell(change sessions.Change) {
	for changes, missed := range m.watching {
		if missed {
			select {
			case changes <- sessions.Change{}:
				m.watching[changes] = false
			default:
				continue
			}
		}
		select {
		case changes <- change:
		default:
			m.watching[changes] = true
		}
	}
}
