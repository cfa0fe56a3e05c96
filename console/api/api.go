// Package api is the console for programs: the same calls, flows and records of
// what people did, as JSON under /api/v1, by the same roles and with the same
// trace in the audit trail.
//
// It tells what packages story and listing tell, and computes nothing that a page
// would compute again. openapi.yaml describes it; tests hold the one against the
// other.
package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"texmlsrv/console/access"
	"texmlsrv/console/flowview"
	"texmlsrv/console/helping"
	"texmlsrv/console/tries"
	"texmlsrv/console/trying"
	"texmlsrv/console/web"
	"texmlsrv/flows"
	"texmlsrv/flows/expressions"
	"texmlsrv/sessions"
)

// Root is the path below which everything stands.
const Root = "/api/v1"

// Deps is what the API is made of.
type Deps struct {
	Store  sessions.Store
	Finder sessions.Finder
	Audit  sessions.Auditor
	Calls  helping.Calls // nil: nothing can be done about calls
	Now    func() time.Time

	// Given is what is known of the flows; nil: nothing.
	Given func(ctx context.Context, spans ...flowview.Over) *flowview.Given

	Tries  *tries.Tries          // of the flows; nil: flows cannot be tried
	Served func() *flows.Release // that tries go by; nil: nobody knows the flows

	// Pages have these as well; they answer programs as they answer browsers.
	Events, Export, Scenario, TryScenario web.Handler

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
		{Method: get, Pattern: Root + "/calls/{sid}/scenario", Role: access.Viewer, Action: "scenario", Handle: only(d.Scenario)},
		{Method: post, Pattern: Root + "/calls/{sid}/reveal", Role: access.Operator, Action: "reveal", Handle: only(a.reveal)},
		{Method: get, Pattern: Root + "/events", Role: access.Viewer, Passive: true, Handle: only(d.Events, "sid")},

		{Method: get, Pattern: Root + "/calls/{sid}/interventions", Role: access.Operator, Action: "view", Handle: only(a.able)},
		{Method: post, Pattern: Root + "/calls/{sid}/interventions/preview", Role: access.Operator, Action: helping.PreviewAction, Handle: only(a.preview)},
		{Method: post, Pattern: Root + "/calls/{sid}/interventions", Role: access.Operator, Action: helping.Action, Handle: only(a.intervene)},
		{Method: post, Pattern: Root + "/calls/{sid}/notes", Role: access.Operator, Action: helping.NoteAction, Handle: only(a.note)},

		// A try touches no call, no service and no store of calls, so viewers may, too.
		{Method: get, Pattern: Root + "/tries", Role: access.Viewer, Handle: only(a.tries)},
		{Method: post, Pattern: Root + "/tries", Role: access.Viewer, Action: trying.Action, Handle: only(a.tryBegins)},
		{Method: get, Pattern: Root + "/tries/{id}", Role: access.Viewer, Handle: only(a.try)},
		{Method: http.MethodDelete, Pattern: Root + "/tries/{id}", Role: access.Viewer, Action: trying.Action, Once: true, Handle: only(a.tryEnds)},
		{Method: post, Pattern: Root + "/tries/{id}/acts", Role: access.Viewer, Action: trying.Action, Once: true, Handle: only(a.tryActs)},
		{Method: post, Pattern: Root + "/tries/{id}/again", Role: access.Viewer, Action: trying.Action, Once: true, Handle: only(a.tryAgain)},
		{Method: get, Pattern: Root + "/tries/{id}/scenario", Role: access.Viewer, Handle: only(d.TryScenario)},

		{Method: get, Pattern: Root + "/flows", Role: access.Viewer, Handle: only(a.flows)},
		{Method: get, Pattern: Root + "/flows/{flow}", Role: access.Viewer, Handle: only(a.flow, paramOver)},
		{Method: get, Pattern: Root + "/flows/{flow}/graph", Role: access.Viewer, Handle: only(a.graph, paramFormat, paramOver)},
		{Method: get, Pattern: Root + "/releases", Role: access.Viewer, Handle: only(a.releases)},
		{Method: get, Pattern: Root + "/counts", Role: access.Viewer, Handle: only(a.counts, paramOver)},
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
