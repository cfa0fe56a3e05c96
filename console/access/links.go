package access

import (
	"slices"
	"sync"
	"time"
)

const (
	linkFor  = 15 * time.Minute
	linkMost = 8 // that are valid at once; the oldest goes
)

// links are the one-time links that may still be used, oldest first.
type links struct {
	mu    sync.Mutex
	valid []link
}

type link struct {
	id    string // hash of its secret
	until time.Time
}

// Links reports whether people sign in by one-time links.
func (a *Access) Links() bool { return a.links != nil }

// NewLink makes the secret of a one-time link that signs an operator in. It
// holds for 15 minutes, in this process.
func (a *Access) NewLink() string {
	secret := newSecret()
	a.links.add(hash(secret), a.now())
	return secret
}

// AskedLink is NewLink for somebody who is not known. The error is a
// *LimitError: a log must not be filled by whoever likes to.
func (a *Access) AskedLink() (string, error) {
	if err := a.limits.try("links", limitLinks, a.now()); err != nil {
		return "", err
	}
	return a.NewLink(), nil
}

// ByLink is who the secret of a link stands for. It can be used once; the next
// time, or too late, the error is ErrRefused, or a *LimitError after too many
// tries. from is the network address that they come from.
func (a *Access) ByLink(secret, from string) (Person, error) {
	if a.links == nil || !a.links.take(hash(secret), a.now()) {
		return Person{}, a.inVain(from, ErrRefused)
	}
	return Person{Name: "local", Role: Operator, By: ByLink}, nil
}

func (l *links) add(id string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.valid = append(l.valid, link{id: id, until: now.Add(linkFor)})
	l.valid = l.valid[max(0, len(l.valid)-linkMost):]
}

func (l *links) take(id string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.IndexFunc(l.valid, func(known link) bool { return known.id == id })
	if i < 0 {
		return false
	}
	found := l.valid[i]
	l.valid = slices.Delete(l.valid, i, i+1)
	return !now.After(found.until)
}
