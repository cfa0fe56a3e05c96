package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"texmlsrv/callbacks"
	"texmlsrv/servertest"
	"texmlsrv/sessions/redistest"
	"texmlsrv/simulator/wire"
	"texmlsrv/templates"
)

// someKey is the public key of some account.
const someKey = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

// examined runs doctor, and gives its checks by their names and the exit code.
func examined(t *testing.T, args ...string) (map[string]checkup, int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), append([]string{"doctor", "--json", "--public-key", someKey}, args...), nil, nil, &stdout, &stderr)
	var out struct{ Checks []checkup }
	if err := json.Unmarshal(stdout.Bytes(), &out); err != nil {
		t.Fatalf("%v: %s%s", err, &stdout, &stderr)
	}
	checks := map[string]checkup{}
	for _, check := range out.Checks {
		if before, twice := checks[check.Check]; !twice || before.Status == checkOK || check.Status == checkFail {
			checks[check.Check] = check // the worst of several
		}
	}
	return checks, code
}

// outcome is what a check is expected to say.
type outcome struct {
	check, status string
	says          string // in what it says, or what to do
}

// hold compares the checks with what was expected, and the exit code with both.
func hold(t *testing.T, checks map[string]checkup, code int, want ...outcome) {
	t.Helper()
	for _, w := range want {
		got, is := checks[w.check]
		if !is || got.Status != w.status || !strings.Contains(got.Says+" "+got.Do, w.says) {
			t.Errorf("%s: got %+v, want %s with %q", w.check, got, w.status, w.says)
		}
	}
	failed := false
	for _, check := range checks {
		failed = failed || check.Status == checkFail
		if check.Status != checkOK && check.Do == "" {
			t.Errorf("%+v does not say what to do", check)
		}
	}
	if failed != (code == exitFailed) {
		t.Errorf("exit %d, failed is %t", code, failed)
	}
}

func TestDoctor_redis(t *testing.T) {
	setting := func(pairs ...string) func(*testing.T, *redistest.Server) string {
		return func(t *testing.T, s *redistest.Server) string {
			client := servertest.Client(t, s.URL())
			for i := 0; i < len(pairs); i += 2 {
				if err := client.ConfigSet(t.Context(), pairs[i], pairs[i+1]).Err(); err != nil {
					t.Fatal(err)
				}
			}
			return s.URL()
		}
	}
	tests := []struct {
		name    string
		durable bool
		prepare func(*testing.T, *redistest.Server) string // gives the URL
		want    []outcome
	}{
		{"plain", false, setting(), []outcome{
			{"redis", checkOK, "(standalone), answers in "}, {"redis writes", checkOK, ""}, {"redis memory", checkOK, "without a limit"},
			{"redis disk", checkWarn, "forgets all calls"}, {"clock", checkOK, "as that of Redis"},
		}},
		{"durable", true, setting(), []outcome{{"redis disk", checkOK, "append-only"}}},
		{"snapshots", false, setting("save", "60 1"), []outcome{{"redis disk", checkWarn, "Snapshots alone"}}},
		{"evicts", false, setting("maxmemory", "100mb", "maxmemory-policy", "allkeys-lru"), []outcome{{"redis memory", checkWarn, "allkeys-lru throws out"}}},
		{"keeps", false, setting("maxmemory", "100mb", "maxmemory-policy", "noeviction"), []outcome{{"redis memory", checkOK, "of 100.00M used"}}},
		{"full", false, setting("maxmemory", "1mb", "maxmemory-policy", "noeviction"), []outcome{{"redis memory", checkWarn, "Raise maxmemory"}}},
		{"replica", false, func(t *testing.T, s *redistest.Server) string {
			if err := servertest.Client(t, s.URL()).Do(t.Context(), "REPLICAOF", "127.0.0.1", "1").Err(); err != nil {
				t.Fatal(err)
			}
			return s.URL()
		}, []outcome{{"redis writes", checkFail, "a replica"}}},
		{"no-scripts", false, func(t *testing.T, s *redistest.Server) string {
			return asUser(t, s, "on", ">secret", "~*", "+@all", "-@scripting")
		}, []outcome{{"redis", checkOK, ""}, {"redis writes", checkFail, "ACL SETUSER"}}},
		{"no-info", false, func(t *testing.T, s *redistest.Server) string {
			return asUser(t, s, "on", ">secret", "~*", "+@all", "-info", "-config", "-time")
		}, []outcome{{"redis", checkWarn, "does not say what it is"}, {"redis memory", checkWarn, "by yourself"}, {"redis disk", checkWarn, "by yourself"}, {"clock", checkOK, "with nothing"}}},
		{"wants-a-password", false, setting("requirepass", "secret"), []outcome{{"redis", checkFail, "It wants a password"}}},
		{"wrong-password", false, func(t *testing.T, s *redistest.Server) string {
			return strings.Replace(setting("requirepass", "secret")(t, s), "unix://", "unix://:wrong@", 1)
		}, []outcome{{"redis", checkFail, "User or password are wrong"}}},
		{"stopped", false, func(_ *testing.T, s *redistest.Server) string { s.Stop(); return s.URL() }, []outcome{{"redis", checkFail, "Nothing listens there"}}},
		{"frozen", false, func(_ *testing.T, s *redistest.Server) string { s.Freeze(); return s.URL() }, []outcome{{"redis", checkFail, "No answer: "}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := redistest.Start
			if tt.durable {
				start = redistest.StartDurable
			}
			checks, code := examined(t, "--redis-url", tt.prepare(t, start(t)))
			hold(t, checks, code, tt.want...)
		})
	}
}

