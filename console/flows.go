package console

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"texmlsrv/console/flowview"
	"texmlsrv/console/listing"
	"texmlsrv/console/web"
)

// flowsPage is what the list of flows shows.
type flowsPage struct {
	*flowview.Overview

	Unknown bool // the console does not know the flows

	files []string // of the release
}

// PlaceOf is the address of a problem's place, in the page of its flow; "" where
// no page has that file as it is.
func (p flowsPage) PlaceOf(problem flowview.Problem) string {
	flow, _, inside := strings.Cut(problem.File, "/")
	if p.Refused || !inside || !slices.Contains(p.files, problem.File) {
		return ""
	}
	return "/flows/" + url.PathEscape(flow) + "#" + placeID(problem)
}

// placeID names the place of a problem in the page of its flow.
func placeID(problem flowview.Problem) string {
	id := flowview.FileID(problem.File)
	if problem.Line > 0 {
		id += fmt.Sprintf("-%d", problem.Line)
	}
	return id
}

// flows lists the flows that are served.
func (s *server) flows(w http.ResponseWriter, r *http.Request) error {
	if s.Flows == nil {
		return s.render(w, r, "flows", flowsPage{Overview: &flowview.Overview{}, Unknown: true})
	}
	g := s.given(r.Context(), flowview.Hour, flowview.Day)
	return s.render(w, r, "flows", flowsPage{Overview: flowview.Of(g), files: g.Release.Files()})
}

// given is what is known of the flows. Where calls cannot be counted the rest is
// shown all the same.
func (s *server) given(ctx context.Context, spans ...flowview.Over) *flowview.Given {
	source := flowview.Source{Releases: s.Flows, Counter: s.counting, Checked: s.Checked}
	g, err := source.Given(ctx, spans...)
	if err != nil {
		s.Log.Warn("console: flows are shown without figures", "error", err)
	}
	return g
}

// flowPage is what the page of a flow shows.
type flowPage struct {
	*flowview.Flow

	Picture template.HTML
	Overs   []overChoice
	Try     string // address that the flow can be tried at; "" where flows cannot be
}

// overChoice is a span that figures can be of.
type overChoice struct {
	Words, Href string
	Chosen      bool
}

// flow shows one flow.
func (s *server) flow(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("flow")
	over, ok := flowview.ParseOver(r.URL.Query().Get("over"))
	if !ok {
		return web.Refuse(http.StatusBadRequest, "There are no such figures", "Figures are of the last hour (over=hour) or of the last day (over=day).")
	}
	if s.Flows == nil {
		return web.Refuse(http.StatusNotFound, "This console does not know the flows", "")
	}
	f, ok := flowview.FlowOf(s.given(r.Context(), over), name, over)
	if !ok {
		return web.Refuse(http.StatusNotFound, "There is no such flow", "It may have been renamed, or it is not served any more. The list of flows shows those that are.")
	}
	picture, err := countedSVG(f)
	if err != nil {
		return err
	}
	page := flowPage{Flow: f, Picture: picture}
	if s.Tries != nil {
		page.Try = "/try?flow=" + url.QueryEscape(name)
	}
	for _, choice := range []struct {
		words string
		over  flowview.Over
	}{{"last hour", flowview.Hour}, {"last day", flowview.Day}} {
		href := "/flows/" + url.PathEscape(name) + "?over=" + string(choice.over)
		page.Overs = append(page.Overs, overChoice{choice.words, href, over == choice.over})
	}
	return s.render(w, r, "flow", page)
}

// PlaceOf is the address of a problem's place in the page; "" where the page does
// not have that file as it is.
func (p flowPage) PlaceOf(problem flowview.Problem) string {
	if p.Refused || !slices.ContainsFunc(p.Files, func(f flowview.File) bool { return f.Name == problem.File }) {
		return ""
	}
	return "#" + placeID(problem)
}

// LineOf names a line of flow.yaml on the page.
func (p flowPage) LineOf(line int) string { return fmt.Sprintf("%s-%d", p.Files[0].ID, line) }

// Inline are the documents that are written in flow.yaml.
func (p flowPage) Inline() []flowview.Document {
	return slices.DeleteFunc(slices.Clone(p.Documents), func(d flowview.Document) bool { return d.Line == 0 })
}

// FilesOf are the files of the flow's own that are documents, or those that are
// not.
func (p flowPage) FilesOf(documents bool) []flowview.File {
	return slices.DeleteFunc(slices.Clone(p.Files), func(f flowview.File) bool { return (f.Kind == flowview.DocumentFile) != documents })
}

// callsAt is the address of the list of calls, narrowed down by pairs of a
// parameter and its value; what is empty is left out.
func callsAt(pairs ...string) string {
	asked := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			asked.Set(pairs[i], pairs[i+1])
		}
	}
	if len(asked) == 0 {
		return "/calls"
	}
	return "/calls?" + asked.Encode()
}

// callsIn is callsAt for calls that stand at a step, or stood there at last.
func callsIn(flow, step string) string {
	return callsAt(listing.ParamFlow, flow, listing.ParamStep, step)
}

// questionBar is what became of a question as a bar. It tells nothing that does
// not stand beside it in numbers.
func questionBar(q flowview.Question) template.HTML {
	var b strings.Builder
	b.WriteString(`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">`)
	at, whole := 0.0, float64(max(q.Asked, q.Answered+q.Again+q.GaveUp+q.Dropped, 1))
	for _, part := range []struct {
		class string
		n     int
	}{{"bar-answered", q.Answered}, {"bar-again", q.Again}, {"bar-gave-up", q.GaveUp}, {"bar-dropped", q.Dropped}} {
		wide := 100 * float64(part.n) / whole
		fmt.Fprintf(&b, `<rect class="%s" x="%.2f" y="0" width="%.2f" height="8"></rect>`, part.class, at, wide)
		at += wide
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // made of numbers alone
}
