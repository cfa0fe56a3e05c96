package scenarios

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"texmlsrv/flows"
	"texmlsrv/sessions"
	"texmlsrv/simulator"
)

// Failure is something that was not as the scenario says.
type Failure struct {
	File    string
	Place   Place
	Message string
	Excerpt string // the line of the scenario
	Diff    string // of a document; "" for none
}

// String is the failure with its place, the line of the scenario, and a caret.
func (f Failure) String() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Place.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", f.Place.Line, f.Place.Column)
	}
	b.WriteString(": " + f.Message)
	if f.Excerpt != "" {
		fmt.Fprintf(&b, "\n  %s\n  %s^", f.Excerpt, strings.Repeat(" ", max(0, f.Place.Column-1)))
	}
	if f.Diff != "" {
		b.WriteString("\n" + strings.TrimSuffix(f.Diff, "\n"))
	}
	return b.String()
}

// fail makes a failure of a place.
func (s *Scenario) fail(at Place, format string, args ...any) *Failure {
	p := s.source.At(at.Line, at.Column, "", format, args...)
	return &Failure{File: p.File, Place: at, Message: p.Message, Excerpt: p.Excerpt}
}

func (g *game) fails(at Place, format string, args ...any) {
	g.result.Failures = append(g.result.Failures, *g.scenario.fail(at, format, args...))
}

// judge compares what happened with what the scenario says. When the
// conversation went another way, what was expected of its end says nothing.
func (g *game) judge() {
	g.caller.turned()
	switch {
	case g.caller.failure != nil:
		g.result.Failures = append(g.result.Failures, *g.caller.failure)
	case !g.ended() || !g.apologized():
	case g.caller.next < len(g.scenario.Exchanges):
		e := g.scenario.Exchanges[g.caller.next]
		g.fails(e.Place, "this was not reached: %s", endings[g.result.Record.End])
	default:
		g.result.complete = true
		g.asked()
		g.expected()
	}
}

// endings say how a call ended.
var endings = map[simulator.End]string{
	simulator.HungUp:          "the document hung up",
	simulator.CallerHungUp:    "the caller had hung up",
	simulator.RanOut:          "the document ended, and the call with it",
	simulator.Rejected:        "the call was rejected",
	simulator.Transferred:     "the call was transferred",
	simulator.InvalidDocument: "a document is wrong, so Telnyx ends the call",
	simulator.NoDocument:      "there was no document",
	simulator.TooLong:         "the call does not come to an end",
}

// ended reports whether the call ended as calls may.
func (g *game) ended() bool {
	record := g.result.Record
	switch record.End {
	case simulator.InvalidDocument, simulator.NoDocument, simulator.TooLong:
	default:
		return true
	}
	message := endings[record.End]
	if record.Reason != "" {
		message += ": " + record.Reason
	}
	at := g.caller.lastPlace()
	if g.caller.next < len(g.scenario.Exchanges) {
		at = g.scenario.Exchanges[g.caller.next].Place
	}
	g.fails(at, "%s", message)
	return false
}

// apologized finds an apology that the scenario does not say is heard. It
// reports whether all is well.
func (g *game) apologized() bool {
	for i, document := range g.result.Documents {
		if !g.apology(document) || g.said(document) {
			continue
		}
		step := ""
		if t := g.result.Conversation.Turns; i < len(t) {
			step = t[i].Step
		}
		g.fails(g.caller.lastPlace(), "the caller hears the apology, at %s: something went wrong that the flow does not provide for", step)
		return false
	}
	return true
}

// apology reports whether a document is one that apologizes.
func (g *game) apology(document []byte) bool {
	for _, flow := range g.release.Flows {
		if bytes.Equal(document, flows.Apology(flow).Fill(nil)) {
			return true
		}
	}
	return bytes.Equal(document, flows.Apology(nil).Fill(nil))
}

// said reports whether the scenario says that a document is heard.
func (g *game) said(document []byte) bool {
	text := spoken(document)
	return slices.ContainsFunc(g.scenario.Exchanges, func(e Exchange) bool {
		return len(e.Hears) > 0 && missed(e.Hears, text) == nil
	})
}

// spoken is what is said in a document.
func spoken(document []byte) string {
	root, err := rootOf(document)
	if err != nil {
		return ""
	}
	var out []string
	for _, e := range root.FindElements(".//Say") {
		out = append(out, e.Text())
	}
	return strings.Join(out, " ")
}

// asked finds look-ups that asked something else than the scenario says.
func (g *game) asked() {
	for _, m := range g.result.made {
		if m.reply == nil || m.reply.Asked == nil {
			continue
		}
		if problem := m.reply.Asked.unexpected(m.request); problem != "" {
			g.fails(m.reply.Asked.Place, "the look-up of %s was another: %s", m.request.Step, problem)
		}
	}
}

// Steps are those that the call was at, in order and as flow/step, without
// repeating one that was asked again. What comes after the end is not among
// them.
func (r *Result) Steps() []string {
	var out []string
	for _, e := range r.Timeline {
		if e.Kind != sessions.EntryTurn && e.Kind != sessions.EntryLost {
			continue
		}
		for _, v := range e.Path {
			if at := v.Flow + "/" + v.Step; len(out) == 0 || out[len(out)-1] != at {
				out = append(out, at)
			}
		}
	}
	return out
}
