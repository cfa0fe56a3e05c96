package story

import (
	"fmt"

	"texmlsrv/sessions"
)

// marks say what came of the document of turn n.
func (t *Story) marks(n int) []Mark {
	var marks []Mark
	if reply := t.entry(n + 1); reply != nil {
		marks = append(marks, t.came(n, reply))
		marks = append(marks, t.followed(n, reply)...)
	} else {
		marks = append(marks, t.open(n))
	}
	marks = append(marks, t.repeated(n)...)
	return append(marks, troubles(t.entry(n))...)
}

// open is the mark of a turn that nothing came back to.
func (t *Story) open(n int) Mark {
	a := &t.asked[n]
	switch {
	case !t.session.Ended() && t.session.Push != nil && t.session.Push.Failed != "":
		return Mark{"not fetched", Bad, "The platform was not told of this document: " + plain(t.session.Push.Failed) + "."}
	case !t.session.Ended() && t.session.Push != nil:
		return Mark{"pushed", Live, "The platform was told to fetch this document, and has not done so yet."}
	case !t.session.Ended() && t.session.Waiting != nil:
		return Mark{"told by event", Live, "An event has brought the answer; the request that should bring it may still come."}
	case !t.session.Ended():
		return Mark{"waiting", Live, "The call waits for what this document asks."}
	case a.kind != "":
		return Mark{"hung up", Warn, "The call ended while the question was open."}
	case a.ends:
		return Mark{"the end", Quiet, "The document ended the call."}
	}
	return Mark{"ended", Quiet, "The call ended while this was played."}
}

// came is the mark of what came back to turn n.
func (t *Story) came(n int, reply *sessions.Entry) Mark {
	a := reply.Answer
	switch {
	case reply.Kind == sessions.EntryLost:
		return Mark{"lost", Bad, "The store had lost this turn; the call went on at otherwise."}
	case reply.Help != nil:
		return Mark{"intervened", Quiet, byPerson(reply.Help) + "."}
	case reply.Kind != sessions.EntryTurn:
		return Mark{"intervened", Quiet, "A person had the call go on from here."}
	case a == nil:
		return Mark{"went on", Quiet, ""}
	case !a.Usable:
		return unusable(a)
	}
	switch a.Kind {
	case "dial":
		if a.Status == "completed" {
			return Mark{"connected", Good, ""}
		}
		return Mark{plain(a.Status), Warn, ""}
	case "next":
		return Mark{"played", Quiet, ""}
	case "record":
		return Mark{"recorded", Good, ""}
	case "ai", "digits", "speech":
		if t.asksAgain(n+1) || t.leftAfter(n, reply) {
			return Mark{"refused", Warn, "The answer was read well, and a rule wanted another."}
		}
		return Mark{"collected", Good, ""}
	}
	return Mark{plain(a.Status), Quiet, ""}
}

func unusable(a *sessions.Answer) Mark {
	more := sentenceCase(because(a)) + "."
	switch a.Status {
	case "no_input":
		return Mark{"no answer", Warn, more}
	case "invalid":
		return Mark{"invalid", Warn, more}
	case "malformed":
		return Mark{"unreadable", Bad, more}
	}
	return Mark{plain(a.Status), Bad, more}
}

// followed says what an answer led to, and how it came.
func (t *Story) followed(n int, reply *sessions.Entry) (marks []Mark) {
	a := reply.Answer
	switch {
	case t.asksAgain(n + 1):
		marks = append(marks, Mark{"re-asked", Warn, t.again(n + 1)})
	case a != nil && !a.Usable && t.asked[n].kind != "" && t.entry(n).Attempt > 1:
		marks = append(marks, Mark{"given up", Warn, "Asked " + times(t.entry(n).Attempt) + ", and then left for otherwise."})
	case t.leftAfter(n, reply):
		marks = append(marks, Mark{"given up", Warn, "A rule wanted it asked again, but it has been asked " + times(t.entry(n).Attempt) + " already: the call left for otherwise."})
	}
	if a != nil && a.Kind == "ai" && a.Usable && len(a.Problems) > 0 {
		marks = append(marks, Mark{"dropped", Warn, "A value that was not required did not fit: " + inWords(a.Problems) + "."})
	}
	if reply.Event != nil {
		marks = append(marks, Mark{"by event", Quiet, "The event " + reply.Event.Kind + " brought the answer."})
	}
	return marks
}

// repeated are the marks of requests that came again for turn n, or too late.
func (t *Story) repeated(n int) (marks []Mark) {
	counts := map[string]int{}
	for _, i := range t.replies[n] {
		counts[t.repetition(n, &t.entries[i])]++
	}
	for _, kind := range []struct {
		name string
		mark Mark
	}{
		{"duplicate", Mark{"duplicate", Quiet, "The platform sent the same request again, and got the same document again."}},
		{"late", Mark{"late", Warn, "A request came when the turn had been decided already; it got the current document."}},
		{"stray", Mark{"stray", Quiet, "A request that could not be tied to the turn; it got the current document."}},
	} {
		c := counts[kind.name]
		if c > 1 {
			kind.mark.Word += fmt.Sprintf(" ×%d", c)
		}
		if c > 0 {
			marks = append(marks, kind.mark)
		}
	}
	return marks
}

// repetition says how an entry repeats something: duplicate, late or stray; ""
// for what repeats nothing.
func (t *Story) repetition(n int, e *sessions.Entry) string {
	switch e.Kind {
	case sessions.EntryStray:
		return "stray"
	case sessions.EntryDuplicate:
	default:
		return ""
	}
	reply, brought := t.entry(n+1), t.entry(n)
	switch {
	case e.Request != nil && e.Turn == brought.Turn && sameRequest(e.Request, brought.Request): // what the document was asked for by
		return "duplicate"
	case e.Request == nil || reply == nil || reply.Request == nil:
		return "duplicate"
	case e.Request.Fingerprint == reply.Request.Fingerprint && e.Request.Path == reply.Request.Path:
		return "duplicate"
	case e.Request.Fingerprint == "" && e.Request.Path == reply.Request.Path: // what it held is masked
		return "duplicate"
	case e.Request.Fingerprint != "" && e.Request.Fingerprint == reply.Request.Fingerprint: // at another URL of ours
		return "duplicate"
	}
	return "late"
}

// sameRequest reports whether a request is another once more.
func sameRequest(r, before *sessions.Request) bool {
	return before != nil && r.Fingerprint != "" && r.Fingerprint == before.Fingerprint && r.Path == before.Path
}

// troubles are the marks of what went wrong on the way to a document.
func troubles(e *sessions.Entry) (marks []Mark) {
	if e.Kind == sessions.EntryLost {
		marks = append(marks, Mark{"turns lost", Bad, "The store did not know the turn that this answers."})
	}
	if has(e, "the apology was given") {
		marks = append(marks, Mark{"apology", Bad, "Nothing else was left: the caller heard the apology."})
	}
	if has(e, "release lost") {
		marks = append(marks, Mark{"release lost", Warn, "The flows that the call began with are gone; it went on with those served now."})
	}
	for _, step := range failedLookups(e) {
		marks = append(marks, Mark{"look-up failed", Warn, "The look-up of " + step + " brought nothing."})
	}
	for _, rule := range failedRules(e) {
		marks = append(marks, Mark{"rule failed", Bad, "The rule " + rule + " could not be evaluated, and was passed over."})
	}
	for _, word := range []string{"degraded", "diverged", "restored"} {
		if has(e, word) {
			marks = append(marks, Mark{word, Warn, "The store did not answer, or did not know the turn: it was decided from what the request carried."})
		}
	}
	return marks
}
