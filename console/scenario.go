package console

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"texmlsrv/console/tries"
	"texmlsrv/console/web"
	"texmlsrv/flows"
	"texmlsrv/sessions"
	"texmlsrv/simulator/rehearsal"
	"texmlsrv/simulator/scenarios"
	"texmlsrv/simulator/scenarios/fromcall"
)

// scenarioAction is the audit trail's word for a call that is made into a
// scenario.
const scenarioAction = "scenario"

// scenarioPage is what the page of a scenario shows that was made of a call or a
// try.
type scenarioPage struct {
	Back, BackWords  string // what it was made of
	Lists, ListsHref string // what that is among
	Flow             string
	File             string // name to keep it under
	Text             []byte
	Release          *flows.Release // that it is played against; nil where it cannot be
	Real             bool           // of a real call: personal data was replaced
	Same             bool           // of a real call: what was made up leads the same way
	Later            bool           // Release is not the one that the call went through

	Lines  []yamlLine
	Passes bool
	Fails  string // why not, as texmlsrv test would tell
}

// yamlLine is a line of YAML, cut for highlighting.
type yamlLine struct{ Indent, Key, Rest, Comment string }

// showScenario shows a scenario with what comes of it when it is played, or has it
// taken away as a file.
func (s *server) showScenario(w http.ResponseWriter, r *http.Request, page scenarioPage) error {
	if r.URL.Query().Has("download") {
		page.download(w)
		return nil
	}
	for line := range strings.Lines(string(page.Text)) {
		page.Lines = append(page.Lines, yamlLineOf(strings.TrimRight(line, "\n")))
	}
	var err error
	if page.Passes, page.Fails, err = plays(r.Context(), page); err != nil {
		return err
	}
	return s.render(w, r, "scenario", page)
}

// callScenario shows a call as a scenario, or has it taken away: with made-up data
// in place of what is personal.
func (s *server) callScenario(w http.ResponseWriter, r *http.Request) error {
	page, err := s.scenarioOf(r)
	if err != nil {
		return err
	}
	if r.URL.Query().Has("download") {
		web.Note(r, page.File, "")
	}
	return s.showScenario(w, r, page)
}

// apiScenario gives a program the scenario that is made of a call.
func (s *server) apiScenario(w http.ResponseWriter, r *http.Request) error {
	page, err := s.scenarioOf(r)
	if err != nil {
		return err
	}
	web.Note(r, page.File, "")
	w.Header().Set("Texmlsrv-Same", strconv.FormatBool(page.Same))
	return page.send(w, r)
}

// apiTryScenario gives a program the scenario that tells a try again.
func (s *server) apiTryScenario(w http.ResponseWriter, r *http.Request) error {
	t, err := s.tryDesk().Of(r)
	if err != nil {
		return err //nolint:wrapcheck // it is an answer
	}
	page, over, err := tryScenarioOf(r, t)
	switch {
	case err != nil:
		return err
	case !over:
		return web.Refuse(http.StatusConflict, "The call goes on", "Bring it to its end, or hang up; then it can be read as a scenario.")
	}
	return page.send(w, r)
}

// tryScenarioOf makes the scenario of a try; over is false while its call goes on.
func tryScenarioOf(r *http.Request, t *tries.Try) (page scenarioPage, over bool, err error) {
	text, over, err := t.Scenario(r.Context())
	session, _, _ := t.Session(r.Context())
	var outcome string
	if session != nil {
		outcome = session.Outcome
	}
	return scenarioPage{
		Back: tryPath(t), BackWords: "the try", Lists: "Try", ListsHref: "/try",
		Flow: t.Flow, File: scenarioFile(t.Release, session, outcome), Text: text, Release: t.Release,
	}, over, err //nolint:wrapcheck // it says whose it is
}

// send answers a program with the file, and whether it passes.
func (p scenarioPage) send(w http.ResponseWriter, r *http.Request) error {
	passes, _, err := plays(r.Context(), p)
	if err != nil {
		return err
	}
	w.Header().Set("Texmlsrv-Passes", strconv.FormatBool(passes))
	p.download(w)
	return nil
}