// asUser makes a user of Redis, and gives the URL with which to be it.
func asUser(t *testing.T, s *redistest.Server, rules ...string) string {
	t.Helper()
	if err := servertest.Client(t, s.URL()).Do(t.Context(), append([]any{"ACL", "SETUSER", "calls"}, anys(rules)...)...).Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Replace(s.URL(), "unix://", "unix://calls:secret@", 1)
}

func anys(texts []string) []any {
	out := make([]any, len(texts))
	for i, text := range texts {
		out[i] = text
	}
	return out
}

func TestDoctor_redisKinds(t *testing.T) {
	t.Run("cluster", func(t *testing.T) {
		checks, code := examined(t, "--redis-url", redistest.StartCluster(t).URL())
		hold(t, checks, code, outcome{"redis", checkOK, "(cluster)"}, outcome{"redis writes", checkOK, ""})
	})
	t.Run("sentinel", func(t *testing.T) {
		sentinel := redistest.StartSentinel(t)
		checks, code := examined(t, "--redis-url", sentinel.URL())
		hold(t, checks, code, outcome{"redis", checkOK, "(standalone)"}, outcome{"redis writes", checkOK, ""})
		if tcp, is := strings.CutPrefix(sentinel.Master.URL(), "redis://"); is {
			checks, code = examined(t, "--redis-url", "rediss://"+tcp)
			hold(t, checks, code, outcome{"redis", checkFail, "begins with redis://"})
		}
	})
}

func TestDoctor_versions(t *testing.T) {
	for version, old := range map[string]bool{"6.0.16": true, "5.0": true, "6.2.0": false, "7.4.1": false, "": false, "new": false, "10.0": false} {
		if got := olderThan(version, oldestRedis); got != old {
			t.Errorf("%q is older: %t", version, got)
		}
	}
}

// TestDoctor_diskFails holds what is said of a Redis that cannot write.
func TestDoctor_diskFails(t *testing.T) {
	unasked := redis.NewUniversalClient(&redis.UniversalOptions{Addrs: []string{"127.0.0.1:1"}, Dialer: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("not asked")
	}})
	defer unasked.Close()
	for name, facts := range map[string]map[string]string{
		"file":     {"aof_enabled": "1", "aof_last_write_status": "err"},
		"snapshot": {"aof_enabled": "0", "rdb_last_bgsave_status": "err"},
	} {
		e := &examination{}
		e.redisPersistence(t.Context(), unasked, facts)
		if len(e.checks) != 1 || e.checks[0].Status != checkFail {
			t.Errorf("%s: %+v", name, e.checks)
		}
	}
}

