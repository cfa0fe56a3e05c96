package terminal

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"texmlsrv/sessions"
	"texmlsrv/simulator"
	"texmlsrv/simulator/talk"
	"texmlsrv/texml"
)

// Observe is told of every request once it is answered (simulator.Call), and
// shows what the application decided.
func (c *Conversation) Observe(ctx context.Context, x simulator.Exchange) {
	switch {
	case x.Executed && x.Document > 0:
		c.last = x
		c.turn(ctx, x)
	case x.Executed:
		c.shows(x)
	case asksDocument(x.Kind) && !x.Usable():
		c.refused(x)
	case x.Status != http.StatusOK:
		c.screen.block(alarm, "   ! ", "     ", fmt.Sprintf("the %s callback was answered with %s", x.Kind, answered(x)))
	}
}

// asksDocument reports whether a request of a kind wants a document.
func asksDocument(kind string) bool {
	switch kind {
	case simulator.KindStatus, simulator.KindConversation, simulator.KindEvent, simulator.KindRecording, simulator.KindTranscription,
		simulator.KindConference, simulator.KindService, simulator.KindPartial, simulator.KindMachine, simulator.KindPayment:
		return false
	}
	return true
}

// answered is what a request got that got no document.
func answered(x simulator.Exchange) string {
	if x.Status == 0 {
		return "nothing: " + x.Failure
	}
	told := fmt.Sprintf("status %d", x.Status)
	if x.Status == http.StatusOK {
		told += " and no document"
	}
	if x.Failure != "" {
		return told + ": " + x.Failure
	}
	if text := strings.Join(strings.Fields(string(x.Answer[:min(len(x.Answer), 300)])), " "); text != "" {
		told += ": " + text
	}
	return told
}

func (c *Conversation) refused(x simulator.Exchange) {
	c.screen.block(alarm, "   ! ", "     ", fmt.Sprintf("%s %s was answered with %s", x.Method, path(x.URL), answered(x)))
}

// path is a URL without its query, which can hold what is nobody's business.
func path(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "the URL"
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// turn shows a document that leads the call, and how it came about.
func (c *Conversation) turn(ctx context.Context, x simulator.Exchange) {
	var news []sessions.Entry
	took := x.Took
	if c.Application != nil {
		news = c.Application.News(ctx)
		took -= c.Application.Waited()
	}
	c.screen.line(plain, "")
	c.screen.rule(c.heading(x, news), c.took(took))
	for _, e := range news {
		c.entry(e)
	}
	c.shows(x)
	c.screen.line(plain, "")
}

// heading names a document: by its turn and step, as far as they are known.
func (c *Conversation) heading(x simulator.Exchange, news []sessions.Entry) string {
	for _, e := range slices.Backward(news) {
		if e.Kind != sessions.EntryTurn && e.Kind != sessions.EntryLost {
			continue
		}
		c.turns = e.Turn
		heading := fmt.Sprintf("turn %d · %s/%s", e.Turn, e.Flow, e.Step)
		if e.Attempt > 1 {
			heading += ", attempt " + strconv.Itoa(e.Attempt)
		}
		return heading
	}
	if c.Application != nil {
		return fmt.Sprintf("document %d · no new turn", x.Document)
	}
	c.turns = x.Document
	heading := fmt.Sprintf("document %d", x.Document)
	if step := stepIn(x.Answer); step != "" {
		heading += " · " + step
	}
	return heading
}

// ticket is the path of a link that the application handed out: flow, step, and
// a turn in front of the ticket.
var ticket = regexp.MustCompile(`/texml/([a-z0-9_-]+)/([a-z0-9_-]+)/[0-9]+\.(?:action|next|invalid)\.`)

// stepIn is the flow and step in the links of a document; "" when there are
// none, or they are another application's.
func stepIn(document []byte) string {
	found := ticket.FindSubmatch(document)
	if found == nil {
		return ""
	}
	return string(found[1]) + "/" + string(found[2])
}

// took is how long a document took.
func (c *Conversation) took(d time.Duration) string {
	told := talk.Span(d)
	if c.Budget > 0 {
		told += " of " + talk.Span(c.Budget)
	}
	return told
}

// entry shows what was decided, and why.
func (c *Conversation) entry(e sessions.Entry) {
	switch e.Kind {
	case sessions.EntryTurn, sessions.EntryLost, sessions.EntryWrap:
	case sessions.EntryDuplicate, sessions.EntryStray:
		c.screen.row(e.Kind, "the document of turn "+strconv.Itoa(e.Turn)+" again")
		return
	default:
		return
	}
	if e.Answer != nil && !e.Answer.Usable {
		c.screen.row("answer", answer(*e.Answer))
	} else if e.Answer != nil && e.Answer.Choice != "" {
		c.screen.row("answer", answer(*e.Answer))
	}
	label, flow := "rule", e.Flow
	for _, v := range e.Path {
		if flow == "" {
			flow = v.Flow // after the end there is no step to be at
		}
		if told := visited(v, flow); told != "" {
			c.screen.row(label, told)
			label = ""
		}
	}
	for _, e := range []struct {
		label  string
		values sessions.Values
	}{{"gathered", e.Gathered}, {"vars", e.Vars}} {
		if told := valuesIn(e.values); told != "" {
			c.screen.row(e.label, told)
		}
	}
	for _, note := range e.Notes {
		c.screen.row("note", note)
	}
}

// answer is what a request brought, in a few words.
func answer(a sessions.Answer) string {
	told := strings.ReplaceAll(a.Status, "_", " ")
	switch {
	case a.Digits != "":
		told = "pressed " + a.Digits
	case a.Speech != "":
		told = "said “" + a.Speech + "”"
	}
	if a.Choice != "" {
		told += ": " + a.Choice
	} else if (a.Digits != "" || a.Speech != "") && !a.Usable {
		told += ": " + strings.ReplaceAll(a.Status, "_", " ")
	}
	if len(a.Problems) > 0 {
		told += " (" + strings.Join(a.Problems, "; ") + ")"
	}
	return told
}

// visited is a step that was passed, and the rule that led on; "" when there is
// nothing to tell.
func visited(v sessions.Visit, flow string) string {
	name := v.Step
	if v.Flow != "" && v.Flow != flow {
		name = v.Flow + "/" + v.Step
	}
	told := ""
	if v.Answer != nil && v.Answer.Kind == "lookup" {
		told = lookedUp(*v.Answer)
	}
	for _, t := range v.Tried {
		switch {
		case t.Problem != "":
			told = joined(told, t.Rule+" failed: "+t.Problem)
		case t.Held && t.Goto != "":
			told = joined(told, ruled(t))
		}
	}
	if told == "" {
		return ""
	}
	return name + ": " + told
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}

// ruled is a rule that led on.
func ruled(t sessions.Tried) string {
	if t.When == "" {
		return t.Rule + " → " + t.Goto
	}
	return t.Rule + ", when " + strings.Join(strings.Fields(t.When), " ") + " → " + t.Goto
}

// lookedUp is what came of a look-up.
func lookedUp(a sessions.Answer) string {
	told := "looked up"
	if a.Code != 0 {
		told += ", status " + strconv.Itoa(a.Code)
	}
	if !a.Usable {
		told = "the look-up failed"
		if a.Code != 0 {
			told += " with status " + strconv.Itoa(a.Code)
		} else if a.Reason != "" {
			told += ": " + noReply(a.Reason)
		}
	}
	return told
}

// noReply says in words why a look-up got no reply.
func noReply(reason string) string {
	switch reason {
	case "timeout":
		return "it took too long"
	case "connection":
		return "nobody could be reached"
	}
	return reason
}

// valuesIn are values by name, sorted.
func valuesIn(v sessions.Values) string {
	var told []string
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if v[name] == nil {
			told = append(told, name+glue+"is"+glue+"forgotten")
		} else {
			told = append(told, name+glue+"="+glue+talk.Written(v[name]))
		}
	}
	return strings.Join(told, ", ")
}

