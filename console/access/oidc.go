package access

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

const (
	goneFor    = 10 * time.Minute // that somebody may be away at the issuer
	issuerTime = 10 * time.Second // for one request to the issuer
	goneCookie = "texmlsrv-gone"
)

// Claim is a claim of an ID token, and the value it must have: groups=support.
// In a claim that is a list one of the values does; dots lead into objects.
type Claim struct{ Name, Value string }

// ParseClaim reads claim=value.
func ParseClaim(text string) (Claim, error) {
	name, value, found := strings.Cut(text, "=")
	if !found || name == "" || value == "" {
		return Claim{}, fmt.Errorf("a claim must look like groups=support, not %q", text)
	}
	return Claim{Name: name, Value: value}, nil
}

// OIDC says where people sign in by OpenID Connect, and what becomes of them.
type OIDC struct {
	Issuer, ClientID, ClientSecret string
	Redirect                       string // https://console.example.com/signin/oidc, as registered at the issuer

	Operators []Claim // one of them makes an operator
	Viewers   []Claim // one of them makes a viewer; who has none of either is not let in
}

// Check refuses what cannot work.
func (o OIDC) Check() error {
	issuer, err := url.Parse(o.Issuer)
	switch {
	case err != nil || issuer.Host == "":
		return fmt.Errorf("the issuer must look like https://id.example.com, not %q", o.Issuer)
	case issuer.Scheme != "https" && !(issuer.Scheme == "http" && isLoopback(issuer.Hostname())):
		return errors.New("the issuer must be reached by https")
	case o.ClientID == "":
		return errors.New("the issuer knows this server by a client id, which is missing")
	case len(o.Operators)+len(o.Viewers) == 0:
		return errors.New("nobody would be let in: say which claim makes an operator or a viewer")
	}
	return nil
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// issuer is the issuer, once it was reached.
type issuer struct {
	OIDC
	client *http.Client
	now    func() time.Time

	mu       sync.Mutex
	verifier *oidc.IDTokenVerifier
	config   oauth2.Config
}

func newIssuer(o OIDC, now func() time.Time) *issuer {
	return &issuer{OIDC: o, now: now, client: &http.Client{Timeout: issuerTime}}
}

// reach asks the issuer where its parts are; once is enough.
func (i *issuer) reach(ctx context.Context) (oauth2.Config, *oidc.IDTokenVerifier, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.verifier != nil {
		return i.config, i.verifier, nil
	}
	// The provider keeps this context to fetch keys with, so it must not end with
	// the request; the client has its own limit of time.
	provider, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), i.client), i.Issuer)
	if err != nil {
		return oauth2.Config{}, nil, fmt.Errorf("access: the issuer: %w", err)
	}
	i.config = oauth2.Config{
		ClientID: i.ClientID, ClientSecret: i.ClientSecret, RedirectURL: i.Redirect,
		Endpoint: provider.Endpoint(), Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
	}
	i.verifier = provider.Verifier(&oidc.Config{ClientID: i.ClientID, Now: i.now})
	return i.config, i.verifier, nil
}

// gone is kept of somebody who is at the issuer.
type gone struct {
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"` // of PKCE
	Next     string `json:"next"`
}

// OIDC reports whether people sign in by OpenID Connect.
func (a *Access) OIDC() bool { return a.issuer != nil }

// BeginOIDC sends somebody to the issuer: the answer brings a cookie by which
// the same browser is known when it comes back, and the result is where to go.
// next is where the person wants to go afterwards, from the network address that
// they come from. The error is a *LimitError where too many begin, the issuer's,
// or the keeper's.
func (a *Access) BeginOIDC(w http.ResponseWriter, r *http.Request, next, from string) (string, error) {
	if err := a.limits.try("away "+network(from), limitAway, a.now()); err != nil {
		return "", err
	}
	config, _, err := a.issuer.reach(r.Context())
	if err != nil {
		return "", err
	}
	state := newSecret()
	g := gone{Nonce: newSecret(), Verifier: oauth2.GenerateVerifier(), Next: next}
	body, err := json.Marshal(g)
	if err != nil {
		return "", fmt.Errorf("access: going to the issuer: %w", err)
	}
	if err := a.keeper.Keep(r.Context(), "gone:"+hash(state), body, goneFor); err != nil {
		return "", fmt.Errorf("access: going to the issuer: %w", err)
	}
	http.SetCookie(w, a.goneCookie(state, int(goneFor.Seconds())))
	return config.AuthCodeURL(state, oidc.Nonce(g.Nonce), oauth2.S256ChallengeOption(g.Verifier)), nil
}

