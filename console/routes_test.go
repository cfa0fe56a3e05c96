package console_test

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"texmlsrv/console"
	"texmlsrv/console/access"
	"texmlsrv/console/consoletest"
	"texmlsrv/console/web"
	"texmlsrv/sessions"
)

// wild is a part of a pattern that stands for anything.
var wild = regexp.MustCompile(`\{[^}]*\}`)

// somewhere is a path that a row answers.
func somewhere(row web.Route) string {
	return wild.ReplaceAllStringFunc(row.Pattern, func(part string) string {
		switch part {
		case "{$}":
			return ""
		case "{turn}":
			return "1"
		}
		return "abc"
	})
}

// status is how a request is answered; streams are not read.
func status(t *testing.T, s *consoletest.Server, who access.Role, row web.Route, header http.Header) (int, string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, row.Method, s.URL+somewhere(row), strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for name, values := range header {
		r.Header[name] = values
	}
	r.Host = header.Get("Host")
	answer, err := s.As(who).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode, answer.Header.Get("Location")
}

// TestRoutes walks the whole table: as nobody, as a viewer, as an operator, from
// another site and under another name. Only what the table says is let through.
func TestRoutes(t *testing.T) {
	s := consoletest.Start(t, nil)
	for _, row := range console.Routes() {
		t.Run(row.Method+strings.ReplaceAll(row.Pattern, "/", "_"), func(t *testing.T) {
			refused := func(who access.Role, header http.Header) bool {
				got, to := status(t, s, who, row, header)
				if got >= http.StatusInternalServerError {
					t.Errorf("as %q: %d\n%s", who, got, s.Log)
				}
				switch got {
				case http.StatusUnauthorized: // a sign-in in vain is one too
					return row.Role != access.None
				case http.StatusForbidden, http.StatusMisdirectedRequest:
					return true
				case http.StatusSeeOther:
					return strings.HasPrefix(to, "/signin?") || to == "/signin" && row.Pattern != "/signout"
				}
				return false
			}
			for _, who := range []access.Role{access.None, access.Viewer, access.Operator} {
				if got := refused(who, nil); got != (who < row.Role) {
					t.Errorf("as %q: refused %v, and it takes %q", who, got, row.Role)
				}
				if !refused(who, http.Header{"Host": {"rebound.example.com"}}) {
					t.Errorf("as %q, under another name: answered", who)
				}
			}
			if row.Method == http.MethodGet {
				return
			}
			for name, header := range map[string]http.Header{
				"cross-site": {"Sec-Fetch-Site": {"cross-site"}},
				"same-site":  {"Sec-Fetch-Site": {"same-site"}}, // another port of this machine is one
				"origin":     {"Origin": {"https://evil.example.com"}},
				"null":       {"Origin": {"null"}},
			} {
				if !refused(access.Operator, header) {
					t.Errorf("%s: answered", name)
				}
			}
		})
	}
}

// TestRoutes_changesLeaveATrace has an audit word in every row that takes an
// operator, or changes anything.
func TestRoutes_changesLeaveATrace(t *testing.T) {
	for _, row := range console.Routes() {
		if (row.Role == access.Operator || row.Method != http.MethodGet && row.Role != access.None) && row.Action == "" {
			t.Errorf("%s %s has no word for the audit trail", row.Method, row.Pattern)
		}
	}
}

// TestRoutes_noSuchCall has no call, and keeps nothing, where no call can be.
func TestRoutes_noSuchCall(t *testing.T) {
	s := consoletest.Start(t, nil)
	for _, row := range console.Routes() {
		if !strings.Contains(row.Pattern, "{sid}") {
			continue
		}
		for _, sid := range []string{"%7B%7D", "a%20b", strings.Repeat("x", 5000)} {
			path := strings.NewReplacer("{sid}", sid, "{turn}", "1").Replace(row.Pattern)
			if got := s.Send(s.As(access.Operator), row.Method, path, url.Values{}, nil); got.Status != http.StatusNotFound {
				t.Errorf("%s %.60s: %d, want 404", row.Method, path, got.Status)
			}
		}
	}
	if kept := entries(t, s); len(kept) != 0 {
		t.Errorf("the trail has %d entries, of calls that cannot be: %.300v", len(kept), kept)
	}
}

// TestHeaders holds every kind of answer to what browsers are told.
func TestHeaders(t *testing.T) {
	s := consoletest.Start(t, nil)
	for _, path := range []string{"/calls", "/signin", "/nothing", "/signin/away", "/assets/0/console.css"} {
		header := s.Get(access.Operator, path).Header
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		policy := header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy has no %s: %s", path, part, policy)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%s: the policy is %s", path, policy)
		}
	}
}