// program starts the whole program for a public URL.
func program(t *testing.T, clock *servertest.Clock, o callbacks.Options) *servertest.Server {
	t.Helper()
	return servertest.Start(t, servertest.Options{Flows: templates.FS, Store: servertest.Embedded(t), Clock: clock, Callbacks: o})
}

// behind starts a proxy before a server, that changes requests.
func behind(t *testing.T, server string, change func(*http.Request)) string {
	t.Helper()
	to, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.SetXForwarded()
		change(r.Out)
	}})
	t.Cleanup(proxy.Close)
	return proxy.URL
}

func keysOf(t *testing.T, texts ...string) callbacks.Options {
	t.Helper()
	var o callbacks.Options
	for _, text := range texts {
		key, err := callbacks.ParseKey(text)
		if err != nil {
			t.Fatal(err)
		}
		o.Keys = append(o.Keys, key)
	}
	return o
}

func TestDoctor_publicURL(t *testing.T) {
	now := servertest.NewClock(time.Now())
	genuine := program(t, now, keysOf(t, someKey)).URL
	keyless := program(t, now, callbacks.Options{}).URL
	everybody := program(t, now, callbacks.Options{Verify: callbacks.ModeOff}).URL
	tried := program(t, now, keysOf(t, someKey, wire.PublicKey(wire.TestKey()))).URL
	late := program(t, servertest.NewClock(time.Now().Add(-time.Hour)), keysOf(t, someKey)).URL
	leaves := func(*http.Request) {}
	answering := func(handler http.HandlerFunc) string {
		s := httptest.NewServer(handler)
		t.Cleanup(s.Close)
		return s.URL
	}
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	tests := []struct {
		name, url string
		want      []outcome
	}{
		{"direct", genuine, []outcome{{"POST", checkOK, "refuses one that is not"}, {"public URL", checkWarn, "of this machine or network"}, {"clock", checkOK, "as that of the public URL"}}},
		{"slash", genuine + "/", []outcome{{"POST", checkOK, ""}}},
		{"proxy", behind(t, genuine, leaves), []outcome{{"POST", checkOK, ""}}},
		{"proxy-drops-the-signature", behind(t, genuine, func(r *http.Request) { r.Header.Del(wire.SignatureHeader) }), []outcome{{"POST", checkFail, "lost on its way"}}},
		{"proxy-rewrites-the-signature", behind(t, genuine, func(r *http.Request) { r.Header.Set(wire.SignatureHeader, "abc") }), []outcome{{"POST", checkFail, "hand on headers as they come"}}},
		{"no-key", behind(t, keyless, leaves), []outcome{{"POST", checkFail, "has no public key"}}},
		{"verifies-nothing", everybody, []outcome{{"POST", checkWarn, "believes everybody"}}},
		{"believes-the-test-key", tried, []outcome{{"POST", checkWarn, "believes the test key"}}},
		{"clock-late", late, []outcome{{"POST", checkFail, "more than five minutes away"}}},
		{"redirects", answering(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://x.example"+r.URL.Path, http.StatusMovedPermanently)
		}),
			[]outcome{{"public URL", checkFail, "It redirects to https://x.example/readyz"}}},
		{"redirects-posts", answering(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				http.Redirect(w, r, "/elsewhere", http.StatusFound)
				return
			}
			_, _ = w.Write([]byte(`{"status":"ok"}`))
		}), []outcome{{"public URL", checkFail, "It redirects to /elsewhere"}}},
		{"somebody-else", answering(http.NotFound), []outcome{{"public URL", checkFail, "answered 404, and not by texmlsrv"}}},
		{"draining", answering(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte(`{"status":"draining","flows":3,"store":"ok"}`))
		}), []outcome{{"public URL", checkFail, "says draining"}}},
		{"degraded-and-gets-only", answering(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet {
				http.Error(w, "no", http.StatusMethodNotAllowed)
				return
			}
			_, _ = w.Write([]byte(`{"status":"degraded","flows":3,"store":"unreachable"}`))
		}), []outcome{{"public URL", checkWarn, ""}, {"POST", checkFail, `is answered 405, and not as texmlsrv answers: "no"`}}},
		{"certificate-of-nobody", secure.URL, []outcome{{"public URL", checkFail, "error 75006"}}},
		{"no-tls-there", strings.Replace(genuine, "http:", "https:", 1), []outcome{{"public URL", checkFail, "There is no TLS at that port"}}},
		{"gone", gone.URL, []outcome{{"public URL", checkFail, "error 75002"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			checks, code := examined(t, "--public-url", tt.url)
			hold(t, checks, code, tt.want...)
		})
	}
}

