package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const (
	idle     = time.Hour      // without a request, a sign-in runs out
	absolute = 12 * time.Hour // and after this in any case
	renewal  = time.Minute    // requests closer to each other are not noted
)

// signIn is what is kept of somebody who signed in.
type signIn struct {
	Name  string    `json:"name"`
	Role  string    `json:"role"`
	By    string    `json:"by"`
	Stamp string    `json:"stamp,omitempty"` // of the line of the users file
	Began time.Time `json:"began"`
	Seen  time.Time `json:"seen"`
}

// newSecret is 256 bits of chance, as text that may stand in a URL.
func newSecret() string {
	b := make([]byte, sha256.Size)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// hash is what is kept of a secret. The secrets have 256 bits, so nothing
// slower is needed.
func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// cookieName is the cookie's. __Host- makes browsers refuse one that was set by
// another host, or without https.
func (a *Access) cookieName() string {
	if a.secure {
		return "__Host-texmlsrv"
	}
	return "texmlsrv"
}

func (a *Access) cookie(value string, age int) *http.Cookie {
	return &http.Cookie{
		Name: a.cookieName(), Value: value, Path: "/", MaxAge: age,
		Secure: a.secure, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
}

// Begin signs somebody in: the answer brings the cookie. A sign-in that the
// request came with ends.
func (a *Access) Begin(w http.ResponseWriter, r *http.Request, p Person) error {
	if err := a.drop(r); err != nil {
		return err
	}
	secret, now := newSecret(), a.now()
	s := signIn{Name: p.Name, Role: p.Role.String(), By: p.By, Stamp: p.stamp, Began: now, Seen: now}
	if err := s.keep(r.Context(), a.keeper.Keep, hash(secret)); err != nil {
		return err
	}
	http.SetCookie(w, a.cookie(secret, 0))
	return nil
}

// End signs out whoever sent the request.
func (a *Access) End(w http.ResponseWriter, r *http.Request) error {
	http.SetCookie(w, a.cookie("", -1))
	return a.drop(r)
}

func (a *Access) drop(r *http.Request) error {
	c, err := r.Cookie(a.cookieName())
	if err != nil {
		return nil //nolint:nilerr // no cookie, no sign-in
	}
	if _, err := a.keeper.Take(r.Context(), hash(c.Value)); err != nil {
		return fmt.Errorf("access: ending a sign-in: %w", err)
	}
	return nil
}

// keep keeps a sign-in that somebody was just seen with, by a method of the
// keeper.
func (s signIn) keep(ctx context.Context, by func(context.Context, string, []byte, time.Duration) error, id string) error {
	body, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("access: keeping a sign-in: %w", err)
	}
	if err := by(ctx, id, body, s.until().Sub(s.Seen)); err != nil {
		return fmt.Errorf("access: keeping a sign-in: %w", err)
	}
	return nil
}

// until is when a sign-in runs out if nothing more happens.
func (s signIn) until() time.Time {
	end, seen := s.Began.Add(absolute), s.Seen.Add(idle)
	if seen.Before(end) {
		return seen
	}
	return end
}

// bySession is who signed in with the cookie of a request.
func (a *Access) bySession(r *http.Request, passive bool) (Person, error) {
	c, err := r.Cookie(a.cookieName())
	if err != nil {
		return Person{}, nil //nolint:nilerr // no cookie, nobody
	}
	id := hash(c.Value)
	body, err := a.keeper.Kept(r.Context(), id)
	if err != nil || body == nil {
		return Person{}, err
	}
	var s signIn
	if err := json.Unmarshal(body, &s); err != nil {
		return Person{}, fmt.Errorf("access: a kept sign-in: %w", err)
	}
	now := a.now()
	if !now.Before(s.until()) {
		return Person{}, nil
	}
	role, err := ParseRole(s.Role)
	if err != nil {
		return Person{}, fmt.Errorf("access: a kept sign-in: %w", err)
	}
	if !passive && now.Sub(s.Seen) >= renewal {
		s.Seen = now
		// One that was ended meanwhile stays ended.
		if err := s.keep(r.Context(), a.keeper.Renew, id); err != nil {
			return Person{}, err
		}
	}
	return a.current(Person{Name: s.Name, Role: role, By: s.By, stamp: s.Stamp, until: s.Began.Add(absolute)}), nil
}
