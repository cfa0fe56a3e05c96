package api

import (
	"fmt"
	"net/http"

	"texmlsrv/console/flowview"
	"texmlsrv/console/web"
	"texmlsrv/sessions"
)

const (
	paramOver   = "over"
	paramFormat = "format"
)

// known refuses where it is not known which flows are served.
func (a *api) known() error {
	if a.Given == nil {
		return web.Refuse(http.StatusNotFound, "This console does not know the flows", "")
	}
	return nil
}

// flows tells of all flows.
func (a *api) flows(w http.ResponseWriter, r *http.Request) error {
	if err := a.known(); err != nil {
		return err
	}
	return answer(w, r, flowview.Of(a.Given(r.Context(), flowview.Hour, flowview.Day)))
}

// flowAsked is the flow that a request is about, with the figures of a span.
func (a *api) flowAsked(r *http.Request) (*flowview.Flow, error) {
	over, err := overAsked(r)
	if err != nil {
		return nil, err
	}
	if err := a.known(); err != nil {
		return nil, err
	}
	f, ok := flowview.FlowOf(a.Given(r.Context(), over), r.PathValue("flow"), over)
	if !ok {
		return nil, web.Refuse(http.StatusNotFound, "There is no such flow", "It may have been renamed, or it is not served any more. The list of flows has those that are.")
	}
	return f, nil
}

// flow tells everything about a flow.
func (a *api) flow(w http.ResponseWriter, r *http.Request) error {
	f, err := a.flowAsked(r)
	if err != nil {
		return err
	}
	return answer(w, r, f)
}

// graph draws a flow.
func (a *api) graph(w http.ResponseWriter, r *http.Request) error {
	f, err := a.flowAsked(r)
	if err != nil {
		return err
	}
	g, kind := f.Graph(), ""
	var body []byte
	switch format := r.URL.Query().Get(paramFormat); format {
	case "", "json":
		kind = "application/json"
		body, err = encoded(g)
	case "svg":
		kind, body = "image/svg+xml", g.SVG()
	case "mermaid":
		kind, body = "text/vnd.mermaid; charset=utf-8", g.Mermaid()
	case "dot":
		kind, body = "text/vnd.graphviz; charset=utf-8", g.DOT()
	default:
		return web.Refuse(http.StatusBadRequest, "There is no such format", "format is json, svg, mermaid or dot.")
	}
	if err != nil {
		return err
	}
	return send(w, r, kind, body, tagOf(body))
}

// releasesView says which flows calls go by.
type releasesView struct {
	Served flowview.Release `json:"served"`
	Older  []flowview.Older `json:"older"`
}

// releases tells which release new calls begin with, and by which others calls
// still go.
func (a *api) releases(w http.ResponseWriter, r *http.Request) error {
	if err := a.known(); err != nil {
		return err
	}
	all := flowview.Of(a.Given(r.Context(), flowview.Hour))
	return answer(w, r, releasesView{all.Release, all.Older})
}

// overAsked is how far back the figures go that a request asks for.
func overAsked(r *http.Request) (flowview.Over, error) {
	over, ok := flowview.ParseOver(r.URL.Query().Get(paramOver))
	if !ok {
		return "", web.Refuse(http.StatusBadRequest, "There is no such span", fmt.Sprintf("over is %s or %s.", flowview.Hour, flowview.Day))
	}
	return over, nil
}

func spanOf(over flowview.Over) sessions.Span {
	if over == flowview.Day {
		return sessions.LastDay
	}
	return sessions.LastHour
}
