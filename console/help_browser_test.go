package console_test

import (
	"net/url"
	"strings"
	"testing"

	"texmlsrv/console/access"
	"texmlsrv/console/browsertest"
	"texmlsrv/console/consoletest"
	"texmlsrv/sessions"
	"texmlsrv/simulator"
)

// TestBrowser_help looks at the panel, a form, the preview of a document and of a
// command, and at what came of it, in every view.
func TestBrowser_help(t *testing.T) {
	browser := browsertest.Start(t)
	for _, view := range browsertest.Views() {
		t.Run(view.Name, func(t *testing.T) {
			s, asked, sid := helpable(t, true, atMenu(t))
			p := browser.Open(t, s.URL, s.Cookie(access.Operator), view)
			p.Go("/calls/" + sid)
			p.Good()
			p.Shot("help-panel-" + view.Name)
			if moved := p.Shift(); moved > 0.01 {
				t.Errorf("the page moved by %v", moved)
			}
			p.Click("#help-value > summary")
			p.Wait(`document.querySelector("#help-value-hint").textContent === "It has to be one of person, nothing."`)
			p.Good()
			p.Shot("help-form-" + view.Name)

			p.Click("#help-transfer > summary")
			p.Wait(`!document.querySelector("#help-value").open`)
			p.Type("#help-transfer-to", "+1 312 555 0177")
			p.Type("#help-transfer-text", "I connect you with a colleague.")
			p.Click("#help-transfer button")
			p.Wait(`document.querySelector("dialog.help-dialog[open] .help-hears")`)
			p.Wait(`document.querySelector("dialog").scrollTop === 0 && document.activeElement.closest("dialog")`)
			p.Good()
			p.Shot("help-preview-" + view.Name)
			p.Type("#help-why", "she asks for a person")
			p.Click(".help-confirm button")
			p.Wait(`!document.querySelector("dialog[open]") && document.querySelector("#said").textContent.includes("It is done")`)
			p.Wait(`document.querySelector("#people").textContent.includes("had +13125550177 rung")`)
			p.Good()
			p.Shot("help-done-" + view.Name)
			if n := len(asked.Received()); n != 1 {
				t.Errorf("the platform was asked %d times", n)
			}
		})
	}
}

// TestBrowser_helpPages looks at the same without a dialog: the page of a preview,
// and the one that says that the caller was faster.
func TestBrowser_helpPages(t *testing.T) {
	browser := browsertest.Start(t)
	for _, view := range browsertest.Views() {
		t.Run(view.Name, func(t *testing.T) {
			s, _, sid := helpable(t, true, atMenu(t))
			p := browser.Open(t, s.URL, s.Cookie(access.Operator), view)
			p.Allow("409")
			submit := func(form url.Values) {
				p.Go("/audit") // where no script takes the form
				script := `const f = document.createElement("form"); f.method = "post"; f.action = "/calls/` + sid + `/help/preview";`
				for name, values := range form {
					script += `{const i = document.createElement("input"); i.name = "` + name + `"; i.value = "` + values[0] + `"; f.append(i)}`
				}
				browsertest.Eval[any](p, script+`document.body.append(f); f.submit(); null`)
				p.Wait(`document.querySelector("#help-page")`)
			}
			submit(wish("stop_gather", "2"))
			p.Good()
			p.Shot("help-command-" + view.Name)
			submit(wish("value", "2", "name", "guests", "value", "5"))
			p.Good()
			p.Shot("help-value-" + view.Name)
			submit(wish("repeat", "1"))
			p.Good()
			p.Shot("help-meanwhile-" + view.Name)
			if !strings.Contains(p.Text("h1"), "The caller has answered meanwhile") {
				t.Errorf("it says %q", p.Text("h1"))
			}
		})
	}
}

// TestBrowser_helpBack goes back from what does not go to the field that is to be
// put right, which holds what was typed.
func TestBrowser_helpBack(t *testing.T) {
	browser := browsertest.Start(t)
	s, _, sid := helpable(t, true, atMenu(t))
	p := browser.Open(t, s.URL, s.Cookie(access.Operator), browsertest.Desk())
	p.Allow("422")
	p.Go("/calls/" + sid)
	p.Click("#help-value > summary")
	browsertest.Eval[any](p, `document.querySelector("#help-value-name").value = "guests"; null`)
	p.Type("#help-value-value", "13")
	p.Click("#help-value button")
	p.Wait(`document.querySelector("dialog[open] [data-back]")`)
	p.Good()
	p.Shot("help-back")
	p.Click("dialog [data-back]")
	p.Wait(`!document.querySelector("dialog[open]") && document.activeElement.id === "help-value-value" && document.activeElement.value === "13"`)
}