// scenarioOf makes the scenario of the call that a request is about.
func (s *server) scenarioOf(r *http.Request) (page scenarioPage, err error) {
	session, err := s.Store.Load(r.Context(), r.PathValue("sid"))
	if err != nil {
		return page, fmt.Errorf("console: %w", err)
	}
	timeline, err := s.Store.Timeline(r.Context(), session.Call.SID)
	if err != nil {
		return page, fmt.Errorf("console: %w", err)
	}
	if s.Flows == nil {
		return page, web.Refuse(http.StatusNotFound, "No scenario can be made here", "This console does not know the flows.")
	}
	page = scenarioPage{
		Back: callPath(session.Call.SID), BackWords: "the call", Lists: "Calls", ListsHref: "/calls",
		Flow: session.Call.Flow, Release: s.Flows.ReleaseOf(session.Release), Real: true,
	}
	if page.Release == nil {
		page.Release, page.Later = s.Flows.Release(), true
	}
	made, err := fromcall.Of(r.Context(), page.Release, session, timeline)
	switch {
	case errors.Is(err, fromcall.ErrNoFlow):
		return page, web.Refuse(http.StatusConflict, "The flow of the call is not there any more", "The release that the call went through is gone, and the one that is served has no such flow.")
	case err != nil:
		return page, err //nolint:wrapcheck // it says whose it is
	}
	page.Text, page.Same, page.File = made.Text, made.Same, scenarioFile(page.Release, session, made.Outcome)
	return page, nil
}

// download answers with the file.
func (p scenarioPage) download(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/yaml; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+p.File+`"`)
	_, _ = w.Write(p.Text) // the reader is gone: nobody to tell
}

// plays reads a scenario as texmlsrv test does, and plays it.
func plays(ctx context.Context, page scenarioPage) (passes bool, fails string, err error) {
	if page.Release == nil {
		return false, "", nil
	}
	scenario, found := scenarios.Read(page.Flow, page.Flow+"/scenarios/"+page.File, page.Text)
	if len(found) == 0 {
		found = scenario.Check(nil, page.Release)
	}
	if len(found) > 0 {
		return false, found.Error(), nil
	}
	player, err := scenarios.NewPlayer(nil, page.Release) //nolint:contextcheck // its store is in memory
	if err != nil {
		return false, "", err //nolint:wrapcheck // it says whose it is
	}
	defer player.Close()
	result, err := player.Play(ctx, scenario)
	switch {
	case err != nil:
		return false, "", err //nolint:wrapcheck // the context's
	case result.Passed():
		return true, "", nil
	}
	return false, result.Failures[0].String(), nil
}

// yamlLineOf cuts a line of a scenario.
func yamlLineOf(line string) yamlLine {
	text := strings.TrimLeft(line, " ")
	y := yamlLine{Indent: line[:len(line)-len(text)]}
	if strings.HasPrefix(text, "#") {
		y.Comment = text
		return y
	}
	if rest, is := strings.CutPrefix(text, "- "); is {
		y.Indent, text = y.Indent+"- ", rest
	}
	if key, rest, is := strings.Cut(text, ":"); is && !strings.ContainsAny(key, `"{[ `) && (rest == "" || rest[0] == ' ') {
		y.Key, y.Rest = key, rest
		return y
	}
	y.Rest = text
	return y
}

// scenarioFile is the name under which a call's scenario is kept: what came of it,
// and when it began in the zone of our number, so that one call does not
// take the place of another: callback-2026-11-21-0832.yaml.
func scenarioFile(release *flows.Release, session *sessions.Session, outcome string) string {
	if session == nil {
		return "call.yaml"
	}
	name := cmp.Or(outcome, session.Step)
	name = cmp.Or(strings.Trim(strings.ToLower(notID.ReplaceAllString(name, "-")), "-"), "call")
	ours := session.Call.To
	if session.Call.Direction == "outbound" {
		ours = session.Call.From
	}
	zone := rehearsal.Zone(release, session.Call.Flow, ours)
	return name + session.BeganAt.In(zone).Format("-2006-01-02-1504") + ".yaml"
}
