package console

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"texmlsrv/console/access"
	"texmlsrv/console/web"
	"texmlsrv/sessions"
)

// refresh is a header that the script sends when it fetches by itself.
const refresh = "Texmlsrv-Refresh"

// policy is what pages may do: nothing but what comes from here, and no script
// or style that stands in a page.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// outer stands before every request, known route or not.
func (s *server) outer(mux *http.ServeMux) http.Handler {
	crossOrigin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := &answer{ResponseWriter: w}
		defer s.end(answer, r, s.Now())
		h := answer.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		// Not no-referrer: with it, forms come from origin null, which nobody can
		// tell from another site's.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		switch {
		case !s.isHere(r):
			s.fail(answer, r, web.Refuse(http.StatusMisdirectedRequest, "This is not the address of the console", "Use the address that the server printed when it started."))
		case crossOrigin.Check(r) != nil:
			s.fail(answer, r, web.Refuse(http.StatusForbidden, "That came from another site", "Open the console itself and try there."))
		default:
			mux.ServeHTTP(answer, r)
		}
	})
}

// end is what every request comes to, also one whose handler has a defect.
func (s *server) end(w *answer, r *http.Request, began time.Time) {
	if defect := recover(); defect != nil {
		s.rescue(w, r, defect)
	}
	took := s.Now().Sub(began)
	_, pattern, _ := strings.Cut(r.Pattern, " ") // it begins with the method
	s.Answered(r.Method, pattern, cmp.Or(w.status, http.StatusOK), took)
	s.Log.LogAttrs(r.Context(), slog.LevelInfo, "console",
		slog.String("method", r.Method), slog.String("route", r.Pattern),
		slog.Int("status", w.status), slog.Duration("took", took))
}

// rescue answers for a handler that has a defect.
func (s *server) rescue(w *answer, r *http.Request, defect any) {
	if err, is := defect.(error); is && errors.Is(err, http.ErrAbortHandler) {
		panic(defect) // the standard library's way of closing the connection
	}
	s.Log.Error("console: a defect", "route", r.Pattern, "defect", fmt.Sprint(defect), "stack", string(debug.Stack()))
	if w.status == 0 {
		s.fail(w, r, &web.Problem{Status: http.StatusInternalServerError, Title: "That did not work", Detail: "It is a mistake in the console. The server's log has it."})
	}
}

// isHere reports whether a Host header is one of ours: the address that people
// are told, or that of the connection. A name that somebody else made to lead
// here is not: their pages could then read ours.
func (s *server) isHere(r *http.Request) bool {
	if s.host != "" && strings.EqualFold(r.Host, s.host) {
		return true
	}
	name, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		name = strings.Trim(r.Host, "[]")
	}
	ip, err := netip.ParseAddr(name)
	if err != nil {
		return s.LinkBase != "" && strings.EqualFold(name, "localhost")
	}
	at, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	return at != nil && ip.String() == hostOf(at.String())
}

// serve answers a row of the route table: who is it, may they, and what is
// written down.
func (s *server) serve(row web.Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := s.Access.Who(r, row.Passive || r.Header.Get(refresh) != "")
		if err != nil {
			s.fail(w, r, err)
			return
		}
		visit := &web.Visit{Who: who, Audit: s.auditOf(row, r, who)}
		r = r.WithContext(web.WithVisit(r.Context(), visit))
		switch {
		case row.Role > who.Role && who.Name == "":
			s.askWho(w, r)
		case strings.Contains(row.Pattern, "{sid}") && !sessions.UsableSID(r.PathValue("sid")):
			s.fail(w, r, sessions.ErrNotFound) // no call has it, so nothing is kept of it either
		case row.Role > who.Role:
			refused := web.Refuse(http.StatusForbidden, "Your role does not allow that", "It takes an operator; you are signed in as "+who.Role.String()+".")
			s.refuse(r, row, visit, refused)
			s.fail(w, r, refused)
		case row.Action == "":
			if err := row.Handle(w, r); err != nil {
				s.fail(w, r, err)
			}
		default:
			s.audited(w, r, row, visit)
		}
	})
}

// auditOf is what is known of a request before it is handled.
func (s *server) auditOf(row web.Route, r *http.Request, who access.Person) sessions.Audit {
	turn, _ := strconv.Atoi(r.PathValue("turn")) // the handler says what is wrong with it
	return sessions.Audit{
		At: s.Now(), Who: who.Name, Role: who.Role.String(), Action: row.Action,
		CallSID: r.PathValue("sid"), Turn: turn, From: s.address(r),
	}
}

// address is where a request came from, as far as the connection tells, and the
// proxies that are believed. Each of them adds who came to it at the end; what
// stands before that, anybody may have written.
func (s *server) address(r *http.Request) string {
	from := hostOf(r.RemoteAddr)
	said := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(said) - 1; i >= 0 && s.believes(from); i-- {
		ip, err := netip.ParseAddr(strings.TrimSpace(said[i]))
		if err != nil {
			break
		}
		from = ip.Unmap().WithZone("").String()
	}
	return from
}

// believes reports whether an address is that of a proxy before the console.
func (s *server) believes(address string) bool {
	ip, err := netip.ParseAddr(address)
	return err == nil && slices.ContainsFunc(s.Proxies, func(p netip.Prefix) bool { return p.Contains(ip.Unmap().WithZone("")) })
}

func hostOf(addr string) string {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	return host
}

// askWho sends somebody who is not known to sign in, and back afterwards.
func (s *server) askWho(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet || r.Header.Get(refresh) != "" || isAPI(r) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="texmlsrv"`)
		how := "Sign in and try again."
		if isAPI(r) {
			how = "Send a token: Authorization: Bearer and what texmlsrv tokens add has printed. One that has been sent is not, or no longer, known."
		}
		s.fail(w, r, web.Refuse(http.StatusUnauthorized, "You are not signed in", how))
		return
	}
	to := "/signin"
	if r.URL.Path != "/" {
		to += "?" + url.Values{"next": {r.URL.RequestURI()}}.Encode()
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// isAPI reports whether programs ask, and not people.
func isAPI(r *http.Request) bool {
	return r.URL.Path == "/metrics" || r.URL.Path == "/api" || strings.HasPrefix(r.URL.Path, "/api/")
}

// unknown answers what is in no row: another method of a known path, or
// nothing.
func (s *server) unknown(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
			other := &http.Request{Method: method, URL: r.URL, Host: r.Host}
			if _, pattern := mux.Handler(other); pattern != "/" {
				w.Header().Add("Allow", method)
			}
		}
		if w.Header().Get("Allow") != "" {
			s.fail(w, r, &web.Problem{Status: http.StatusMethodNotAllowed, Title: "That cannot be done here"})
			return
		}
		if isAPI(r) {
			s.fail(w, r, web.Refuse(http.StatusNotFound, "There is nothing here", "What there is, /api/v1 tells, and /api/v1/openapi.yaml describes."))
			return
		}
		s.fail(w, r, web.Refuse(http.StatusNotFound, "There is no such page", "Look for it from the list of calls."))
	})
}

// answer notes how a request was answered.
type answer struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach what is below.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
