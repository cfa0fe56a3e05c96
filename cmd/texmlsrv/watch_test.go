package main

import (
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// greeting is a flow that asks twice, in words of its version.
func greeting(version string) string {
	return `start: hello
steps:
  hello:
    document: <Gather><Say>` + version + ` hello.</Say></Gather>
    next: bye
    otherwise: bye
  bye:
    document: <Say>` + version + ` bye.</Say><Hangup/>
`
}

// save writes a file in place, with the folders it needs.
func save(t *testing.T, path, text string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(path), 0o755))
	must(t, os.WriteFile(path, []byte(text), 0o644))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// watched starts a server that watches the folder flows, in which there is one
// flow, one; it stands in another that is given too.
func watched(t *testing.T) (p *process, beside string) {
	t.Helper()
	beside = t.TempDir()
	save(t, filepath.Join(beside, "flows", "one", "flow.yaml"), greeting("Old"))
	p = start(t, nil, "--watch", "--templates", filepath.Join(beside, "flows"))
	if !strings.Contains(p.announced, "watched       "+beside) {
		t.Errorf("it is not said that the folder is watched:\n%s", p.announced)
	}
	return p, beside
}

// request posts a call's request to a path of the server, and gives the
// document, or whatever the answer is.
func (p *process) request(sid, path string, brings ...string) string {
	p.t.Helper()
	form := url.Values{"CallSid": {sid}}
	for i := 0; i+1 < len(brings); i += 2 {
		form.Set(brings[i], brings[i+1])
	}
	reply, err := http.PostForm("http://"+p.addr+path, form)
	must(p.t, err)
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	must(p.t, err)
	return string(body)
}

// action is the path that an answer to a document is sent to.
func action(t *testing.T, document string) string {
	t.Helper()
	link := regexp.MustCompile(`action="([^"]+)"`).FindStringSubmatch(document)
	if link == nil {
		t.Fatalf("the document has no action:\n%s", document)
	}
	return link[1]
}

func holds(t *testing.T, what, text, want string) {
	t.Helper()
	if !strings.Contains(text, want) {
		t.Errorf("%s: %q is not in\n%s", what, want, text)
	}
}

