package access_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"texmlsrv/console/access"
	"texmlsrv/servertest"
)

// bench is an Access with a clock and a memory.
type bench struct {
	*access.Access
	clock *servertest.Clock
	kept  *memory
	t     *testing.T
}

func start(t *testing.T, o access.Options) *bench {
	t.Helper()
	clock := servertest.NewClock(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	kept := newMemory(clock)
	o.Keeper, o.Now = kept, clock.Now
	return &bench{Access: access.New(o), clock: clock, kept: kept, t: t}
}

// begin signs somebody in and gives the cookie.
func (b *bench) begin(p access.Person) *http.Cookie {
	b.t.Helper()
	w := httptest.NewRecorder()
	if err := b.Begin(w, httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, "/signin", nil), p); err != nil {
		b.t.Fatal(err)
	}
	return w.Result().Cookies()[0]
}

// who is who a request with a cookie is from.
func (b *bench) who(c *http.Cookie, passive bool) access.Person {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodGet, "/calls", nil)
	r.AddCookie(c)
	p, err := b.Who(r, passive)
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

var otto = access.Person{Name: "otto", Role: access.Operator, By: access.ByLink}

func TestCookie_flags(t *testing.T) {
	tests := []struct {
		name   string
		secure bool
		cookie string
	}{
		{"this-machine", false, "texmlsrv"},
		{"https", true, "__Host-texmlsrv"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := start(t, access.Options{Secure: tt.secure}).begin(otto)
			if c.Name != tt.cookie || c.Secure != tt.secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 0 {
				t.Errorf("the cookie is %s", c)
			}
			if len(c.Value) < 43 {
				t.Errorf("its secret has %d characters", len(c.Value))
			}
		})
	}
}

// TestSession_runsOut holds a sign-in to an hour without a request, and to
// twelve in any case. What a page does by itself is no request.
func TestSession_runsOut(t *testing.T) {
	tests := []struct {
		name    string
		every   time.Duration // between requests
		passive bool
		count   int // of requests that find the person
	}{
		{"idle", time.Hour, false, 0},
		{"just-in-time", 59 * time.Minute, false, 12}, // 12 × 59 min < 12 h
		{"often", time.Minute, false, 12*60 - 1},
		{"passive", 10 * time.Minute, true, 5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := start(t, access.Options{})
			c := b.begin(otto)
			found := 0
			for {
				b.clock.Advance(tt.every)
				if b.who(c, tt.passive).Name != "otto" {
					break
				}
				found++
			}
			if found != tt.count {
				t.Errorf("%d requests found the person, want %d", found, tt.count)
			}
		})
	}
}

// TestSession_runsOutByItself does so, also where the keeper keeps for longer: its
// clock is another one.
func TestSession_runsOutByItself(t *testing.T) {
	b := start(t, access.Options{})
	c := b.begin(otto)
	for id, v := range b.kept.kept {
		v.until = v.until.Add(24 * time.Hour)
		b.kept.kept[id] = v
	}
	b.clock.Advance(59 * time.Minute)
	if b.who(c, true).Name != "otto" {
		t.Error("too early")
	}
	b.clock.Advance(time.Minute)
	if b.who(c, true).Name != "" {
		t.Error("an hour later the person is still known")
	}
}

// TestSession_ends signs out; and signing in again ends what was before.
func TestSession_ends(t *testing.T) {
	b := start(t, access.Options{})
	first := b.begin(otto)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/signin", nil)
	r.AddCookie(first)
	w := httptest.NewRecorder()
	if err := b.Begin(w, r, otto); err != nil {
		t.Fatal(err)
	}
	second := w.Result().Cookies()[0]
	if b.who(first, false).Name != "" || b.who(second, false).Name != "otto" {
		t.Error("signing in again must end the sign-in before it")
	}
	r = httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/signout", nil)
	r.AddCookie(second)
	w = httptest.NewRecorder()
	if err := b.End(w, r); err != nil {
		t.Fatal(err)
	}
	if b.who(second, false).Name != "" {
		t.Error("who signed out is still known")
	}
	if c := w.Result().Cookies()[0]; c.MaxAge >= 0 || c.Value != "" {
		t.Errorf("the cookie stays: %s", c)
	}
}

