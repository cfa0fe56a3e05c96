package templates_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"hash/maphash"
	"io/fs"
	"maps"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beevik/etree"
	"go.yaml.in/yaml/v4"

	"texmlsrv/flows"
	"texmlsrv/sessions"
	"texmlsrv/templates"
	"texmlsrv/texml"
)

var (
	sessionCount = flag.Int("sessions", 500, "how many random sessions are played")
	firstSeed    = flag.Uint64("seed", 1, "seed of the first random session; the others count on from it")
)

// TestRandomSessions plays calls that nobody would write a story about: callers
// who say anything, services that answer anything, in any order. Whatever
// happens, every document is one that the platform takes, has the elements of
// its template, and ends the way a document has to end.
func TestRandomSessions(t *testing.T) {
	releases, templates := randomReleases(t), readTemplates(t)
	workers := runtime.GOMAXPROCS(0)
	found := make([]findings, workers)
	var running sync.WaitGroup
	for worker := range workers {
		running.Go(func() {
			f := findings{seen: map[uint64]bool{}, documents: map[string]string{}, reached: map[string]bool{}}
			for n := worker; n < *sessionCount && !t.Failed(); n += workers {
				seed := *firstSeed + uint64(n)
				w := newWalk(seed, releases, templates, &f)
				if problem := w.play(); problem != "" {
					t.Errorf("go test ./templates -run=TestRandomSessions -sessions=1 -seed=%d\n%s", seed, problem)
				}
			}
			found[worker] = f
		})
	}
	running.Wait()
	documents, reached, count := map[string]string{}, map[string]bool{}, 0
	for _, f := range found {
		maps.Copy(documents, f.documents)
		maps.Copy(reached, f.reached)
		count += f.count
	}
	t.Logf("%d sessions, %d documents, %d of them for xmllint", *sessionCount, count, len(documents))
	t.Run("documents-are-xml", func(t *testing.T) { lint(t, documents) })
	if *sessionCount >= 2000 {
		t.Run("every-document-was-sent", func(t *testing.T) {
			for name := range templates {
				if !reached[name] && !strings.HasSuffix(name, "/apology.xml") {
					t.Errorf("never sent: %s", name)
				}
			}
		})
	}
}

// findings are what one worker has come across.
type findings struct {
	seen      map[uint64]bool   // documents that were checked
	documents map[string]string // one of each shape, and where it comes from
	reached   map[string]bool   // flow/step of a document
	count     int
}

// randomReleases are the flows as they are set up in different places.
func randomReleases(t *testing.T) []*flows.Release {
	spanish := edited{templates.FS, "language: en-US", "language: es-US"}
	company := edited{templates.FS, `company: ""`, `company: "R&D <Dental> \"{{'{'}}{\""`}
	equipped := flows.Environment{
		Env: map[string]string{
			"FRONT_DESK_NUMBER": "+13125550199", "BOOKING_URL": "https://booking.example.com/v1", "MESSAGES_URL": "https://messages.example.com",
		},
		Secrets: map[string]string{"BOOKING": "b", "MESSAGES": "m"},
	}
	var all []*flows.Release
	for _, root := range []fs.FS{templates.FS, spanish, company} {
		for _, env := range []flows.Environment{{}, equipped} {
			release, err := flows.Load(root, env)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, release)
		}
	}
	return all
}

// readTemplates reads the documents of every step, as their authors wrote them,
// and every apology.
func readTemplates(t *testing.T) map[string]*etree.Element {
	all := map[string]*etree.Element{}
	for _, flow := range load(t, templates.FS).Names() {
		var file struct {
			Steps map[string]struct{ Document string }
		}
		if err := yaml.Unmarshal(embedded(t, flow+"/flow.yaml"), &file); err != nil {
			t.Fatal(err)
		}
		for name, step := range file.Steps {
			switch {
			case strings.HasSuffix(step.Document, ".xml"):
				all[flow+"/"+name] = root(t, embedded(t, flow+"/"+step.Document))
			case step.Document != "":
				all[flow+"/"+name] = root(t, []byte(step.Document))
			}
		}
		all[flow+"/apology.xml"] = root(t, embedded(t, flow+"/apology.xml"))
	}
	return all
}

