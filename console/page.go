package console

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"texmlsrv/console/access"
	"texmlsrv/console/story"
	"texmlsrv/console/web"
)

//go:embed templates
var templateFiles embed.FS

// page is one file of templates/, with the layout and templates/parts. It
// defines "title" and "main", and a "part-NAME" for each piece that the script
// fetches with ?part=NAME.
type page struct{ set *template.Template }

// navItem is one place of the navigation.
type navItem struct {
	Name, Path string
	role       access.Role // that sees it
}

// view is what every template gets; Data is the page's own.
type view struct {
	Who   access.Person
	Nav   []navItem
	Path  string // of the request
	Query string // of the request, with its question mark
	Data  any
}

// Here reports whether a place of the navigation is where the page is.
func (v view) Here(item navItem) bool {
	return v.Path == item.Path || strings.HasPrefix(v.Path, item.Path+"/")
}

// Operator reports whether the person may do more than look.
func (v view) Operator() bool { return v.Who.Role >= access.Operator }

func (s *server) loadPages() (map[string]*page, error) {
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("console: templates: %w", err)
	}
	pages := map[string]*page{}
	for _, name := range names {
		set, err := template.New(path.Base(name)).Funcs(s.functions()).ParseFS(templateFiles, "templates/parts/*.html", name)
		if err != nil {
			return nil, fmt.Errorf("console: templates: %w", err)
		}
		pages[strings.TrimSuffix(path.Base(name), ".html")] = &page{set: set}
	}
	return pages, nil
}

// functions are what templates may call beside their own data.
func (s *server) functions() template.FuncMap {
	return template.FuncMap{
		"asset":     s.assets.path,
		"now":       func() string { return s.Now().UTC().Format(instant) },
		"time":      timeElement,
		"since":     s.since,
		"clock":     clockElement,
		"lastIndex": func(rows []turnRow) int { return len(rows) - 1 },
		"duration":  story.Span,
		"json":      indented,
		"lines":     story.Shown,
		"written":   story.Written,
		"pair":      func(a, b any) pair { return pair{a, b} },
		"count":     thousands,
		"counted":   counted,
		"callsAt":   callsAt,
		"bar":       questionBar,
		"inc":       func(i int) int { return i + 1 },
	}
}

// pair is two things for a template that takes one.
type pair struct{ A, B any }

// render answers with a page, or with one part of it where the script asks for
// one. It is written only when it is whole.
func (s *server) render(w http.ResponseWriter, r *http.Request, name string, data any) error {
	return s.renderAs(w, r, http.StatusOK, name, data)
}

func (s *server) renderAs(w http.ResponseWriter, r *http.Request, status int, name string, data any) error {
	p, is := s.pages[name]
	if !is {
		return fmt.Errorf("console: no page %s", name)
	}
	template := "layout"
	if part := r.URL.Query().Get("part"); part != "" && status == http.StatusOK {
		template = "part-" + part
		if p.set.Lookup(template) == nil {
			return web.Refuse(http.StatusNotFound, "The page has no such part", "")
		}
	}
	query := ""
	if r.URL.RawQuery != "" {
		query = "?" + r.URL.RawQuery
	}
	who := web.Who(r)
	nav := slices.DeleteFunc(slices.Clone(s.nav), func(n navItem) bool { return n.role > who.Role })
	v := view{Who: who, Nav: nav, Path: r.URL.Path, Query: query, Data: data}
	var out bytes.Buffer
	if err := p.set.ExecuteTemplate(&out, template, v); err != nil {
		return fmt.Errorf("console: page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // the reader is gone: nobody to tell
	return nil
}

// fail answers with what went wrong: a page, or for programs problem+json.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	problem := web.ProblemOf(err)
	if problem.Err != nil && problem.Status >= http.StatusInternalServerError {
		s.Log.Error("console: an answer failed", "route", r.Pattern, "error", problem.Err)
	}
	if isAPI(r) {
		web.WriteProblem(w, r, problem)
		return
	}
	page, data := "problem", any(problem)
	if problem.Page != "" {
		page, data = problem.Page, problem.Data
	}
	if err := s.renderAs(w, r, problem.Status, page, data); err != nil {
		s.Log.Error("console: the page of a problem failed", "error", err)
		http.Error(w, problem.Words(), problem.Status)
	}
}

// instant is how browsers read a time.
const instant = "2006-01-02T15:04:05.000Z"

// timeElement is an instant as people read it, in UTC; the script shows it in
// the zone of who reads, at the same length. The zero instant is nothing.
func timeElement(t time.Time) template.HTML {
	if t.IsZero() {
		return ""
	}
	t = t.UTC()
	//nolint:gosec // made of digits alone
	return template.HTML(fmt.Sprintf(`<time datetime="%s">%s</time>`, t.Format(instant), t.Format(time.DateTime)))
}

// clockElement is an instant as timeElement has it, without its day.
func clockElement(t time.Time) template.HTML {
	if t.IsZero() {
		return ""
	}
	t = t.UTC()
	//nolint:gosec // made of digits alone
	return template.HTML(fmt.Sprintf(`<time data-short datetime="%s">%s</time>`, t.Format(instant), t.Format("15:04:05")))
}

func indented(v any) (string, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return strings.TrimSuffix(out.String(), "\n"), err
}

// since is how long ago an instant is; the script counts on from it.
func (s *server) since(t time.Time) template.HTML {
	if t.IsZero() {
		return ""
	}
	//nolint:gosec // made of digits and units alone
	return template.HTML(fmt.Sprintf(`<time data-since datetime="%s">%s</time>`, t.UTC().Format(instant), story.Span(s.Now().Sub(t).Truncate(time.Second))))
}
