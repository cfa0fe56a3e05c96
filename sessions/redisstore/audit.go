package redisstore

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"texmlsrv/sessions"
)

const (
	auditKey   = "audit"              // of everything, and in the slot of a call of that call
	auditFor   = 366 * 24 * time.Hour // how long entries are kept
	auditMost  = 500_000              // entries kept of everything
	auditCall  = 5_000                // entries kept of one call
	auditLook  = 2_000                // entries looked at for one page at most
	auditChunk = 500                  // entries fetched at once
	auditPage  = 50                   // entries of a page by default
)

var _ sessions.Auditor = (*Store)(nil)

// Record implements sessions.Auditor. Entries are members of sorted sets, their
// instants in milliseconds the scores: one set of everything, and one of each
// call. A member begins with the id, so that recording twice adds nothing.
func (s *Store) Record(ctx context.Context, a sessions.Audit) error {
	a.ID = cmp.Or(a.ID, rand.Text())
	a.At = a.At.UTC().Truncate(time.Millisecond)
	body, err := encode(a)
	if err != nil {
		return fail(ctx, "record", a.Action, err)
	}
	entry := redis.Z{Score: float64(a.At.UnixMilli()), Member: a.ID + " " + string(body)}
	if a.CallSID != "" && !strings.ContainsAny(a.CallSID, "{}") {
		if err := s.record(ctx, s.key(a.CallSID, auditKey), entry, auditCall); err != nil {
			return fail(ctx, "record", a.Action, err)
		}
	}
	if err := s.record(ctx, s.key("", auditKey), entry, auditMost); err != nil {
		return fail(ctx, "record", a.Action, err)
	}
	return nil
}

func (s *Store) record(ctx context.Context, key string, entry redis.Z, most int64) error {
	gone := strconv.FormatInt(int64(entry.Score)-auditFor.Milliseconds(), 10)
	_, err := s.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.ZAdd(ctx, key, entry)
		p.ZRemRangeByScore(ctx, key, "-inf", "("+gone)
		p.ZRemRangeByRank(ctx, key, 0, -most-1)
		p.PExpire(ctx, key, auditFor)
		return nil
	})
	return err
}

// Audits implements sessions.Auditor. Who, and what was done, have no index: a
// page looks at a bounded number of entries and says where to go on.
func (s *Store) Audits(ctx context.Context, q sessions.AuditQuery) (sessions.AuditPage, error) {
	from, err := parseAuditCursor(q.After)
	if err != nil {
		return sessions.AuditPage{}, fail(ctx, "audit", "trail", err)
	}
	if strings.ContainsAny(q.CallSID, "{}") {
		return sessions.AuditPage{}, nil
	}
	q.Limit = cmp.Or(q.Limit, auditPage)
	page := sessions.AuditPage{}
	for looked := 0; ; {
		entries, err := s.auditsBelow(ctx, q, from)
		if err != nil {
			return sessions.AuditPage{}, fail(ctx, "audit", "trail", err)
		}
		for _, e := range entries {
			if from = cursorOf(e.audit, e.member); matchesAudit(q, e.audit) {
				page.Entries = append(page.Entries, e.audit)
			}
			if looked++; len(page.Entries) == q.Limit || looked == auditLook {
				page.Next = from.String()
				return page, nil
			}
		}
		if len(entries) < auditChunk {
			return page, nil
		}
	}
}

// matchesAudit reports whether an entry is asked for; the set it is in and its
// instant were looked at when it was fetched.
func matchesAudit(q sessions.AuditQuery, a sessions.Audit) bool {
	return (q.Who == "" || q.Who == a.Who) && (q.Action == "" || q.Action == a.Action)
}

type storedAudit struct {
	audit  sessions.Audit
	member string
}

// auditsBelow fetches the next entries below a cursor. Those of its own
// millisecond come first again and are dropped, however many they are.
func (s *Store) auditsBelow(ctx context.Context, q sessions.AuditQuery, from auditCursor) ([]storedAudit, error) {
	within := &redis.ZRangeBy{Min: "-inf", Max: "+inf", Count: auditChunk}
	if !q.From.IsZero() {
		within.Min = strconv.FormatInt(q.From.UnixMilli(), 10)
	}
	if !q.To.IsZero() {
		within.Max = "(" + strconv.FormatInt(q.To.UnixMilli(), 10)
	}
	if from.set {
		within.Max = strconv.FormatInt(from.at, 10)
	}
	var entries []storedAudit
	for len(entries) < auditChunk {
		members, err := s.client.ZRevRangeByScore(ctx, s.key(q.CallSID, auditKey), within).Result()
		if err != nil {
			return nil, err
		}
		for _, member := range members {
			e, err := decodeAudit(member)
			if err != nil {
				return nil, err
			}
			if !from.set || cursorOf(e.audit, member).below(from) {
				entries = append(entries, e)
			}
		}
		if len(members) < auditChunk {
			break
		}
		within.Offset += auditChunk
	}
	return entries[:min(len(entries), auditChunk)], nil
}

func decodeAudit(member string) (storedAudit, error) {
	_, body, _ := strings.Cut(member, " ")
	e := storedAudit{member: member}
	if err := json.Unmarshal([]byte(body), &e.audit); err != nil {
		return e, fmt.Errorf("stored entry: %w", err)
	}
	return e, nil
}

// auditCursor is the place of an entry: Redis orders by score, and members of
// one score by their bytes, which begin with the id.
type auditCursor struct {
	set bool
	at  int64 // in ms
	id  string
}

func cursorOf(a sessions.Audit, _ string) auditCursor {
	return auditCursor{set: true, at: a.At.UnixMilli(), id: a.ID}
}

func (c auditCursor) below(other auditCursor) bool {
	return c.at < other.at || c.at == other.at && c.id < other.id
}

func (c auditCursor) String() string { return strconv.FormatInt(c.at, 36) + "-" + c.id }

func parseAuditCursor(text string) (auditCursor, error) {
	if text == "" {
		return auditCursor{}, nil
	}
	at, id, found := strings.Cut(text, "-")
	ms, err := strconv.ParseInt(at, 36, 64)
	if err != nil || !found || id == "" {
		return auditCursor{}, sessions.ErrCursor
	}
	return auditCursor{set: true, at: ms, id: id}, nil
}
