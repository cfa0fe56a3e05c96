package access

import (
	"fmt"
	"net/netip"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2/simplelru"
)

// How often may be tried in vain before somebody has to wait. An address is
// shared by an office, a name is everybody's to try: neither locks anybody out
// for long.
const (
	limitWindow  = 5 * time.Minute
	limitAddress = 20
	limitName    = 10
	limitLinks   = 10 // one-time links that are asked for
	limitVain    = 20 // links and ways back from an issuer that were none, from an address
	limitAway    = 1000
	limitKeys    = 20_000
)

// LimitError says that something was tried too often.
type LimitError struct {
	Wait  time.Duration
	First bool // nobody was told so since the count began: the one to write down
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("access: tried too often; again in %d s", int(e.Wait.Seconds())+1)
}

// limits counts what was tried, by what it was tried for.
type limits struct {
	mu    sync.Mutex
	tried *lru.LRU[string, tried]
}

type tried struct {
	count int
	told  bool      // somebody was refused
	until time.Time // then the count begins anew
}

func newLimits() *limits {
	cache, _ := lru.NewLRU[string, tried](limitKeys, nil) // fails for a size below 1
	return &limits{tried: cache}
}

// try counts another try of a key, and refuses it if there were most already.
func (l *limits) try(key string, most int, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	t, is := l.tried.Get(key)
	if !is || !now.Before(t.until) {
		t = tried{until: now.Add(limitWindow)}
	}
	refused := t.count >= most
	first := refused && !t.told
	t.told = refused
	if !refused {
		t.count++
	}
	l.tried.Add(key, t)
	if refused {
		return &LimitError{Wait: t.until.Sub(now), First: first}
	}
	return nil
}

// forget takes back one try of a key: it was not in vain.
func (l *limits) forget(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t, is := l.tried.Get(key); is && t.count > 0 {
		t.count--
		l.tried.Add(key, t)
	}
}

// network is what an address counts as: somebody with IPv6 has a /64 of them.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap()
	if ip.Is4() {
		return ip.String()
	}
	prefix, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}