// goneCookie is Lax, because it has to come along when another site, the
// issuer, sends the browser back.
func (a *Access) goneCookie(state string, age int) *http.Cookie {
	name := goneCookie
	if a.secure {
		name = "__Host-" + name
	}
	return &http.Cookie{Name: name, Value: state, Path: "/", MaxAge: age, Secure: a.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// ByOIDC is who came back from the issuer, and where they wanted to go. Somebody
// that the issuer knows and no claim lets in is ErrNoRole, with their name; else
// the error is ErrRefused, a *LimitError after too many tries, the issuer's, or
// the keeper's. from is the network address that they come from.
func (a *Access) ByOIDC(w http.ResponseWriter, r *http.Request, from string) (Person, string, error) {
	g, err := a.back(w, r)
	if errors.Is(err, ErrRefused) {
		err = a.inVain(from, err)
	}
	if err != nil {
		return Person{}, "", err
	}
	config, verifier, err := a.issuer.reach(r.Context())
	if err != nil {
		return Person{}, g.Next, err
	}
	ctx := oidc.ClientContext(r.Context(), a.issuer.client)
	token, err := config.Exchange(ctx, r.URL.Query().Get("code"), oauth2.VerifierOption(g.Verifier))
	if err != nil {
		return Person{}, g.Next, fmt.Errorf("access: the issuer gives no token: %w", err)
	}
	raw, is := token.Extra("id_token").(string)
	if !is {
		return Person{}, g.Next, errors.New("access: the issuer gives no ID token")
	}
	id, err := verifier.Verify(ctx, raw)
	switch {
	case err != nil:
		return Person{}, g.Next, fmt.Errorf("%w: %w", ErrRefused, err)
	case subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(g.Nonce)) != 1:
		return Person{}, g.Next, fmt.Errorf("%w: the token is not for this sign-in", ErrRefused)
	}
	p, err := a.issuer.person(id)
	return p, g.Next, err
}

// back is what was kept of whoever comes back, once.
func (a *Access) back(w http.ResponseWriter, r *http.Request) (gone, error) {
	var g gone
	state := r.URL.Query().Get("state")
	c, err := r.Cookie(a.goneCookie("", 0).Name)
	http.SetCookie(w, a.goneCookie("", -1))
	if err != nil || subtle.ConstantTimeCompare([]byte(c.Value), []byte(state)) != 1 {
		return g, fmt.Errorf("%w: somebody else began this sign-in", ErrRefused)
	}
	body, err := a.keeper.Take(r.Context(), "gone:"+hash(state))
	switch {
	case err != nil:
		return g, fmt.Errorf("access: coming back from the issuer: %w", err)
	case body == nil:
		return g, fmt.Errorf("%w: this sign-in took too long, or is over", ErrRefused)
	}
	if err := json.Unmarshal(body, &g); err != nil {
		return g, fmt.Errorf("access: coming back from the issuer: %w", err)
	}
	if said := r.URL.Query().Get("error"); said != "" {
		return g, fmt.Errorf("%w: the issuer says %q", ErrRefused, said)
	}
	return g, nil
}

// ErrNoRole says that somebody is known, and may do nothing here.
var ErrNoRole = errors.New("access: no role")

// person is who an ID token is about.
func (i *issuer) person(id *oidc.IDToken) (Person, error) {
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return Person{}, fmt.Errorf("access: the claims of a token: %w", err)
	}
	p := Person{Name: id.Subject, By: ByOIDC}
	// Names that people give themselves could be somebody else's.
	if mail, is := claims["email"].(string); is && claims["email_verified"] == true && nameForm.MatchString(mail) {
		p.Name = mail
	}
	switch holds := func(c Claim) bool { return c.holds(claims) }; {
	case slices.ContainsFunc(i.Operators, holds):
		p.Role = Operator
	case slices.ContainsFunc(i.Viewers, holds):
		p.Role = Viewer
	default:
		return p, ErrNoRole
	}
	return p, nil
}

// holds reports whether claims have the claim. A name with dots is looked for
// as it is first: namespaced claims are URLs.
func (c Claim) holds(claims map[string]any) bool {
	if value, is := claims[c.Name]; is {
		return c.among(value)
	}
	first, rest, found := strings.Cut(c.Name, ".")
	inner, is := claims[first].(map[string]any)
	return found && is && Claim{Name: rest, Value: c.Value}.holds(inner)
}

func (c Claim) among(value any) bool {
	if list, is := value.([]any); is {
		return slices.ContainsFunc(list, func(v any) bool { return fmt.Sprint(v) == c.Value })
	}
	_, object := value.(map[string]any)
	return value != nil && !object && fmt.Sprint(value) == c.Value
}