// TestBrowser_helpKinds has an operator do each thing, from the panel to what the
// page of the call says of it.
func TestBrowser_helpKinds(t *testing.T) {
	browser := browsertest.Start(t)
	tests := []struct {
		kind string
		acts []simulator.Act
		fill [][2]string
		pick string // of a list
		says string
	}{
		{kind: "repeat", acts: []simulator.Act{atMenu(t)}, says: "had the question asked again"},
		{kind: "say", acts: []simulator.Act{atMenu(t)}, fill: [][2]string{{"#help-say-text", "One moment."}}, says: "had “One moment.” said"},
		{kind: "say", fill: [][2]string{{"#help-say-text", "Hold on."}}, says: "had “Hold on.” said"}, // by the agent
		{kind: "value", acts: []simulator.Act{atMenu(t)}, pick: `document.querySelector("#help-value-name").value = "guests"`, fill: [][2]string{{"#help-value-value", "5"}}, says: "changed guests from 4 to 5"},
		{kind: "goto", acts: []simulator.Act{atMenu(t)}, pick: `document.querySelector("#help-goto-step").value = "desk/bye"`, says: "took the call to the step desk/bye"},
		{kind: "transfer", fill: [][2]string{{"#help-transfer-to", "sip:desk@pbx.example.com"}}, says: "had sip:desk@pbx.example.com rung"},
		{kind: "stop_gather", says: "stopped the gather"},
		{kind: "start_assistant", acts: []simulator.Act{atMenu(t)}, fill: [][2]string{{"#help-assistant-name", "assistant-1"}}, says: "started the assistant assistant-1"},
		{kind: "stop_assistant", says: "stopped the AI agent"},
		{kind: "hang_up", says: "hung up"},
	}
	for _, tt := range tests {
		t.Run(tt.kind, func(t *testing.T) {
			s, asked, sid := helpable(t, true, tt.acts...)
			p := browser.Open(t, s.URL, s.Cookie(access.Operator), browsertest.Desk())
			p.Go("/calls/" + sid)
			p.Click("#help-" + tt.kind + " > summary")
			if tt.pick != "" {
				browsertest.Eval[any](p, tt.pick+"; null")
			}
			for _, f := range tt.fill {
				p.Type(f[0], f[1])
			}
			p.Click("#help-" + tt.kind + " form button")
			p.Wait(`document.querySelector("dialog[open] .help-confirm")`)
			if len(asked.Received()) != 0 {
				t.Fatal("the preview asked the platform for something")
			}
			p.Type("#help-why", "she asked for it")
			browsertest.Eval[any](p, `const b = document.querySelector(".help-confirm button"); b.click(); b.click(); null`)
			p.Wait(`!document.querySelector("dialog[open]")`)
			p.Wait(`document.querySelector("#people").textContent.includes("` + tt.says + `")`)
			p.Wait(`document.querySelector("#talk-list").textContent.includes("A person stepped in: otto ` + tt.says + `")`)
			if n := len(asked.Received()); n != 1 {
				t.Errorf("the platform was asked %d times", n)
			}
		})
	}
}

// TestBrowser_helpRefused shows in the dialog what is wrong, and what came
// meanwhile.
func TestBrowser_helpRefused(t *testing.T) {
	s, asked, sid := helpable(t, true, atMenu(t))
	p := browsertest.Start(t).Open(t, s.URL, s.Cookie(access.Operator), browsertest.Desk())
	p.Allow("422")
	p.Allow("409")
	p.Go("/calls/" + sid)
	p.Click("#help-transfer > summary")
	p.Type("#help-transfer-to", "the boss")
	p.Click("#help-transfer form button")
	p.Wait(`document.querySelector("dialog[open] #help-told")?.textContent.includes("neither a number")`)
	p.Click("dialog[open] [data-back]")
	p.Wait(`!document.querySelector("dialog[open]") && document.activeElement.id === "help-transfer-to" && document.activeElement.value === "the boss"`)

	p.Click("#help-repeat > summary")
	p.Click("#help-repeat form button")
	p.Wait(`document.querySelector("dialog[open] .help-confirm")`)
	p.Type("#help-why", "she did not hear it")
	answered(t, s, sid) // meanwhile
	p.Click(".help-confirm button")
	p.Wait(`document.querySelector("dialog[open] .help-since")`)
	p.Good()
	p.Shot("help-meanwhile-dialog")
	if len(asked.Received()) != 0 {
		t.Error("the platform was asked for something")
	}
}

// answered has the caller press 2 at the menu.
func answered(t *testing.T, s *consoletest.Server, sid string) {
	t.Helper()
	session, err := s.Store.Load(t.Context(), sid)
	if err != nil {
		t.Fatal(err)
	}
	next := *session
	next.Turn, next.Step = session.Turn+1, "bye"
	entry := sessions.Entry{
		At: s.Clock.Now(), Kind: sessions.EntryTurn, Turn: next.Turn, Flow: "desk", Step: "bye", Attempt: 1,
		Document: "<Response><Say>Goodbye.</Say><Hangup/></Response>",
		Answer:   &sessions.Answer{Kind: "digits", Status: "valid", Usable: true, Digits: "2", Choice: "nothing"},
	}
	if err := s.Store.Commit(t.Context(), &next, entry); err != nil {
		t.Fatal(err)
	}
}

// TestBrowser_helpNotes takes a note, and tells why nothing else can be done.
func TestBrowser_helpNotes(t *testing.T) {
	browser := browsertest.Start(t)
	for _, view := range browsertest.Views() {
		t.Run(view.Name, func(t *testing.T) {
			s, _, sid := helpable(t, false, atMenu(t))
			p := browser.Open(t, s.URL, s.Cookie(access.Operator), view)
			p.Go("/calls/" + sid)
			p.Good()
			p.Shot("help-keyless-" + view.Name)
			p.Click("#note > summary")
			p.Type("#note-text", "A regular guest, likes the terrace.")
			p.Good()
			p.Click("#note button")
			p.Wait(`location.hash === "#people" && document.querySelector("#people").textContent.includes("noted: A regular guest")`)
			p.Good()
			p.Shot("help-note-" + view.Name)
		})
	}
}
