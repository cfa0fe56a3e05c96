package console

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"texmlsrv/console/web"
	"texmlsrv/sessions"
)

// signInAction is the audit trail's word for a sign-in, in vain or not.
const signInAction = "sign-in"

// dayForm is how browsers send a day.
const dayForm = "2006-01-02"

// auditView is what the page of the audit trail shows.
type auditView struct {
	Entries []sessions.Audit
	Actions []string // that can be chosen

	Who, Action, Call string // what was asked for
	From, To          string // days, in UTC, both included

	Filtered bool
	First    string // address of the first page; "" on it
	Next     string // address of what comes after; "" at the end
}

// audit shows what people did and looked at.
func (s *server) audit(w http.ResponseWriter, r *http.Request) error {
	asked := r.URL.Query()
	v := auditView{
		Actions: s.actions(), Who: asked.Get("who"), Action: asked.Get("action"), Call: asked.Get("sid"),
		From: asked.Get("from"), To: asked.Get("to"),
	}
	query := sessions.AuditQuery{Who: v.Who, Action: v.Action, CallSID: v.Call, After: asked.Get("after")}
	var err error
	if query.From, query.To, err = days(v.From, v.To); err != nil {
		return err
	}
	page, err := s.Audit.Audits(r.Context(), query)
	if err != nil {
		return err
	}
	v.Entries = page.Entries
	asked.Del("part")
	asked.Del("after")
	maps.DeleteFunc(asked, func(_ string, values []string) bool { return values[0] == "" })
	web.Note(r, asked.Encode(), "")
	v.Filtered = len(asked) > 0
	if query.After != "" {
		v.First = withQuery("/audit", asked)
	}
	if page.Next != "" {
		asked.Set("after", page.Next)
		v.Next = withQuery("/audit", asked)
	}
	return s.render(w, r, "audit", v)
}

// withQuery is a path with a query, if there is one.
func withQuery(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// days are the instants at which the first day begins and the last one ends;
// zero where none is given.
func days(first, last string) (from, to time.Time, err error) {
	wrong := func(day string) error {
		return web.Refuse(http.StatusBadRequest, "That is no day", "A day looks like 2026-11-23, not like "+web.Shortened(day, len(dayForm))+".")
	}
	if first != "" {
		if from, err = time.Parse(dayForm, first); err != nil {
			return from, to, wrong(first)
		}
	}
	if last != "" {
		if to, err = time.Parse(dayForm, last); err != nil {
			return from, to, wrong(last)
		}
		to = to.AddDate(0, 0, 1)
	}
	return from, to, nil
}

// actions are the words of the audit trail, as the table of routes has them.
func (s *server) actions() []string {
	words := []string{signInAction}
	for _, row := range s.routes() {
		if row.Action != "" {
			words = append(words, row.Action)
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}