func TestDoctor_unreachable(t *testing.T) {
	for code, err := range map[string]error{
		"75001": &net.DNSError{Err: "no such host", Name: "x"},
		"75002": context.DeadlineExceeded,
		"75004": x509.CertificateInvalidError{Reason: x509.Expired},
		"75005": x509.HostnameError{Certificate: &x509.Certificate{}, Host: "x"},
		"75006": x509.UnknownAuthorityError{},
	} {
		if says, do := unreachableURL(&url.Error{Op: "Get", URL: "https://x", Err: err}); says == "" || !strings.Contains(do, code) {
			t.Errorf("%v: %s %s", err, says, do)
		}
	}
}

func TestDoctor_certificate(t *testing.T) {
	for status, left := range map[string]time.Duration{checkOK: 90 * 24 * time.Hour, checkWarn: 3 * 24 * time.Hour} {
		p := &publicServer{examination: &examination{}}
		long := &x509.Certificate{NotAfter: time.Now().Add(1000 * 24 * time.Hour)}
		p.certificate(&tls.ConnectionState{PeerCertificates: []*x509.Certificate{long, {NotAfter: time.Now().Add(left)}}})
		if len(p.checks) != 1 || p.checks[0].Status != status {
			t.Errorf("%v left: %+v", left, p.checks)
		}
	}
}

func TestDoctor_clock(t *testing.T) {
	tests := []struct {
		name   string
		ahead  time.Duration
		status string
		says   string
	}{
		{"same", time.Second, checkOK, "as that of X"},
		{"a-minute-behind", time.Minute, checkWarn, "1m0s behind that of X"},
		{"six-minutes-ahead", -6 * time.Minute, checkFail, "6m0s ahead of that of X"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := &examination{clocks: []otherClock{{"X", tt.ahead, time.Second}}}
			e.clock()
			if got := e.checks[0]; got.Status != tt.status || !strings.Contains(got.Says, tt.says) {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestDoctor_request holds that a captured request is judged by every key that
// was given, and that the test key is known.
func TestDoctor_request(t *testing.T) {
	body := wire.Encode(wire.Call{Seed: 3}.Filled().Cost("0.01"))
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{5}, ed25519.SeedSize))
	var text strings.Builder
	text.WriteString("POST /callbacks/status HTTP/1.1\r\n")
	for name, values := range wire.Sign(key, time.Now(), []byte(body)) {
		text.WriteString(name + ": " + values[0] + "\r\n")
	}
	text.WriteString("\r\n" + body)
	for _, tt := range []struct {
		keys   []string
		status string
	}{{[]string{someKey}, checkFail}, {[]string{someKey, wire.PublicKey(key)}, checkOK}} {
		args := []string{"doctor", "--json", "--request", "-", "--public-key", strings.Join(tt.keys, ",")}
		var stdout, stderr bytes.Buffer
		run(t.Context(), args, nil, strings.NewReader(text.String()), &stdout, &stderr)
		var out struct{ Checks []checkup }
		if err := json.Unmarshal(stdout.Bytes(), &out); err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(out.Checks, func(c checkup) bool {
			return strings.HasPrefix(c.Check, "request") && c.Status == tt.status
		}) {
			t.Errorf("%v: %+v", tt.keys, out.Checks)
		}
	}
}
