// Package api is the console for programs: the same calls, flows and records of
// what people did, as JSON under /api/v1, by the same roles and with the same
// trace in the audit trail.
//
// It tells what packages story and listing tell, and computes nothing that a page
// would compute again. openapi.yaml describes it; tests hold the one against the
// other.
package api

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"texmlsrv/console/access"
	"texmlsrv/console/web"
	"texmlsrv/flows"
	"texmlsrv/flows/expressions"
	"texmlsrv/sessions"
)

// Root is the path below which everything stands.
const Root = "/api/v1"

// Releases are the flows that this process has. *calls.Service is one.
type Releases interface {
	// Release is the one that new calls begin with.
	Release() *flows.Release
	// ServedSince is when it began to be.
	ServedSince() time.Time
	// ReleaseOf is the one with an id; nil where it is gone.
	ReleaseOf(id string) *flows.Release
}

// Deps is what the API is made of; it is needed, but for Flows.
type Deps struct {
	Store  sessions.Store
	Finder sessions.Finder
	Audit  sessions.Auditor
	Flows  Releases // nil: it is not known which flows are served
	Now    func() time.Time

	// Pages have these as well; they answer programs as they answer browsers.
	Events, Export web.Handler

	Metrics http.Handler // of the whole program; nil: there are none
}

// api is what the handlers share.
type api struct{ Deps }

// Routes are the rows of the API for the console's route table.
func Routes(d Deps) []web.Route {
	a := &api{d}
	const get, post = http.MethodGet, http.MethodPost
	return []web.Route{
		{Method: get, Pattern: Root, Role: access.Viewer, Handle: only(a.index)},
		{Method: get, Pattern: Root + "/openapi.yaml", Role: access.Viewer, Handle: only(a.description)},

		{Method: get, Pattern: Root + "/calls", Role: access.Viewer, Handle: only(a.calls, listParams()...)},
		{Method: get, Pattern: Root + "/calls/export", Role: access.Viewer, Action: "export", Handle: only(d.Export, exportParams()...)},
		{Method: get, Pattern: Root + "/calls/{sid}", Role: access.Viewer, Action: "view", Handle: only(a.call)},
		{Method: get, Pattern: Root + "/calls/{sid}/turns", Role: access.Viewer, Action: "view", Handle: only(a.turns)},
		{Method: get, Pattern: Root + "/calls/{sid}/turns/{turn}", Role: access.Viewer, Action: "view", Handle: only(a.turn, "index")},
		{Method: get, Pattern: Root + "/calls/{sid}/turns/{turn}/document", Role: access.Viewer, Action: "view", Handle: only(a.document, "index")},
		{Method: get, Pattern: Root + "/calls/{sid}/beside", Role: access.Viewer, Action: "view", Handle: only(a.beside)},
		{Method: post, Pattern: Root + "/calls/{sid}/reveal", Role: access.Operator, Action: "reveal", Handle: only(a.reveal)},
		{Method: get, Pattern: Root + "/events", Role: access.Viewer, Passive: true, Handle: only(d.Events, "sid")},

		{Method: get, Pattern: Root + "/counts", Role: access.Viewer, Handle: only(a.counts, "over")},
		{Method: get, Pattern: Root + "/audit", Role: access.Operator, Action: "audit", Handle: only(a.audit, auditParams...)},
		{Method: get, Pattern: "/metrics", Role: access.Viewer, Passive: true, Handle: only(a.metrics)},
	}
}

// only lets through what asks by parameters that are known: a misspelt one would
// ask for something else than was meant.
func only(handle web.Handler, params ...string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		query := r.URL.Query()
		for _, name := range slices.Sorted(keys(query)) {
			if slices.Contains(params, name) {
				continue
			}
			detail := expressions.Nearest(name, "", params)
			switch {
			case detail != "":
				detail = strings.ToUpper(detail[:1]) + detail[1:]
			case len(params) == 0:
				detail = "This takes none."
			default:
				detail = "There are " + strings.Join(params, ", ") + "."
			}
			return web.Refuse(http.StatusBadRequest, "There is no parameter "+web.Shortened(name, nameMost), detail)
		}
		return handle(w, r)
	}
}

// nameMost is how much of a name that somebody made up is repeated.
const nameMost = 40
