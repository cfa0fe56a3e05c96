package api

import (
	"fmt"
	"net/http"
	"time"

	"texmlsrv/console/listing"
	"texmlsrv/console/web"
	"texmlsrv/sessions"
)

var auditParams = []string{"who", "action", "sid", "from", "to", "after", paramLimit}

// auditView is an entry of the audit trail.
type auditView struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	Who     string    `json:"who"`
	Role    string    `json:"role,omitempty"`
	Action  string    `json:"action"`
	SID     string    `json:"sid,omitempty"`
	Turn    int       `json:"turn,omitzero"`
	Detail  string    `json:"detail,omitempty"`
	Why     string    `json:"why,omitempty"`
	Refused string    `json:"refused,omitempty"`
	From    string    `json:"from,omitempty"`
}

// audit lists what people did and looked at, newest first.
func (a *api) audit(w http.ResponseWriter, r *http.Request) error {
	asked := r.URL.Query()
	q := sessions.AuditQuery{Who: asked.Get("who"), Action: asked.Get("action"), CallSID: asked.Get("sid"), After: asked.Get("after")}
	var err error
	if q.From, err = listing.Moment(asked.Get("from")); err != nil {
		return err
	}
	if q.To, err = listing.Moment(asked.Get("to")); err != nil {
		return err
	}
	if q.Limit, err = limit(r); err != nil {
		return err
	}
	found, err := a.Audit.Audits(r.Context(), q)
	if err != nil {
		return fmt.Errorf("api: %w", err)
	}
	asked.Del("after")
	web.Note(r, asked.Encode(), "")
	entries := make([]auditView, len(found.Entries))
	for i, e := range found.Entries {
		entries[i] = auditView{e.ID, e.At.UTC(), e.Who, e.Role, e.Action, e.CallSID, e.Turn, e.Detail, e.Why, e.Refused, e.From}
	}
	goesOn(w, r, found.Next)
	return answer(w, r, page{entries, found.Next})
}