// TestSession_isNotInTheStore looks for the secret of a cookie where sign-ins
// are kept.
func TestSession_isNotInTheStore(t *testing.T) {
	b := start(t, access.Options{})
	c := b.begin(otto)
	for id, v := range b.kept.kept {
		if strings.Contains(id, c.Value) || strings.Contains(string(v.body), c.Value) {
			t.Errorf("%s: %s holds the secret", id, v.body)
		}
	}
	for id := range b.kept.kept { // what is kept is no way in
		if b.who(&http.Cookie{Name: c.Name, Value: id}, false).Name != "" {
			t.Error("the id in the store signs in")
		}
	}
}

func TestLinks_once(t *testing.T) {
	b := start(t, access.Options{Link: true})
	secret := b.NewLink()
	var in sync.Map
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if p, err := b.ByLink(secret, "192.0.2.1"); err == nil && p.Role == access.Operator {
				in.Store(i, p)
			}
		})
	}
	all.Wait()
	count := 0
	in.Range(func(any, any) bool { count++; return true })
	if count != 1 {
		t.Errorf("the link let %d in, want 1", count)
	}
	if _, err := b.ByLink("", "192.0.2.1"); !errors.Is(err, access.ErrRefused) {
		t.Errorf("no secret: %v", err)
	}
}

// TestVain_tooOften holds back who brings links that are none; the first time that
// this happens is told from all later ones, and who brings a right one never waits.
func TestVain_tooOften(t *testing.T) {
	b := start(t, access.Options{Link: true})
	for i := range 20 {
		if _, err := b.ByLink("none", "192.0.2.1"); !errors.Is(err, access.ErrRefused) {
			t.Fatalf("try %d: %v", i+1, err)
		}
	}
	for i, first := range []bool{true, false, false} {
		var limit *access.LimitError
		if _, err := b.ByLink("none", "192.0.2.1"); !errors.As(err, &limit) || limit.First != first {
			t.Errorf("try %d: %+v, want one that is the first: %v", i+21, err, first)
		}
	}
	if _, err := b.ByLink("none", "192.0.2.2"); !errors.Is(err, access.ErrRefused) {
		t.Errorf("from elsewhere: %v", err)
	}
	if _, err := b.ByLink(b.NewLink(), "192.0.2.1"); err != nil {
		t.Errorf("a right one: %v", err)
	}
	b.clock.Advance(5 * time.Minute)
	if _, err := b.ByLink("none", "192.0.2.1"); !errors.Is(err, access.ErrRefused) {
		t.Errorf("later: %v", err)
	}
}

// TestLinks_asked holds back who asks for links all the time.
func TestLinks_asked(t *testing.T) {
	b := start(t, access.Options{Link: true})
	first, err := b.AskedLink()
	if err != nil {
		t.Fatal(err)
	}
	for range 9 {
		if _, err := b.AskedLink(); err != nil {
			t.Fatal(err)
		}
	}
	var limit *access.LimitError
	if _, err := b.AskedLink(); !errors.As(err, &limit) {
		t.Errorf("the eleventh: %v", err)
	}
	if _, err := b.ByLink(first, "192.0.2.1"); !errors.Is(err, access.ErrRefused) {
		t.Error("of many links, the oldest must go")
	}
	b.clock.Advance(6 * time.Minute)
	if _, err := b.AskedLink(); err != nil {
		t.Errorf("later: %v", err)
	}
}

// usersFile writes a users file, older than any that is written after it.
func usersFile(t *testing.T, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "users")
	rewrite(t, path, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), lines...)
	return path
}

func rewrite(t *testing.T, path string, at time.Time, lines ...string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}

func openUsers(t *testing.T, path string, failed func(error)) *access.Users {
	t.Helper()
	users, err := access.OpenUsers(path, failed)
	if err != nil {
		t.Fatal(err)
	}
	return users
}

func TestPasswords(t *testing.T) {
	const good = "correct horse battery"
	token, secret := access.NewToken()
	path := usersFile(t, "# people", access.Line("ada", access.Operator, access.HashPassword(good)), "", access.Line("ci", access.Viewer, secret))
	b := start(t, access.Options{Users: openUsers(t, path, nil)})
	tests := []struct {
		name, user, password string
		want                 access.Role
	}{
		{"right", "ada", good, access.Operator},
		{"wrong-password", "ada", good + " ", access.None},
		{"no-password", "ada", "", access.None},
		{"unknown", "eve", good, access.None},
		{"case", "Ada", good, access.None},
		{"program", "ci", token, access.None},
		{"very-long", "ada", strings.Repeat("x", 5000), access.None},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := b.ByPassword(t.Context(), tt.user, tt.password, "192.0.2.1")
			if p.Role != tt.want || (err == nil) != (tt.want != access.None) {
				t.Errorf("%+v, %v", p, err)
			}
			if err != nil && !errors.Is(err, access.ErrRefused) {
				t.Errorf("%v, want ErrRefused", err)
			}
		})
	}
}