// TestWatch_saves saves a flow in every way that editors and people do.
func TestWatch_saves(t *testing.T) {
	document := strings.Replace(greeting("New"), "document: <Gather>", "document: parts/hello.xml\n    # <Gather>", 1)
	hello := func(version string) string { return "<Gather><Say>" + version + " hello.</Say></Gather>" }
	tests := []struct {
		name  string
		saves []func(t *testing.T, beside, flow string) // each is followed by a reload
		says  string                                    // what is told of the last one
	}{
		{"in-place", steps(func(t *testing.T, _, flow string) { save(t, flow, greeting("New")) }), "one"},
		{"bit-by-bit", steps(func(t *testing.T, _, flow string) {
			save(t, flow, "")
			f, err := os.OpenFile(flow, os.O_WRONLY|os.O_APPEND, 0)
			must(t, err)
			for line := range strings.SplitAfterSeq(greeting("New"), "\n") {
				_, err := f.WriteString(line)
				must(t, err)
			}
			must(t, f.Close())
		}), "one"},
		{"renamed-over", steps(func(t *testing.T, _, flow string) { // most editors
			save(t, flow+".tmp", greeting("New"))
			must(t, os.Rename(flow+".tmp", flow))
		}), "one"},
		{"renamed-over-again-and-again", steps(renamed("1"), renamed("2"), renamed("New")), "one"},
		{"backup", steps(func(t *testing.T, _, flow string) { // vim
			must(t, os.Rename(flow, flow+"~"))
			save(t, flow, greeting("New"))
			must(t, os.Remove(flow+"~"))
		}), "one"},
		{"new-flow", steps(
			func(t *testing.T, beside, _ string) {
				save(t, filepath.Join(beside, "flows", "app.yaml"), "default: one\n")
			},
			func(t *testing.T, beside, _ string) {
				save(t, filepath.Join(beside, "flows", "two", "flow.yaml"), greeting("Other"))
			},
			func(t *testing.T, beside, flow string) { save(t, flow, greeting("New")) },
			func(t *testing.T, beside, _ string) { must(t, os.RemoveAll(filepath.Join(beside, "flows", "two"))) },
		), "two (gone)"},
		{"flow-moved-in", steps(func(t *testing.T, beside, flow string) {
			save(t, filepath.Join(beside, "else", "flow.yaml"), greeting("New"))
			must(t, os.RemoveAll(filepath.Dir(flow)))
			must(t, os.Rename(filepath.Join(beside, "else"), filepath.Join(beside, "flows", "two")))
		}), "one (gone), two (new)"},
		{"document-in-a-new-folder", steps(
			func(t *testing.T, _, flow string) {
				save(t, filepath.Join(filepath.Dir(flow), "parts", "hello.xml"), hello("Newer"))
				save(t, flow, document)
			},
			func(t *testing.T, _, flow string) {
				save(t, filepath.Join(filepath.Dir(flow), "parts", "hello.xml"), hello("New"))
			},
		), "one"},
		{"link-to-a-file", steps(
			func(t *testing.T, beside, flow string) {
				save(t, filepath.Join(beside, "shared", "flow.yaml"), greeting("Newer"))
				must(t, os.Symlink(filepath.Join("..", "..", "shared", "flow.yaml"), flow+".tmp"))
				must(t, os.Rename(flow+".tmp", flow))
			},
			func(t *testing.T, beside, _ string) {
				save(t, filepath.Join(beside, "shared", "new.yaml"), greeting("New"))
				must(t, os.Rename(filepath.Join(beside, "shared", "new.yaml"), filepath.Join(beside, "shared", "flow.yaml")))
			},
		), "one"},
		{"link-to-the-folder", steps(relink("a", "Newer"), relink("b", "Newest"), relink("a", "New")), "one"},
		{"folder-replaced", steps(func(t *testing.T, beside, flow string) {
			save(t, filepath.Join(beside, "new", "one", "flow.yaml"), greeting("New"))
			must(t, os.Rename(filepath.Join(beside, "flows"), filepath.Join(beside, "flows.old")))
			must(t, os.Rename(filepath.Join(beside, "new"), filepath.Join(beside, "flows")))
		}), "one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel() // most of it is waiting
			p, beside := watched(t)
			said := ""
			for _, change := range tt.saves {
				change(t, beside, filepath.Join(beside, "flows", "one", "flow.yaml"))
				said = p.until("reloaded: ")
			}
			holds(t, "told", said, "reloaded: "+tt.says+" (release ")
			holds(t, "a new call", p.request("v3:new", "/texml"), "New hello.")
		})
	}
}

func steps(s ...func(t *testing.T, beside, flow string)) []func(t *testing.T, beside, flow string) {
	return s
}

// renamed saves a version by renaming it over the one before.
func renamed(version string) func(t *testing.T, beside, flow string) {
	return func(t *testing.T, _, flow string) {
		save(t, flow+".tmp", greeting(version))
		must(t, os.Rename(flow+".tmp", flow))
	}
}

// relink makes the folder a link to another one, as deployments do.
func relink(to, version string) func(t *testing.T, beside, flow string) {
	return func(t *testing.T, beside, _ string) {
		flows, target := filepath.Join(beside, "flows"), filepath.Join(beside, "releases", to)
		must(t, os.RemoveAll(target))
		save(t, filepath.Join(target, "one", "flow.yaml"), greeting(version))
		must(t, os.Symlink(target, flows+".new"))
		if info, err := os.Lstat(flows); err == nil && info.IsDir() {
			must(t, os.Rename(flows, flows+".old"))
		}
		must(t, os.Rename(flows+".new", flows))
	}
}

