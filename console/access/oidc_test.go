package access_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"texmlsrv/console/access"
	"texmlsrv/console/access/issuertest"
	"texmlsrv/servertest"
)

// withIssuer is an Access whose people sign in at a fake issuer.
func withIssuer(t *testing.T) (*bench, *issuertest.Issuer) {
	t.Helper()
	clock := servertest.NewClock(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	issuer := issuertest.Start(t, clock)
	o := access.OIDC{
		Issuer: issuer.URL, ClientID: issuertest.ClientID, ClientSecret: issuertest.ClientSecret, Redirect: "https://console.example.com/signin/oidc",
		Operators: []access.Claim{{Name: "groups", Value: "leads"}, {Name: "realm.roles", Value: "boss"}},
		Viewers:   []access.Claim{{Name: "groups", Value: "support"}, {Name: "https://example.com/staff", Value: "true"}},
	}
	if err := o.Check(); err != nil {
		t.Fatal(err)
	}
	kept := newMemory(clock)
	return &bench{Access: access.New(access.Options{Keeper: kept, Now: clock.Now, OIDC: &o, Secure: true}), clock: clock, kept: kept, t: t}, issuer
}

// away begins a sign-in: where the browser is sent, and the cookie it keeps.
func (b *bench) away() (string, *http.Cookie) {
	b.t.Helper()
	w := httptest.NewRecorder()
	to, err := b.BeginOIDC(w, httptest.NewRequestWithContext(b.t.Context(), http.MethodGet, "/signin/away", nil), "/calls?flow=x", "192.0.2.1")
	if err != nil {
		b.t.Fatal(err)
	}
	return to, w.Result().Cookies()[0]
}

// back comes back with a query, and with a cookie unless it is nil.
func (b *bench) back(query url.Values, c *http.Cookie) (access.Person, string, error) {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodGet, "/signin/oidc?"+query.Encode(), nil)
	if c != nil {
		r.AddCookie(c)
	}
	return b.ByOIDC(httptest.NewRecorder(), r, "192.0.2.1")
}

func TestOIDC_roles(t *testing.T) {
	tests := []struct {
		name   string
		claims map[string]any
		who    string
		role   access.Role
	}{
		{"operator", map[string]any{"groups": []string{"support", "leads"}}, "sub-1", access.Operator},
		{"viewer", map[string]any{"groups": []string{"support"}}, "sub-1", access.Viewer},
		{"text", map[string]any{"groups": "support"}, "sub-1", access.Viewer},
		{"nested", map[string]any{"realm": map[string]any{"roles": []string{"boss"}}}, "sub-1", access.Operator},
		{"name-that-is-an-address", map[string]any{"https://example.com/staff": true}, "sub-1", access.Viewer},
		{"mail", map[string]any{"groups": "leads", "email": "ada@example.com", "email_verified": true}, "ada@example.com", access.Operator},
		{"mail-that-anyone-could-say", map[string]any{"groups": "leads", "email": "ada@example.com"}, "sub-1", access.Operator},
		{"mail-that-is-none", map[string]any{"groups": "leads", "email": "<ada>", "email_verified": true}, "sub-1", access.Operator},
		{"none", nil, "sub-1", access.None},
		{"other-group", map[string]any{"groups": []string{"leads-of-others", "lead"}}, "sub-1", access.None},
		{"object", map[string]any{"groups": map[string]any{"leads": true}}, "sub-1", access.None},
		{"null", map[string]any{"groups": nil}, "sub-1", access.None},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, issuer := withIssuer(t)
			issuer.Say(tt.claims)
			to, cookie := b.away()
			p, next, err := b.back(issuer.Approve(to), cookie)
			if p.Name != tt.who || p.Role != tt.role || next != "/calls?flow=x" {
				t.Errorf("%+v to %q, %v", p, next, err)
			}
			if errors.Is(err, access.ErrNoRole) != (tt.role == access.None) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// TestOIDC_sent looks at what the issuer and the browser are told.
func TestOIDC_sent(t *testing.T) {
	b, issuer := withIssuer(t)
	to, cookie := b.away()
	u, err := url.Parse(to)
	if err != nil || !strings.HasPrefix(to, issuer.URL+"/authorize?") {
		t.Fatalf("sent to %s, %v", to, err)
	}
	q := u.Query()
	for name, want := range map[string]string{
		"client_id": issuertest.ClientID, "redirect_uri": "https://console.example.com/signin/oidc", "response_type": "code", "code_challenge_method": "S256",
	} {
		if q.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, q.Get(name), want)
		}
	}
	if q.Get("nonce") == "" || q.Get("code_challenge") == "" || q.Get("state") != cookie.Value {
		t.Errorf("nonce, challenge or state is missing: %v", q)
	}
	if cookie.SameSite != http.SameSiteLaxMode || !cookie.HttpOnly || !cookie.Secure || !strings.HasPrefix(cookie.Name, "__Host-") {
		t.Errorf("the cookie is %s", cookie)
	}
}

