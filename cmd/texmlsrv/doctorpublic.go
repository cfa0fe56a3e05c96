package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"texmlsrv/simulator/wire"
)

const (
	publicTimeout   = 5 * time.Second
	publicSlow      = time.Second
	publicReply     = 64 << 10
	certificateSoon = 14 * 24 * time.Hour
)

// publicURL asks the server at its public address a few things that change
// nothing: it goes the way that Telnyx goes.
func (e *examination) publicURL(ctx context.Context, address string) {
	if address == "" {
		return
	}
	if !isBase(address) {
		e.fail("public URL", "Write it as https://voice.example.com: with scheme and host, without a query.", "No links can be made from %q.", address)
		return
	}
	base, err := url.Parse(strings.TrimSuffix(address, "/"))
	if err != nil {
		e.fail("public URL", "", "%v", err)
		return
	}
	e.publicAddress(base)
	p := &publicServer{e, base.String(), &http.Client{
		Timeout:       publicTimeout,
		Transport:     &http.Transport{}, // as Telnyx: no proxy of this machine's in between
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	defer p.client.CloseIdleConnections()
	if p.ready(ctx) {
		p.proof(ctx)
	}
}

// publicAddress looks at the URL itself.
func (e *examination) publicAddress(base *url.URL) {
	addr, err := netip.ParseAddr(base.Hostname())
	switch {
	case base.Hostname() == "localhost", err == nil && (addr.IsLoopback() || addr.IsPrivate() || addr.IsLinkLocalUnicast()):
		e.warn("public URL", "Telnyx needs an address that is reachable from the Internet, such as that of a tunnel.", "%s is an address of this machine or network alone.", base.Host)
	case base.Scheme == "http":
		e.warn("public URL", "Put a proxy with a certificate before it.", "http sends what callers say unencrypted.")
	}
}

// publicServer is the server at the public URL.
type publicServer struct {
	*examination
	base   string
	client *http.Client
}

// publicAnswer is what it answered.
type publicAnswer struct {
	status int
	header http.Header
	body   string
	tls    *tls.ConnectionState
	took   time.Duration
}

func (p *publicServer) ask(ctx context.Context, method, path, body string, header http.Header) (publicAnswer, error) {
	request, err := http.NewRequestWithContext(ctx, method, p.base+path, strings.NewReader(body))
	if err != nil {
		return publicAnswer{}, err
	}
	request.Header = header
	began := time.Now()
	response, err := p.client.Do(request)
	if err != nil {
		return publicAnswer{}, err
	}
	defer response.Body.Close()
	took := time.Since(began)
	text, err := io.ReadAll(io.LimitReader(response.Body, publicReply))
	return publicAnswer{response.StatusCode, response.Header, string(text), response.TLS, took}, err
}

// ready asks for /readyz: whether our server is there at all.
func (p *publicServer) ready(ctx context.Context) bool {
	a, err := p.ask(ctx, http.MethodGet, "/readyz", "", http.Header{})
	if err != nil {
		says, do := unreachableURL(err)
		p.fail("public URL", do, "%s", says)
		return false
	}
	if date, err := http.ParseTime(a.header.Get("Date")); err == nil {
		p.clocks = append(p.clocks, otherClock{"the public URL", time.Until(date.Add(500 * time.Millisecond)), a.took + time.Second})
	}
	p.certificate(a.tls)
	if p.redirects(a) {
		return false
	}
	var state struct{ Status, Store string }
	isOurs := json.Unmarshal([]byte(a.body), &state) == nil && state.Status != ""
	switch {
	case !isOurs:
		p.fail("public URL", "Point the proxy or tunnel at texmlsrv, and start texmlsrv.", "GET /readyz is answered %d, and not by texmlsrv.", a.status)
	case a.status != http.StatusOK:
		p.fail("public URL", "See the log of the server.", "The server is there, but says %s: it answers no documents.", state.Status)
	case state.Status != "ok":
		p.warn("public URL", "See what it says of its Redis.", "The server is there, but says %s: its store is %s.", state.Status, state.Store)
	case a.took > publicSlow:
		p.warn("public URL", "Telnyx hears nothing for so long at every turn: look at the way in between.", "The server is there and ready, and took %s.", a.took.Round(time.Millisecond))
	default:
		p.ok("public URL", "The server is there and ready (%s).", a.took.Round(time.Millisecond))
	}
	return isOurs
}

// redirects reports an answer that sends Telnyx elsewhere, where it does not go.
func (p *publicServer) redirects(a publicAnswer) bool {
	if a.status < 300 || a.status > 399 {
		return false
	}
	p.fail("public URL", "Give the URL that it leads to, in the portal too: Telnyx follows no redirects (error 75300).",
		"It redirects to %s.", a.header.Get("Location"))
	return true
}

// unreachableURL says why a URL cannot be reached, with what Telnyx calls it.
func unreachableURL(err error) (says, do string) {
	if inner, is := errors.AsType[*url.Error](err); is {
		err = inner.Err
	}
	says = "It cannot be reached: " + err.Error()
	_, lookup := errors.AsType[*net.DNSError](err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, name := errors.AsType[x509.HostnameError](err)
	invalid, expired := errors.AsType[x509.CertificateInvalidError](err)
	switch {
	case lookup:
		return says, "The name is wrong, or not yet known everywhere (Telnyx: error 75001)."
	case unknown:
		return says, "Use a certificate of a public authority, and send the intermediate ones with it (Telnyx: error 75006)."
	case name:
		return says, "The certificate is for another name (Telnyx: error 75005)."
	case expired && invalid.Reason == x509.Expired:
		return says, "Renew the certificate, or set the clock of this machine (Telnyx: error 75004)."
	case strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return says, "There is no TLS at that port: the URL begins with http://, or a port is missing."
	case strings.Contains(err.Error(), "Client.Timeout"), errors.Is(err, context.DeadlineExceeded):
		return says, "Something on the way swallows the request: a firewall, or a tunnel that is closed (Telnyx: error 75002)."
	}
	return says, "Look whether the server runs, and whether proxy or tunnel lead to it (Telnyx: error 75002)."
}

// certificate looks how long the certificate is good for.
func (p *publicServer) certificate(state *tls.ConnectionState) {
	if state == nil || len(state.PeerCertificates) == 0 {
		return
	}
	ends := state.PeerCertificates[0].NotAfter
	for _, c := range state.PeerCertificates {
		if c.NotAfter.Before(ends) {
			ends = c.NotAfter
		}
	}
	day := ends.UTC().Format(time.DateOnly)
	if left := time.Until(ends); left < certificateSoon {
		p.warn("certificate", "Renew it.", "It expires on %s, in %s.", day, count(int(left/(24*time.Hour)), "day"))
		return
	}
	p.ok("certificate", "Trusted, and good until %s", day)
}

// proof sends two POSTs that change nothing, since they name no call: one
// unsigned, and one signed with the test key, which a server must refuse for
// the signature alone. What it refuses them for tells what came through.
func (p *publicServer) proof(ctx context.Context) {
	const body = "From=texmlsrv+doctor"
	header := http.Header{"Content-Type": {wire.FormType}}
	unsigned, err := p.ask(ctx, http.MethodPost, "/callbacks/status", body, header)
	if err != nil {
		says, do := unreachableURL(err)
		p.fail("POST", do, "%s", says)
		return
	}
	if p.redirects(unsigned) {
		return
	}
	switch {
	case unsigned.status == http.StatusBadRequest && strings.Contains(unsigned.body, "CallSid"):
		p.warn("POST", "Start it with --public-key, and without --verify=off or observe.", "It arrives, and the server believes everybody: it verifies no signatures.")
		return
	case unsigned.status == http.StatusForbidden && strings.Contains(unsigned.body, "no Telnyx public key"):
		p.fail("POST", "Start the server with --public-key.", "It arrives, but the server has no public key and refuses all that comes through a proxy.")
		return
	case unsigned.status != http.StatusForbidden || !strings.Contains(unsigned.body, "not signed"):
		p.fail("POST", "Let proxy and tunnel hand on POST to every path.", "POST /callbacks/status is answered %d, and not as texmlsrv answers: %s", unsigned.status, firstLine(unsigned.body))
		return
	}
	for name, values := range wire.Sign(wire.TestKey(), time.Now(), []byte(body)) {
		header[name] = values
	}
	signed, err := p.ask(ctx, http.MethodPost, "/callbacks/status", body, header)
	if err != nil {
		says, do := unreachableURL(err)
		p.fail("POST", do, "%s", says)
		return
	}
	p.signed(signed)
}

// signed reads what the server makes of the signature of the test key.
func (p *publicServer) signed(a publicAnswer) {
	switch {
	case a.status == http.StatusBadRequest && strings.Contains(a.body, "CallSid"):
		p.warn("POST", "Take the test key away from a server that Telnyx calls.", "It arrives as it was sent; the server believes the test key, with which everybody can sign.")
	case strings.Contains(a.body, "does not fit"):
		p.ok("POST", "It arrives with its signature, and the server refuses one that is not of Telnyx.")
	case strings.Contains(a.body, "header is missing"):
		p.fail("POST", "Let the proxy hand on all headers that begin with telnyx-.", "The signature is lost on its way: a proxy drops its headers.")
	case strings.Contains(a.body, "five minutes away"):
		p.fail("POST", "Set the clock of the server by NTP; if it is right, that of this machine.", "The server's clock is more than five minutes away from that of this machine.")
	default:
		p.fail("POST", "Let the proxy hand on headers as they come.", "The server refuses it: %s", firstLine(a.body))
	}
}

// firstLine is the beginning of an answer, for people.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if len(line) > 120 {
		line = line[:120] + "…"
	}
	if line == "" {
		return "nothing"
	}
	return fmt.Sprintf("%q", line)
}
