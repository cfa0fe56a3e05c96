// Package issuertest is an issuer of OpenID Connect for tests: it believes
// whoever comes, and says of them what the test wants.
package issuertest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"texmlsrv/servertest"
)

// Issuer is an issuer of OpenID Connect that believes whoever comes.
type Issuer struct {
	*httptest.Server
	t     testing.TB
	key   *rsa.PrivateKey // that it says it signs with
	clock *servertest.Clock

	mu     sync.Mutex
	codes  map[string]url.Values // what was asked for, by the code that was given
	claims map[string]any        // of the person who comes; they replace the ordinary ones
	signer *rsa.PrivateKey       // that it signs with
	broken bool
}

// What the issuer knows the console as.
const (
	ClientID     = "console"
	ClientSecret = "told to nobody"
)

// Start runs an issuer until the test ends. Its tokens are of the time that the
// clock shows.
func Start(t testing.TB, clock *servertest.Clock) *Issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	f := &Issuer{t: t, key: key, signer: key, clock: clock, codes: map[string]url.Values{}, claims: map[string]any{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", f.discover)
	mux.HandleFunc("GET /keys", f.keys)
	mux.HandleFunc("POST /token", f.token)
	f.Server = httptest.NewServer(mux)
	t.Cleanup(f.Close)
	return f
}

// Say makes the issuer say claims of the next people, in place of the ordinary
// ones.
func (f *Issuer) Say(claims map[string]any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.claims = claims
}

// Break makes the issuer be away, or come back.
func (f *Issuer) Break(away bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.broken = away
}

// SignAs makes the issuer sign with the key of another.
func (f *Issuer) SignAs(other *Issuer) { f.signer = other.key }

func (f *Issuer) answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		f.t.Error(err)
	}
}

func (f *Issuer) discover(w http.ResponseWriter, _ *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.broken {
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	}
	f.answer(w, map[string]any{
		"issuer": f.URL, "authorization_endpoint": f.URL + "/authorize", "token_endpoint": f.URL + "/token", "jwks_uri": f.URL + "/keys",
		"id_token_signing_alg_values_supported": []string{"RS256"}, "response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
	})
}

func (f *Issuer) keys(w http.ResponseWriter, _ *http.Request) {
	b64 := base64.RawURLEncoding
	f.answer(w, map[string]any{"keys": []map[string]any{{
		"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1",
		"n": b64.EncodeToString(f.key.N.Bytes()), "e": b64.EncodeToString(big.NewInt(int64(f.key.E)).Bytes()),
	}}})
}

// Approve is what the browser brings back when the person said yes at where it
// was sent.
func (f *Issuer) Approve(sentTo string) url.Values {
	f.t.Helper()
	u, err := url.Parse(sentTo)
	if err != nil {
		f.t.Fatal(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	code := rand.Text()
	f.codes[code] = u.Query()
	return url.Values{"code": {code}, "state": {u.Query().Get("state")}}
}

// token gives a token for a code, once, to who proves to have begun.
func (f *Issuer) token(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	asked, is := f.codes[r.FormValue("code")]
	delete(f.codes, r.FormValue("code"))
	proof := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	id, secret, _ := r.BasicAuth()
	if id == "" {
		id, secret = r.FormValue("client_id"), r.FormValue("client_secret")
	}
	secret, _ = url.QueryUnescape(secret)
	if !is || id != ClientID || secret != ClientSecret || base64.RawURLEncoding.EncodeToString(proof[:]) != asked.Get("code_challenge") || r.FormValue("redirect_uri") != asked.Get("redirect_uri") {
		w.WriteHeader(http.StatusBadRequest)
		f.answer(w, map[string]string{"error": "invalid_grant"})
		return
	}
	now := f.clock.Now()
	claims := map[string]any{
		"iss": f.URL, "aud": ClientID, "sub": "sub-1", "nonce": asked.Get("nonce"),
		"iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
	}
	for name, value := range f.claims {
		claims[name] = value
	}
	f.answer(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": f.sign(claims)})
}

func (f *Issuer) sign(claims map[string]any) string {
	b64 := base64.RawURLEncoding
	body, err := json.Marshal(claims)
	if err != nil {
		f.t.Error(err)
	}
	text := b64.EncodeToString([]byte(`{"alg":"RS256","kid":"1"}`)) + "." + b64.EncodeToString(body)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, f.signer, crypto.SHA256, sum[:])
	if err != nil {
		f.t.Error(err)
	}
	return text + "." + b64.EncodeToString(signature)
}