// TestOIDC_refused comes back in ways that nobody should.
func TestOIDC_refused(t *testing.T) {
	leads := map[string]any{"groups": "leads"}
	with := func(name string, value any) map[string]any { return map[string]any{"groups": "leads", name: value} }
	past := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC).Unix()
	tests := []struct {
		name   string
		claims map[string]any
		change func(b *bench, query url.Values, c *http.Cookie) (url.Values, *http.Cookie)
	}{
		{"other-browser", leads, func(_ *bench, q url.Values, _ *http.Cookie) (url.Values, *http.Cookie) { return q, nil }},
		{"other-sign-in", leads, func(b *bench, q url.Values, _ *http.Cookie) (url.Values, *http.Cookie) {
			_, other := b.away()
			return q, other
		}},
		{"no-state", leads, func(_ *bench, q url.Values, c *http.Cookie) (url.Values, *http.Cookie) {
			q.Del("state")
			c.Value = ""
			return q, c
		}},
		{"too-late", leads, func(b *bench, q url.Values, c *http.Cookie) (url.Values, *http.Cookie) {
			b.clock.Advance(10 * time.Minute)
			return q, c
		}},
		{"twice", leads, func(b *bench, q url.Values, c *http.Cookie) (url.Values, *http.Cookie) {
			if _, _, err := b.back(q, c); err != nil {
				b.t.Fatal(err)
			}
			return q, c
		}},
		{"said-no", leads, func(_ *bench, q url.Values, c *http.Cookie) (url.Values, *http.Cookie) {
			q.Set("error", "access_denied")
			return q, c
		}},
		{"nonce", with("nonce", "another"), nil},
		{"audience", with("aud", "another"), nil},
		{"issuer", with("iss", "https://id.example.com"), nil},
		{"expired", with("exp", past), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, issuer := withIssuer(t)
			issuer.Say(tt.claims)
			to, cookie := b.away()
			query := issuer.Approve(to)
			if tt.change != nil {
				query, cookie = tt.change(b, query, cookie)
			}
			if p, _, err := b.back(query, cookie); !errors.Is(err, access.ErrRefused) || p.Role != access.None {
				t.Errorf("%+v, %v, want ErrRefused", p, err)
			}
		})
	}
}

// TestOIDC_signature takes no token that somebody else signed, though all else
// in it is right.
func TestOIDC_signature(t *testing.T) {
	b, issuer := withIssuer(t)
	issuer.Say(map[string]any{"groups": "leads"})
	issuer.SignAs(issuertest.Start(t, b.clock))
	to, cookie := b.away()
	if p, _, err := b.back(issuer.Approve(to), cookie); !errors.Is(err, access.ErrRefused) {
		t.Errorf("%+v, %v, want ErrRefused", p, err)
	}
}

// TestOIDC_issuerComesLater lets the issuer be away at first.
func TestOIDC_issuerComesLater(t *testing.T) {
	b, issuer := withIssuer(t)
	issuer.Break(true)
	w := httptest.NewRecorder()
	if _, err := b.BeginOIDC(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/signin/away", nil), "/", "192.0.2.1"); err == nil {
		t.Error("an issuer that is away must be an error")
	}
	issuer.Break(false)
	b.away()
}

func TestOIDC_check(t *testing.T) {
	good := access.OIDC{Issuer: "https://id.example.com", ClientID: "console", Viewers: []access.Claim{{Name: "groups", Value: "support"}}}
	tests := []struct {
		name   string
		change func(*access.OIDC)
		want   string
	}{
		{"good", func(*access.OIDC) {}, ""},
		{"no-issuer", func(o *access.OIDC) { o.Issuer = "id.example.com" }, `the issuer must look like https://id.example.com, not "id.example.com"`},
		{"http", func(o *access.OIDC) { o.Issuer = "http://id.example.com" }, "the issuer must be reached by https"},
		{"http-here", func(o *access.OIDC) { o.Issuer = "http://127.0.0.1:9" }, ""},
		{"no-client", func(o *access.OIDC) { o.ClientID = "" }, "the issuer knows this server by a client id, which is missing"},
		{"nobody", func(o *access.OIDC) { o.Viewers = nil }, "nobody would be let in: say which claim makes an operator or a viewer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := good
			tt.change(&o)
			got := ""
			if err := o.Check(); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