// TestHosts lets in the names that people are told, and no other.
func TestHosts(t *testing.T) {
	here := consoletest.Start(t, nil)
	port := here.URL[strings.LastIndex(here.URL, ":"):]
	there := consoletest.Start(t, func(d *console.Deps) { d.PublicURL, d.LinkBase = "https://console.example.com", "" })
	tests := []struct {
		server     *consoletest.Server
		name, host string
		want       int
	}{
		{here, "address", "127.0.0.1" + port, 200},
		{here, "forwarded-port", "127.0.0.1:1234", 200},
		{here, "localhost", "localhost" + port, 200},
		{here, "in-capitals", "LOCALHOST", 200},
		{here, "name-that-leads-here", "rebound.example.com" + port, 421},
		{here, "looks-like-it", "127.0.0.1.example.com", 421},
		{here, "other-address", "192.0.2.1", 421},
		{there, "its-name", "console.example.com", 200},
		{there, "its-name-in-capitals", "Console.Example.com", 200},
		{there, "other-name", "example.com", 421},
		{there, "other-port", "console.example.com:8081", 421},
		{there, "localhost-there", "localhost", 421},
		{there, "address-of-the-connection", "127.0.0.1:9", 200}, // no page of another can have it
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.server.Send(tt.server.As(access.Viewer), http.MethodGet, "/signin", nil, http.Header{"Host": {tt.host}})
			if got.Status != tt.want {
				t.Errorf("%s: %d, want %d", tt.host, got.Status, tt.want)
			}
		})
	}
}

// TestAddress writes down where people come from: the connection says so, and where
// that is a proxy before the console the header of it, never what stands before.
func TestAddress(t *testing.T) {
	trusted := func(d *console.Deps) {
		d.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8")}
	}
	tests := []struct {
		name   string
		change func(*console.Deps)
		said   []string
		want   string
	}{
		{"nobody-is-believed", nil, []string{"192.0.2.1"}, "127.0.0.1"},
		{"says-nothing", trusted, nil, "127.0.0.1"},
		{"one", trusted, []string{"192.0.2.1"}, "192.0.2.1"},
		{"forged-before-it", trusted, []string{"198.51.100.9, 192.0.2.1"}, "192.0.2.1"},
		{"forged-in-a-line-of-its-own", trusted, []string{"198.51.100.9", "192.0.2.1"}, "192.0.2.1"},
		{"two-proxies", trusted, []string{"198.51.100.9, 192.0.2.1, 10.1.2.3"}, "192.0.2.1"},
		{"no-address", trusted, []string{"192.0.2.1, unknown"}, "127.0.0.1"},
		{"ipv6", trusted, []string{"2001:db8::1"}, "2001:db8::1"},
		{"mapped", trusted, []string{"::ffff:192.0.2.1"}, "192.0.2.1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := consoletest.Start(t, tt.change)
			s.Send(s.As(access.None), http.MethodPost, "/signin", url.Values{"link": {"none"}}, http.Header{"X-Forwarded-For": tt.said})
			if got := entries(t, s)[0].From; got != tt.want {
				t.Errorf("from %q, want %q", got, tt.want)
			}
		})
	}
}

// TestUnknown tells a path that is not there from a method that is not.
func TestUnknown(t *testing.T) {
	s := consoletest.Start(t, nil)
	if got := s.Get(access.Viewer, "/no-such-page"); got.Status != http.StatusNotFound || !strings.Contains(got.Body, "<h1>There is no such page</h1>") {
		t.Errorf("a path: %d\n%s", got.Status, got.Body)
	}
	got := s.Send(s.As(access.Viewer), http.MethodPost, "/calls", url.Values{}, nil)
	if got.Status != http.StatusMethodNotAllowed || got.Header.Get("Allow") != "GET" {
		t.Errorf("a method: %d, Allow %q", got.Status, got.Header.Get("Allow"))
	}
	got = s.Get(access.Viewer, "/api/v1/no-such-thing")
	if got.Status != http.StatusNotFound || got.Header.Get("Content-Type") != "application/problem+json" || !strings.Contains(got.Body, `"status":404`) {
		t.Errorf("of the API: %d %s\n%s", got.Status, got.Header.Get("Content-Type"), got.Body)
	}
}

// TestLog has the pattern of a route in the log, and nothing of what was asked.
func TestLog(t *testing.T) {
	s := consoletest.Start(t, nil)
	s.Get(access.Operator, "/audit?who=secret-name")
	log := s.Log.String()
	if !strings.Contains(log, `route="GET /audit"`) || !strings.Contains(log, "status=200") || strings.Contains(log, "secret-name") {
		t.Errorf("the log:\n%s", log)
	}
}

// entries are the whole audit trail.
func entries(t *testing.T, s *consoletest.Server) []sessions.Audit {
	t.Helper()
	page, err := s.Store.Audits(t.Context(), sessions.AuditQuery{Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	return page.Entries
}