func embedded(t *testing.T, name string) []byte {
	t.Helper()
	content, err := templates.FS.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func root(t *testing.T, document []byte) *etree.Element {
	t.Helper()
	tree, err := texml.ParseTree(document)
	if err != nil {
		t.Fatal(err)
	}
	return tree.Root
}

// walk is one call on its way through the flows.
type walk struct {
	*rand.Rand
	*findings
	releases  []*flows.Release
	release   *flows.Release
	templates map[string]*etree.Element
	now       time.Time
	session   sessions.Session
	asides    []flows.Link // of the document last received
	log       []string     // what happened, for whoever has to look into it
	problem   string       // what is wrong; nothing is done after that
}

func newWalk(seed uint64, releases []*flows.Release, templates map[string]*etree.Element, f *findings) *walk {
	random := rand.New(rand.NewPCG(seed, 0))
	begin := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	return &walk{
		Rand: random, findings: f, releases: releases, release: releases[random.IntN(len(releases))], templates: templates,
		now: begin.Add(time.Duration(random.IntN(60*24*60)) * time.Minute),
	}
}

// turnsPlayed is how long callers stay on the line at most. One in a hundred
// stays until the flows give up.
const turnsPlayed = 24

// play plays a call to its end, and says what was wrong; "" for nothing.
func (w *walk) play() string {
	names := w.release.Names()
	call := sessions.Call{
		SID: "v3:" + fmt.Sprint(w.Uint64()), Direction: pick(w.Rand, "inbound", "outbound"), Type: pick(w.Rand, "pstn", "sip"),
		From: w.number(), To: w.number(), CallerName: w.words(), Params: map[string]string{"p": w.words(), w.words(): "q"},
	}
	turns := w.IntN(turnsPlayed)
	if w.IntN(100) == 0 {
		turns = 250
	}
	w.sent(w.release.Begin(call, names[w.IntN(len(names))], w.now))
	for range turns {
		if w.problem != "" || !w.session.Ask.Asks() && w.IntN(4) > 0 {
			break
		}
		w.turn()
	}
	if w.problem == "" {
		w.end()
	}
	if w.problem == "" {
		return ""
	}
	return strings.Join(w.log, "\n") + "\n" + w.problem
}

// turn is one request, and what comes of it.
func (w *walk) turn() {
	w.now = w.now.Add(time.Duration(w.IntN(90)) * time.Second)
	if w.IntN(50) == 0 { // another instance, which serves other flows
		w.release = w.releases[w.IntN(len(w.releases))]
	}
	s := &w.session
	switch w.IntN(80) {
	case 0:
		w.sent(w.release.Escape(s, w.words(), w.now))
	case 1:
		w.sent(w.release.Lost(&sessions.Session{Call: s.Call, Flow: s.Flow, Step: s.Step, Turn: s.Turn}, w.now))
	default:
		w.sent(w.release.Answer(s, w.brings(), w.via(), "", w.now))
	}
}

// sent makes the look-ups of a decision, and checks the document that comes of
// them.
func (w *walk) sent(d flows.Decision) {
	d = w.lookUp(d)
	if w.problem != "" {
		return
	}
	w.session = d.Session
	if w.IntN(4) == 0 {
		w.session = stored(d.Session)
	}
	w.note("turn %d: %s/%s, attempt %d", d.Session.Turn, d.Session.Flow, d.Session.Step, d.Session.Attempt)
	w.asides = nil
	w.document(d.Document, d.Session.Flow, d.Session.Step, texml.Main)
	for i := 0; i < len(w.asides) && i < 8; i++ { // an aside may have asides
		l := w.asides[i]
		aside, err := w.release.Aside(&w.session, l.Flow, l.Step, w.now)
		if err != nil && w.problem == "" {
			w.problem = fmt.Sprintf("the aside %s/%s cannot be played: %v", l.Flow, l.Step, err)
		}
		w.document(aside, l.Flow, l.Step, texml.ScreenURL)
	}
}

// stored is a session as the store gives it back.
func stored(s sessions.Session) (back sessions.Session) {
	written, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(written, &back)
	}
	if err != nil {
		return s // the next document will not be any better for it
	}
	return back
}