// TestTokens looks at who a token is of, and who not.
func TestTokens(t *testing.T) {
	token, secret := access.NewToken()
	other, _ := access.NewToken()
	b := start(t, access.Options{Users: openUsers(t, usersFile(t, access.Line("ci", access.Viewer, secret)), nil)})
	cookie := b.begin(otto)
	tests := []struct{ name, header, want string }{
		{"right", "Bearer " + token, "ci"},
		{"scheme-in-small-letters", "bearer " + token, "ci"},
		{"other", "Bearer " + other, ""},
		{"hash", "Bearer " + strings.TrimPrefix(secret, "sha256:"), ""},
		{"nothing", "Bearer ", ""},
		{"cookie-alone", "", "otto"}, // and no token falls back to it
		{"password-of-a-proxy", "Basic " + token, "otto"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/calls", nil)
			r.AddCookie(cookie)
			if tt.header != "" {
				r.Header.Set("Authorization", tt.header)
			}
			if p, err := b.Who(r, false); err != nil || p.Name != tt.want {
				t.Errorf("%+v, %v, want %q", p, err, tt.want)
			}
		})
	}
}

// TestPasswords_tooOften tries one name from many addresses, and many names
// from one.
func TestPasswords_tooOften(t *testing.T) {
	const good = "correct horse battery"
	path := usersFile(t, access.Line("ada", access.Viewer, cheap(good)), access.Line("bea", access.Viewer, cheap(good)))
	b := start(t, access.Options{Users: openUsers(t, path, nil)})
	var limit *access.LimitError
	for i := range 10 {
		if _, err := b.ByPassword(t.Context(), "ada", "wrong", "2001:db8:0:"+string(rune('a'+i%6))+"::1"); !errors.Is(err, access.ErrRefused) {
			t.Fatalf("try %d: %v", i+1, err)
		}
	}
	if _, err := b.ByPassword(t.Context(), "ada", good, "192.0.2.9"); !errors.As(err, &limit) || limit.Wait > 5*time.Minute {
		t.Errorf("the name, right at last: %v", err)
	}
	if _, err := b.ByPassword(t.Context(), "bea", good, "192.0.2.9"); err != nil {
		t.Errorf("another name: %v", err)
	}
	b.clock.Advance(5 * time.Minute)
	if _, err := b.ByPassword(t.Context(), "ada", good, "192.0.2.9"); err != nil {
		t.Errorf("five minutes later: %v", err)
	}

	for i := range 20 { // a /64 counts as one
		_, err := b.ByPassword(t.Context(), "nobody"+string(rune('a'+i)), "wrong", "2001:db8:9::"+string(rune('a'+i%6)))
		if !errors.Is(err, access.ErrRefused) {
			t.Fatalf("try %d: %v", i+1, err)
		}
	}
	if _, err := b.ByPassword(t.Context(), "ada", good, "2001:db8:9::ffff"); !errors.As(err, &limit) {
		t.Errorf("the network: %v", err)
	}
}

// TestPasswords_rightOnesDoNotCount signs in more often than may be tried.
func TestPasswords_rightOnesDoNotCount(t *testing.T) {
	const good = "correct horse battery"
	b := start(t, access.Options{Users: openUsers(t, usersFile(t, access.Line("ada", access.Viewer, cheap(good))), nil)})
	for i := range 40 {
		if _, err := b.ByPassword(t.Context(), "ada", good, "192.0.2.1"); err != nil {
			t.Fatalf("sign-in %d: %v", i+1, err)
		}
	}
}

