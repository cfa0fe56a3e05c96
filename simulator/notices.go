package simulator

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"texmlsrv/simulator/wire"
	"texmlsrv/texml"
)

// clockwork is when what happened to a leg, and what was told of it.
type clockwork struct {
	began, answered time.Time
	sequence        int // of the next status callback
}

// moment is where a leg stands, for a status callback.
func (l *leg) moment(status string) wire.Progress {
	now := l.clock.Now()
	if l.times.began.IsZero() {
		l.times.began = now
	}
	if status == "answered" {
		l.times.answered = now
	}
	p := wire.Progress{Status: status, Sequence: l.times.sequence, At: now, Began: l.times.began, Answered: l.times.answered}
	l.times.sequence++
	return p
}

// progress is a status callback of the call itself.
func (l *leg) progress(status string) []request {
	p, ids := l.moment(status), l.ids
	if p.Answered.IsZero() {
		ids.AnsweredBy = "" // not known yet
	}
	if l.StatusURL == "" {
		return nil
	}
	return []request{{kind: KindStatus, method: http.MethodPost, url: l.StatusURL, form: ids.Status(p)}}
}

// ending is the last status callback of the call.
func (l *leg) ending(end End) []request {
	status, source := "completed", "callee"
	switch {
	case end == CallerHungUp:
		source = "caller"
	case end == Rejected && l.refused == "busy":
		status = "busy"
	case end == Rejected && l.times.answered.IsZero():
		status = "failed"
	}
	p := l.moment(status)
	p.HangupSource = source
	if l.StatusURL == "" {
		return nil
	}
	return []request{{kind: KindStatus, method: http.MethodPost, url: l.StatusURL, form: l.ids.Status(p)}}
}

// child is a leg that this one dials.
func (l *leg) child(name, party string) *leg {
	l.dialed++
	return &leg{course: l.course, name: name, ids: l.ids.Leg(l.dialed, strings.TrimPrefix(party, "sip:"))}
}

// again is the same line, on which a document is played that leads nothing.
func (l *leg) again() *leg {
	return &leg{course: l.course, name: l.name, ids: l.ids, times: l.times, doc: l.doc}
}

// recorded is one recording, and who is told of it.
type recorded struct {
	l         *leg
	recording wire.Recording
	callback  string // resolved; "" tells nobody
	method    string
	events    string
}

// begins tells that it has begun, where that is wanted.
func (r *recorded) begins() []request {
	r.recording.Began = r.l.clock.Now()
	return r.told("in-progress")
}

// ends tells that it is over.
func (r *recorded) ends() []request { return r.told("completed") }

// stops is the end of a recording that ran beside the document.
func (r *recorded) stops() []request {
	r.recording.Length = r.l.record.Ended.Sub(r.recording.Began)
	return r.ends()
}

// as is the recording in a status.
func (r *recorded) as(status string) wire.Recording {
	now := r.recording
	now.Status = status
	return now
}

func (r *recorded) told(event string) []request {
	if r.callback == "" || !slices.Contains(strings.Fields(cmp.Or(r.events, "completed")), event) {
		return nil
	}
	return []request{{
		kind: KindRecording, leg: r.l.name, url: r.callback, form: r.l.ids.Recording(r.as(event)),
		method: strings.ToUpper(cmp.Or(r.method, http.MethodPost)),
	}}
}

// recorder is a recording that tells a callback URL of the document.
func (l *leg) recorder(source, callback, method, events string) *recorded {
	r := &recorded{l: l, method: method, events: events}
	r.recording = wire.Recording{Source: source, Began: l.clock.Now(), SID: l.ids.NewUUID("recording " + strconv.Itoa(l.nth()))}
	if strings.TrimSpace(callback) != "" {
		r.callback = l.resolve(callback)
	}
	return r
}

// nth numbers whatever needs an id of its own.
func (c *course) nth() int {
	c.made++
	return c.made
}

// transcribed tells what was said in a recording.
func (r *recorded) transcribed(v *texml.Record) []request {
	if v.Transcription == nil || !*v.Transcription {
		return nil
	}
	form := r.l.ids.Transcription(r.as("completed"), "Please call me back.")
	return r.l.notice(KindTranscription, "", v.TranscriptionCallback, form)
}

// transcript tells what was said while a Transcription runs.
func (l *leg) transcript(speech string, confidence float64) []request {
	if l.transcribes == nil {
		return nil
	}
	r := *l.transcribes
	r.leg, r.form = l.name, l.ids.Heard(speech, true, confidence)
	return []request{r}
}

// gathered is the action of an AI gather, in one of the shapes it may have.
func (l *leg) gathered(t talked, b behaviours) wire.AIGather {
	g := wire.AIGather{
		Status: t.status, Result: t.result, History: messages(t.messages),
		Shape:    []wire.Shape{wire.Enveloped, wire.Bare}[l.draw("shape", 2)],
		Alphabet: []wire.Alphabet{wire.Padded, wire.Padded, wire.Unpadded, wire.URLSafe}[l.draw("alphabet", 4)],
	}
	switch {
	case b.has(NoResult):
		g.Shape = wire.Missing
	case b.has(BareResult):
		g.Shape = wire.Bare
	case b.has(EnvelopedResult):
		g.Shape = wire.Enveloped
	}
	if b.has(UnknownStatus) {
		g.Status = []string{"finished_by_agent", "OK", "partially valid"}[l.draw("unknown status", 3)]
	}
	return g
}

// messages are those of a conversation as they are sent; none are an empty list.
func messages(all []Message) []wire.Message {
	sent := make([]wire.Message, len(all))
	for i, m := range all {
		sent[i] = wire.Message{Role: m.Role, Content: m.Content}
	}
	return sent
}