// lookUp answers look-ups until there are no more.
func (w *walk) lookUp(d flows.Decision) flows.Decision {
	for range 20 {
		if d.Lookup == nil {
			return d
		}
		request := d.Lookup
		if url := request.URL; !strings.HasPrefix(url, "https://booking.example.com/v1/") && url != "https://messages.example.com" || !json.Valid(request.Body) {
			w.problem = fmt.Sprintf("the look-up goes to %q with %s", url, request.Body)
			return d
		}
		found := w.found(d.Session.Gathered["time"])
		w.note("look-up: %s: %d %.200q", request.URL, found.Code, fmt.Sprint(found.Result))
		d = w.release.LookedUp(d, found, w.now)
	}
	if d.Lookup != nil {
		w.problem = "the look-ups of one turn never end"
	}
	return d
}

// end hangs up: the open question may still be answered, and what the flow does
// after the end is done.
func (w *walk) end() {
	w.session.EndedAt, w.session.Ending = w.now, pick(w.Rand, "completed", "busy", "failed", "no-answer", "canceled")
	if w.IntN(2) == 0 {
		w.sent(w.release.Answer(&w.session, w.brings(), flows.ViaAction, "", w.now))
	}
	for range 5 {
		d, ok := w.release.Wrap(&w.session, w.now)
		if !ok || w.problem != "" {
			return
		}
		if d = w.lookUp(d); !d.Document.IsZero() && w.problem == "" {
			w.document(d.Document, "", "", texml.Main)
		}
		if !d.Failed {
			return
		}
	}
}

func (w *walk) note(format string, args ...any) {
	w.log = append(w.log, fmt.Sprintf(format, args...))
}

// hashSeed tells documents apart; any will do.
var hashSeed = maphash.MakeSeed()

// document checks what is sent. The same bytes at the same place are checked
// once.
func (w *walk) document(d flows.Document, flow, step string, context texml.Context) {
	body := d.Fill(func(l flows.Link) string {
		if l.Via == flows.ViaAside {
			w.asides = append(w.asides, l)
		}
		return "https://us.example.com/texml/" + l.Flow + "/" + l.Step + "/1." + l.Via + ".0123456789abcdef"
	})
	w.count++
	place := flow + "/" + step
	if hash := maphash.Bytes(hashSeed, append([]byte(place+"\n"), body...)); w.seen[hash] || w.problem != "" {
		return
	} else {
		w.seen[hash] = true
	}
	tree, err := texml.ParseTree(body)
	if err != nil {
		w.problem = fmt.Sprintf("%v\n%s", err, body)
		return
	}
	if wrong := w.wrong(tree, body, flow, step, context); wrong != "" {
		w.problem = wrong + "\n" + string(body)
	}
	w.keep(string(body), structure(tree.Root), strings.ReplaceAll(place, "/", "-"))
}

// keep keeps a document for xmllint: the first with such elements and such
// characters.
func (w *walk) keep(body, shape, place string) {
	for _, special := range []string{"&lt;", "&amp;", "&quot;", "]]", "&#", "{ {", `\u007b`, "%7B", "\u202e", "\ufffd", "😀"} {
		if strings.Contains(body, special) {
			shape += " " + special
		}
	}
	hash := maphash.String(hashSeed, place+shape)
	if !w.seen[hash] {
		w.seen[hash] = true
		w.documents[body] = place
	}
}

// wrong says what is wrong with a document; "" for nothing.
func (w *walk) wrong(tree *texml.Tree, body []byte, flow, step string, context texml.Context) string {
	for _, p := range tree.Check(texml.CheckOptions{Context: context}) {
		whisperOver := context != texml.Main && p.Code == "TX005" // to do nothing is to put through
		if p.Severity == texml.Error && !whisperOver {
			return p.String()
		}
	}
	if bytes.Contains(body, []byte("{{")) {
		return "a Mustache"
	}
	verbs := tree.Root.ChildElements()
	if context == texml.Main && texml.DeclarationOf(verbs[len(verbs)-1]).Terminal != texml.Always {
		return "the call runs off the end of the document"
	}
	if template := w.templates[flow+"/"+step]; template != nil && same(template, tree.Root) {
		w.reached[flow+"/"+step] = true
		return ""
	}
	if apology := w.templates[flow+"/apology.xml"]; apology != nil && same(apology, tree.Root) {
		return ""
	}
	over := w.session.Ended() || w.release.Flows[flow].Steps[step].Next == nil
	if over && structure(tree.Root) == "<Response<Hangup>>" {
		return ""
	}
	return "not the elements of the template"
}