// TestUsers_changedWhileSignedIn takes people out of the file, changes what it
// says of them, and breaks it.
func TestUsers_changedWhileSignedIn(t *testing.T) {
	const good = "correct horse battery"
	ada, bea := access.Line("ada", access.Operator, cheap(good)), access.Line("bea", access.Operator, cheap(good))
	path := usersFile(t, ada, bea)
	var failed []error
	b := start(t, access.Options{Users: openUsers(t, path, func(err error) { failed = append(failed, err) })})
	cookies := map[string]*http.Cookie{}
	for _, name := range []string{"ada", "bea"} {
		p, err := b.ByPassword(t.Context(), name, good, "192.0.2.1")
		if err != nil {
			t.Fatal(err)
		}
		cookies[name] = b.begin(p)
	}
	expect := func(when, name string, want access.Role) {
		t.Helper()
		if got := b.who(cookies[name], false).Role; got != want {
			t.Errorf("%s: %s is %q, want %q", when, name, got, want)
		}
	}
	expect("at first", "ada", access.Operator)

	day := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	rewrite(t, path, day, ada, "bea operator nonsense")
	expect("broken", "ada", access.Operator)
	expect("broken", "bea", access.Operator)
	if len(failed) != 1 || !strings.Contains(failed[0].Error(), "users:2: ") {
		t.Errorf("told %v", failed)
	}
	rewrite(t, path, day.AddDate(0, 0, 1), ada)
	expect("taken out", "bea", access.None)
	rewrite(t, path, day.AddDate(0, 0, 2), access.Line("ada", access.Viewer, cheap(good)))
	expect("another line", "ada", access.None) // signs in again, as a viewer
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ByPassword(t.Context(), "ada", good, "192.0.2.1"); err != nil {
		t.Errorf("a file that is gone for a moment must not lock people out: %v", err)
	}
}

// cheap is a hash that costs little, for tests of anything else.
func cheap(password string) string { return access.CheapHash(password) }

func TestUsers_mistakes(t *testing.T) {
	hash := access.HashPassword("correct horse battery")
	tests := []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"good", "ada viewer " + hash, ""},
		{"windows", "\ufeff# people\r\nada viewer " + hash + "\r\n", ""},
		{"two-words", "ada viewer", "users:1: a line is a name, a role and a secret, not 2 words"},
		{"plain-password", "\nada viewer hunter2hunter2", "users:2: the password must be hashed: texmlsrv users add prints the line"},
		{"role", "ada admin " + hash, `users:1: a role is viewer or operator, not "admin"`},
		{"name", "a/da viewer " + hash, `users:1: a name is letters, digits and . _ @ + -, 64 at most, not "a/da"`},
		{"twice", "ada viewer " + hash + "\n#\nada operator " + hash, "users:3: ada is on line 1 already"},
		{"twice-as-program", "ada viewer " + hash + "\nada viewer sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "users:2: ada is on line 1 already"},
		{"token", "ci viewer sha256:abc", "users:1: the hash of the token is damaged"},
		{"version", "ada viewer " + strings.Replace(hash, "v=19", "v=16", 1), "users:1: this version of argon2id is not known: v=16"},
		{"greedy", "ada viewer " + strings.Replace(hash, "m=19456", "m=4194304", 1), "users:1: the cost of the password must look like m=19456,t=2,p=1, and be no more than m=262144,t=16,p=16"},
		{"free", "ada viewer " + strings.Replace(hash, "t=2", "t=0", 1), "users:1: the cost of the password must look like m=19456,t=2,p=1, and be no more than m=262144,t=16,p=16"},
		{"cut-off", "ada viewer " + hash[:len(hash)-30], "users:1: the hash of the password is damaged"},
		{"several", "x\n\ny z", "users:1: a line is a name, a role and a secret, not 1 words\nusers:3: a line is a name, a role and a secret, not 2 words"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := usersFile(t, tt.text)
			_, err := access.OpenUsers(path, nil)
			got := ""
			if err != nil {
				got = strings.ReplaceAll(err.Error(), path, "users")
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// FuzzUsers reads anything as a users file: it is refused, or it is not.
func FuzzUsers(f *testing.F) {
	_, secret := access.NewToken()
	f.Add("ada viewer " + access.HashPassword("correct horse battery"))
	f.Add("ci operator " + secret + "\n# x\n")
	f.Add("a viewer $argon2id$v=19$m=1,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, text string) {
		err := access.ParseUsers([]byte(text))
		var mistakes *access.MistakesError
		if err != nil && (!errors.As(err, &mistakes) || len(mistakes.Mistakes) == 0) {
			t.Errorf("%v", err)
		}
	})
}
