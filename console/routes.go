package console

import (
	"net/http"

	"texmlsrv/console/access"
	"texmlsrv/console/api"
	"texmlsrv/console/helping"
	"texmlsrv/console/trying"
	"texmlsrv/console/web"
)

// routes is everything that the console answers, in the order of the
// navigation. A test walks it as nobody, as a viewer, as an operator and from
// another site.
func (s *server) routes() []web.Route {
	const get, post = http.MethodGet, http.MethodPost
	return append([]web.Route{
		{Method: get, Pattern: "/{$}", Role: access.Viewer, Handle: s.home},
		{Method: get, Pattern: "/calls", Role: access.Viewer, Nav: "Calls", Handle: s.calls},
		{Method: get, Pattern: "/calls/export", Role: access.Viewer, Action: exportAction, Handle: s.export},
		{Method: get, Pattern: "/calls/{sid}", Role: access.Viewer, Action: "view", Handle: s.call},
		{Method: get, Pattern: "/calls/{sid}/turns/{turn}", Role: access.Viewer, Action: "view", Handle: s.callTurn},
		{Method: get, Pattern: "/calls/{sid}/beside", Role: access.Viewer, Action: "view", Handle: s.callBeside},
		{Method: get, Pattern: "/calls/{sid}/scenario", Role: access.Viewer, Action: scenarioAction, Handle: s.callScenario},
		{Method: post, Pattern: "/calls/{sid}/reveal", Role: access.Operator, Action: "reveal", Handle: s.reveal},
		{Method: post, Pattern: "/calls/{sid}/help/preview", Role: access.Operator, Action: helping.PreviewAction, Handle: s.helpPreview},
		{Method: post, Pattern: "/calls/{sid}/help", Role: access.Operator, Action: helping.Action, Handle: s.help},
		{Method: post, Pattern: "/calls/{sid}/notes", Role: access.Operator, Action: helping.NoteAction, Handle: s.note},
		{Method: get, Pattern: "/flows", Role: access.Viewer, Nav: "Flows", Handle: s.flows},
		{Method: get, Pattern: "/flows/{flow}", Role: access.Viewer, Handle: s.flow},
		{Method: get, Pattern: "/events", Role: access.Viewer, Passive: true, Handle: s.events},

		// A try touches no call, no service and no store of calls, so viewers may, too.
		{Method: get, Pattern: "/try", Role: access.Viewer, Nav: "Try", Handle: s.tries},
		{Method: post, Pattern: "/try", Role: access.Viewer, Action: trying.Action, Handle: s.tryBegins},
		{Method: get, Pattern: "/try/{id}", Role: access.Viewer, Handle: s.try},
		{Method: get, Pattern: "/try/{id}/turns/{turn}", Role: access.Viewer, Handle: s.tryTurn},
		{Method: post, Pattern: "/try/{id}/act", Role: access.Viewer, Action: trying.Action, Once: true, Handle: s.tryActs},
		{Method: post, Pattern: "/try/{id}/again", Role: access.Viewer, Action: trying.Action, Once: true, Handle: s.tryAgain},
		{Method: post, Pattern: "/try/{id}/end", Role: access.Viewer, Action: trying.Action, Once: true, Handle: s.tryEnds},
		{Method: get, Pattern: "/try/{id}/scenario", Role: access.Viewer, Handle: s.tryScenario},

		{Method: get, Pattern: "/audit", Role: access.Operator, Action: "audit", Nav: "Audit", Handle: s.audit},

		{Method: get, Pattern: "/signin", Handle: s.signInPage},
		{Method: post, Pattern: "/signin", Handle: s.signIn},
		{Method: post, Pattern: "/signin/link", Handle: s.askLink},
		{Method: get, Pattern: "/signin/away", Handle: s.away},
		{Method: get, Pattern: "/signin/oidc", Handle: s.back},
		{Method: post, Pattern: "/signout", Role: access.Viewer, Action: "sign-out", Handle: s.signOut},
		{Method: get, Pattern: "/assets/{hash}/{name}", Handle: s.asset},
	}, api.Routes(s.api())...)
}

// api is what the console is made of, for programs.
func (s *server) api() api.Deps {
	d := api.Deps{
		Store: s.Store, Finder: s.Finder, Audit: s.Audit, Calls: s.Calls, Now: s.Now,
		Events: s.events, Export: s.export, Scenario: s.apiScenario, Metrics: s.Metrics,
		Tries: s.Tries, TryScenario: s.apiTryScenario,
	}
	if s.Flows != nil {
		d.Given, d.Served = s.given, s.Flows.Release
	}
	return d
}

// home is the page that people begin at.
func (s *server) home(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/calls", http.StatusSeeOther)
	return nil
}