// TestWatch_broken saves what is broken: it is told of as check does, and
// callers go on with what was good.
func TestWatch_broken(t *testing.T) {
	p, beside := watched(t)
	folder := filepath.Join(beside, "flows")
	flow := filepath.Join(folder, "one", "flow.yaml")

	save(t, flow, strings.Replace(greeting("Broken"), "next: bye", "next: by", 1))
	said := p.until("texmlsrv: ")
	var checked strings.Builder
	if code := run(t.Context(), []string{"check", folder}, nil, nil, &checked, io.Discard); code != exitInvalid {
		t.Fatalf("check ends with %d", code)
	}
	holds(t, "what is wrong", checked.String(), flow+`:5:11: there is no step "by" (did you mean "bye"?)`)
	problem, rest, _ := strings.Cut(said, "texmlsrv: ")
	if diff := cmp.Diff(checked.String(), problem); diff != "" {
		t.Errorf("what was told is not what check prints: (-want +got)\n%s", diff)
	}
	holds(t, "what is said below", rest, "1 problem in 1 flow; still served: release ")
	holds(t, "a call meanwhile", p.request("v3:meanwhile", "/texml"), "Old hello.")

	save(t, flow, strings.Replace(greeting("Broken"), "start: hello", "start: helo", 1))
	holds(t, "another mistake", p.until("texmlsrv: "), flow+`:1:8: there is no step "helo"`)
	save(t, flow, greeting("Old"))
	holds(t, "put back", p.until("reloaded: "), "reloaded: as it was (release ")
	save(t, flow, greeting("New"))
	holds(t, "mended", p.until("reloaded: "), "reloaded: one (release ")
	holds(t, "a new call", p.request("v3:new", "/texml"), "New hello.")

	must(t, os.Rename(folder, folder+".gone"))
	holds(t, "the folder is gone", p.until("texmlsrv: "), "1 problem in no flows; still served: release ")
	holds(t, "a call without the folder", p.request("v3:gone", "/texml"), "New hello.")
	must(t, os.Rename(folder+".gone", folder))
	holds(t, "the folder is back", p.until("reloaded: "), "reloaded: as it was (release ")
}

// TestWatch_warns saves what can be served, and may not be meant.
func TestWatch_warns(t *testing.T) {
	p, beside := watched(t)
	folder := filepath.Join(beside, "flows")
	save(t, filepath.Join(folder, "one", "flow.yaml"), strings.Replace(greeting("New"), "    otherwise: bye\n", "", 1))
	holds(t, "told", p.until("texmlsrv: "), "reloaded: one (release ")
	save(t, filepath.Join(folder, "one", "flow.yaml"), greeting("Newer"))
	if said := p.until("reloaded: "); strings.Contains(said, "warning") {
		t.Errorf("there is a warning of a flow that has none:\n%s", said)
	}
}

// TestWatch_console shows in the console what was found in what was saved last,
// and which release is served.
func TestWatch_console(t *testing.T) {
	p, beside := watched(t)
	flow := filepath.Join(beside, "flows", "one", "flow.yaml")
	link, client := linkIn(t, p.announced), browser(t)
	use(t, client, link)
	page := func(path string) string {
		answer, err := client.Get("http://" + link.Host + path)
		return html.UnescapeString(body(t, answer, err))
	}
	release := regexp.MustCompile(`\(release (\w+)\)`).FindStringSubmatch(p.announced)
	if release == nil {
		t.Fatalf("announced:\n%s", p.announced)
	}
	holds(t, "at first", page("/flows"), "<code>"+release[1]+"</code>")

	save(t, flow, strings.Replace(greeting("Broken"), "next: bye", "next: by", 1))
	p.until("texmlsrv: ")
	for _, path := range []string{"/flows", "/flows/one"} {
		got := page(path)
		holds(t, path, got, "What was saved is not served.")
		holds(t, path, got, `one/flow.yaml:5:11: there is no step "by" (did you mean "bye"?)`)
		holds(t, path, got, "<code>"+release[1]+"</code>")
	}
	holds(t, "the files", page("/flows/one"), "Old hello.")

	save(t, flow, greeting("New"))
	p.until("reloaded: ")
	got := page("/flows/one")
	holds(t, "mended", got, "Check finds nothing wrong")
	holds(t, "mended", got, "New hello.")
	if strings.Contains(got, release[1]) {
		t.Error("the page shows the release before")
	}
}

