package api

import (
	_ "embed" // openapi.yaml
	"net/http"

	"texmlsrv/console/web"
)

//go:embed openapi.yaml
var openAPI []byte

// indexView says who asks, and where things stand.
type indexView struct {
	Name  string            `json:"name"` // of who asks
	Role  string            `json:"role"`
	Links map[string]string `json:"links"`
}

// index is where programs begin: it tells whether their token is good, and for
// what.
func (a *api) index(w http.ResponseWriter, r *http.Request) error {
	who := web.Who(r)
	return answer(w, r, indexView{who.Name, who.Role.String(), map[string]string{
		"description": Root + "/openapi.yaml", "calls": Root + "/calls", "export": Root + "/calls/export", "events": Root + "/events",
		"tries": Root + "/tries", "flows": Root + "/flows", "releases": Root + "/releases", "counts": Root + "/counts", "audit": Root + "/audit", "metrics": "/metrics",
	}})
}

// description is openapi.yaml.
func (a *api) description(w http.ResponseWriter, r *http.Request) error {
	return send(w, r, "application/yaml", openAPI, tagOf(openAPI))
}

// metrics answers what collects metrics.
func (a *api) metrics(w http.ResponseWriter, r *http.Request) error {
	if a.Metrics == nil {
		return web.Refuse(http.StatusNotFound, "There are no metrics", "This console is not that of a server.")
	}
	a.Metrics.ServeHTTP(w, r)
	return nil
}