// shows shows a document where that is wanted, and what is wrong with it.
func (c *Conversation) shows(x simulator.Exchange) {
	if c.Documents {
		c.document(x.Answer)
	}
	for _, p := range x.Problems {
		if p.Severity == texml.Error {
			c.screen.block(alarm, "   ! ", "     ", "Telnyx would end the call here: "+p.String())
		} else if p.Severity == texml.Warning && p.Code != ofNoUse && x.Document > 0 {
			c.screen.block(alarm, "   ! ", "     ", p.String())
		}
	}
}

// ofNoUse is a warning that says nothing here: that Telnyx cannot reach a host.
const ofNoUse = "TX306"

// document shows the XML of a document, element by element.
func (c *Conversation) document(source []byte) {
	if len(bytes.TrimSpace(source)) == 0 {
		c.Note("There is no document yet.")
		return
	}
	for line := range strings.SplitSeq(indented(source), "\n") {
		c.screen.line(dim, "   | "+line)
	}
}

// again sends the last request once more, and says what came of it.
func (c *Conversation) again(ctx context.Context) error {
	if c.Transport == nil || c.last.URL == "" {
		c.wrong("there is no request yet that could be sent again")
		return nil
	}
	x := c.Transport(ctx, c.last)
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.Application != nil {
		c.Application.News(ctx) // the duplicate's own entry: told here
	}
	c.story.Again()
	const what = "The last request was sent once more: "
	switch {
	case x.Status != http.StatusOK:
		c.screen.block(alarm, "   ! ", "     ", what+"it was answered with "+answered(x))
	case bytes.Equal(x.Answer, c.last.Answer):
		c.screen.block(plain, "   ", "   ", what+"the same document, after "+talk.Span(x.Took)+".")
	default:
		c.screen.block(alarm, "   ! ", "     ", what+"another document.")
		c.document(x.Answer)
	}
	return nil
}

// values shows everything that is gathered, and the variables.
func (c *Conversation) values(ctx context.Context) {
	if c.Application == nil {
		c.wrong("only the server knows what is gathered")
		return
	}
	s := c.Application.Session(ctx)
	if s == nil {
		c.wrong("nothing is known of this call yet")
		return
	}
	for _, e := range []struct {
		label  string
		values sessions.Values
	}{{"gathered", s.Gathered}, {"vars", s.Vars}} {
		maps.DeleteFunc(e.values, func(_ string, v any) bool { return v == nil })
		told := valuesIn(e.values)
		if told == "" {
			told = "nothing"
		}
		c.screen.row(e.label, told)
	}
}