// TestWatch_linkInCircles saves a link that leads to itself, and mends it.
func TestWatch_linkInCircles(t *testing.T) {
	p, beside := watched(t)
	flow := filepath.Join(beside, "flows", "one", "flow.yaml")
	must(t, os.Symlink(flow, flow+".tmp"))
	must(t, os.Rename(flow+".tmp", flow))
	holds(t, "told", p.until("texmlsrv: "), "there are no flows")
	must(t, os.Remove(flow))
	save(t, flow, greeting("New"))
	holds(t, "told", p.until("reloaded: "), "reloaded: one (release ")
}

// TestWatch_calls saves a flow while a call is in it: the call goes on with the
// flow it began with.
func TestWatch_calls(t *testing.T) {
	p, beside := watched(t)
	document := p.request("v3:old", "/texml")
	holds(t, "first document", document, "Old hello.")
	save(t, filepath.Join(beside, "flows", "one", "flow.yaml"), greeting("New"))
	p.until("reloaded: ")
	holds(t, "answer of the call in progress", p.request("v3:old", action(t, document), "Digits", "1"), "Old bye.")
	document = p.request("v3:new", "/texml")
	holds(t, "answer of a new call", p.request("v3:new", action(t, document), "Digits", "1"), "New bye.")
}

// TestWatch_quiet does what changes no flow. Nothing is told of it.
func TestWatch_quiet(t *testing.T) {
	p, beside := watched(t)
	flow := filepath.Join(beside, "flows", "one", "flow.yaml")
	save(t, flow, greeting("Old"))
	save(t, filepath.Join(beside, "flows", "one", ".flow.yaml.swp"), "of an editor")
	save(t, filepath.Join(beside, "flows", ".git", "HEAD"), "of a repository")
	save(t, filepath.Join(beside, "flows", "notes.txt"), "of a person")
	must(t, os.Mkdir(filepath.Join(beside, "flows", "empty"), 0o755))
	must(t, os.Chmod(flow, 0o600))
	save(t, filepath.Join(beside, "elsewhere"), "nothing")
	save(t, flow, greeting("New"))
	if said := p.until("reloaded: "); strings.Count(said, "\n") != 1 {
		t.Errorf("too much was told:\n%s", said)
	}
}

// TestWatch_stops ends a server that watches.
func TestWatch_stops(t *testing.T) {
	p, _ := watched(t)
	p.signal(os.Interrupt)
	if said, state := p.end(); state.ExitCode() != exitDone {
		t.Errorf("%v, want exit code 0\n%s", state, said)
	}
}

// TestReload_repeats says again what is wrong when something was saved, and only
// then: an editor's own files change nothing.
func TestReload_repeats(t *testing.T) {
	folder := t.TempDir()
	flow := filepath.Join(folder, "one", "flow.yaml")
	broken := strings.Replace(greeting("New"), "next: bye", "next: by", 1)
	save(t, flow, greeting("Old"))
	_, r, err := (&serveCommand{Templates: folder, Watch: true}).load(&app{})
	must(t, err)
	defer r.close()
	for _, step := range []struct {
		name, text string
		says       string // "" for nothing
	}{
		{"broken", broken, "there is no step"},
		{"nothing-saved", broken, ""},
		{"saved-and-as-wrong", broken + "# still\n", "there is no step"},
		{"mended", greeting("Old"), "reloaded: as it was"},
		{"nothing-to-tell", greeting("Old"), ""},
		{"another", greeting("New"), "reloaded: one"},
	} {
		save(t, flow, step.text)
		w, err := newWatch(folder)
		must(t, err)
		var out strings.Builder
		r.reload(w, &out)
		if got := out.String(); !strings.Contains(got, step.says) || step.says == "" && got != "" {
			t.Errorf("%s: %q is not in %q", step.name, step.says, got)
		}
	}
}
