// Package access says who somebody is and what they may do: people sign in with
// a one-time link, a password or OpenID Connect and are known by a cookie from
// then on; programs bring a token. It knows nothing of calls.
package access

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"context"
)

// Role is what somebody may do. Each role may do what those below it may.
type Role int

// The roles. None is everybody, signed in or not.
const (
	None     Role = iota
	Viewer        // may look, at masked values
	Operator      // may also change running calls and reveal values
)

var roleNames = [...]string{None: "", Viewer: "viewer", Operator: "operator"}

func (r Role) String() string { return roleNames[r] }

// ParseRole reads the name of a role: viewer or operator.
func ParseRole(name string) (Role, error) {
	switch name {
	case "viewer":
		return Viewer, nil
	case "operator":
		return Operator, nil
	}
	return None, fmt.Errorf("a role is viewer or operator, not %q", name)
}

// Ways in which somebody became known.
const (
	ByLink     = "link"     // the one-time link that the server printed
	ByPassword = "password" // of the users file
	ByOIDC     = "oidc"     // OpenID Connect
	ByToken    = "token"    // of a program, in the users file
)

// Person is somebody who is known: a person, or a program with a token. The
// zero value is nobody.
type Person struct {
	Name string
	Role Role
	By   string // one of the ways above

	session string // id of the sign-in; "" for programs
	until   time.Time
}

// Until is when the person has to sign in again at the latest; zero for
// programs.
func (p Person) Until() time.Time { return p.until }

// Keeper keeps sign-ins where all instances of the server find them. Ids are
// hashes: who can read them there cannot sign in with them.
type Keeper interface {
	// Keep keeps a value under an id for a time, in place of any before it.
	Keep(ctx context.Context, id string, value []byte, ttl time.Duration) error
	// Kept is the value kept under an id, nil for none.
	Kept(ctx context.Context, id string) ([]byte, error)
	// Take is Kept for one reader alone: the value is gone afterwards.
	Take(ctx context.Context, id string) ([]byte, error)
}

// Options say how people sign in.
type Options struct {
	Keeper Keeper
	Link   bool             // by one-time links
	Secure bool             // the console is reached by https: cookies go nowhere else
	Now    func() time.Time // nil is time.Now
}

// Access knows who is who. Its methods may be called from any goroutine.
type Access struct {
	keeper Keeper
	secure bool
	now    func() time.Time
	links  *links // nil: nobody signs in by link
}

// New returns an Access.
func New(o Options) *Access {
	a := &Access{keeper: o.Keeper, secure: o.Secure, now: o.Now}
	if a.now == nil {
		a.now = time.Now
	}
	if o.Link {
		a.links = &links{valid: map[string]time.Time{}}
	}
	return a
}

// ErrRefused says that somebody is not known by what they brought. It says no
// more, so that nobody learns which names there are.
var ErrRefused = errors.New("access: not known")

// Who is who sent a request; nobody is the zero value. An error says that it
// could not be found out. A request that a page makes of itself is passive: it
// does not keep the sign-in from running out.
func (a *Access) Who(r *http.Request, passive bool) (Person, error) {
	return a.bySession(r, passive)
}
