// Package access says who somebody is and what they may do: people sign in with
// a one-time link, a password or OpenID Connect and are known by a cookie from
// then on; programs bring a token. It knows nothing of calls.
package access

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
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

	stamp string // of the users file
	until time.Time
}

// Until is when the person has to sign in again at the latest; zero for
// programs.
func (p Person) Until() time.Time { return p.until }

// Keeper keeps sign-ins where all instances of the server find them. Ids are
// hashes: who can read them there cannot sign in with them.
type Keeper interface {
	// Keep keeps a value under an id for a time, in place of any before it.
	Keep(ctx context.Context, id string, value []byte, ttl time.Duration) error
	// Renew does what Keep does where there is a value under the id, else
	// nothing.
	Renew(ctx context.Context, id string, value []byte, ttl time.Duration) error
	// Kept is the value kept under an id, nil for none.
	Kept(ctx context.Context, id string) ([]byte, error)
	// Take is Kept for one reader alone: the value is gone afterwards.
	Take(ctx context.Context, id string) ([]byte, error)
}

// Options say how people sign in. Keeper is needed.
type Options struct {
	Keeper Keeper
	Link   bool             // by one-time links
	Users  *Users           // with a password, and programs with a token; nil for nobody
	OIDC   *OIDC            // by OpenID Connect; nil for nobody. It was checked
	Secure bool             // the console is reached by https: cookies go nowhere else
	Now    func() time.Time // nil is time.Now
}

// Access knows who is who. Its methods may be called from any goroutine.
type Access struct {
	keeper Keeper
	secure bool
	now    func() time.Time
	limits *limits
	tries  *tries
	links  *links  // nil: nobody signs in by link
	users  *Users  // nil: nobody signs in with a password
	issuer *issuer // nil: nobody signs in by OpenID Connect
	nobody hashed  // compared where there is no such name, so that it takes as long
}

// New returns an Access.
func New(o Options) *Access {
	if o.Now == nil {
		o.Now = time.Now
	}
	a := &Access{keeper: o.Keeper, secure: o.Secure, now: o.Now, limits: newLimits(), tries: newTries(), users: o.Users}
	if o.Link {
		a.links = new(links)
	}
	if o.OIDC != nil {
		a.issuer = newIssuer(*o.OIDC, o.Now)
	}
	a.nobody = hashed{memory: memory, passes: passes, threads: threads, salt: make([]byte, saltLen), key: make([]byte, keyLen)}
	return a
}

// ErrRefused says that somebody is not known by what they brought. It does not
// say more to them, so that nobody learns which names there are.
var ErrRefused = errors.New("access: not known")

// Passwords reports whether people sign in with a name and a password.
func (a *Access) Passwords() bool { return a.users != nil && len(a.users.now().byName) > 0 }

// ByPassword is who has a name and a password. from is the network address that
// they come from. The error is ErrRefused, ErrBusy, a *LimitError after too many
// tries, or the context's.
func (a *Access) ByPassword(ctx context.Context, name, password, from string) (Person, error) {
	if a.users == nil {
		return Person{}, ErrRefused
	}
	keys := []string{"from " + network(from), "name " + name}
	for i, most := range []int{limitAddress, limitName} {
		if err := a.limits.try(keys[i], most, a.now()); err != nil {
			return Person{}, err
		}
	}
	found, is := a.users.named(name)
	if !is {
		found.password = a.nobody
	}
	matches, err := a.tries.is(ctx, found.password, password)
	switch {
	case err != nil:
		return Person{}, err
	case !matches || !is:
		return Person{}, ErrRefused
	}
	for _, key := range keys {
		a.limits.forget(key)
	}
	return Person{Name: found.name, Role: found.role, By: ByPassword, stamp: found.stamp}, nil
}

// inVain counts a try that was refused. What cannot be guessed needs no limit for
// its own sake; each try is written down, though, and the trail must not be
// filled by whoever likes to. Who brings what is right never waits.
func (a *Access) inVain(from string, refused error) error {
	if err := a.limits.try("vain "+network(from), limitVain, a.now()); err != nil {
		return err
	}
	return refused
}

// Who is who sent a request; nobody is the zero value. An error says that it
// could not be found out. A request that a page makes of itself is passive: it
// does not keep the sign-in from running out.
func (a *Access) Who(r *http.Request, passive bool) (Person, error) {
	// Another scheme is of a proxy that asks for a password of its own.
	if scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") {
		return a.byToken(token), nil
	}
	return a.bySession(r, passive)
}

// byToken is the program that a token is of.
func (a *Access) byToken(token string) Person {
	if a.users == nil {
		return Person{}
	}
	u, is := a.users.withToken(strings.TrimSpace(token))
	if !is {
		return Person{}
	}
	return Person{Name: u.name, Role: u.role, By: ByToken}
}

// current is somebody who signed in with a password, as the users file says it
// now: who was taken out of it, or given another password, is nobody.
func (a *Access) current(p Person) Person {
	if p.By != ByPassword {
		return p
	}
	if a.users == nil {
		return Person{}
	}
	if u, is := a.users.named(p.Name); !is || u.stamp != p.stamp {
		return Person{}
	}
	return p
}
