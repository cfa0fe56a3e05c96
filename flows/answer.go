package flows

import (
	"maps"
	"slices"

	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
)

// interpret makes of what a request brought the answer to what the turn asked.
// What was asked tells what the fields mean; fields of anything else are left.
func (d *turn) interpret(step *Step, b Brought, via string) sessions.Answer {
	before := d.session
	secretive := d.secretive(step)
	a := d.read(step, b, via)
	d.keep(step, &a)
	if secretive && a.Kind != "next" {
		d.hide(step, &a)
	}
	d.changes(&before)
	return a
}

func (d *turn) read(step *Step, b Brought, via string) sessions.Answer {
	ask := d.session.Ask
	switch {
	case !ask.Asks():
		return sessions.Answer{Kind: "next", Status: "done", Usable: true}
	case via == ViaNext:
		return sessions.Answer{Kind: "next", Status: "no_input"}
	}
	verb := answering(ask, b, via)
	if b.Malformed {
		return sessions.Answer{Kind: kindOf(verb), Status: "malformed"}
	}
	switch verb {
	case "AIGather":
		return d.readAI(b.AI)
	case "Gather":
		return readGather(step, b, via)
	case "Dial":
		return readDial(b.Dial)
	case "Record":
		return d.readRecord(b.Recording)
	}
	return readWord(verb, b.Words[verb])
}

// answering is the verb that b answers: of those asked, the one that b shows
// most clearly, else the first. Only a Gather refuses what was pressed.
func answering(ask sessions.Ask, b Brought, via string) string {
	if via == ViaInvalid && ask.Has("Gather") {
		return "Gather"
	}
	for _, verb := range b.verbs() {
		if ask.Has(verb) {
			return verb
		}
	}
	return ask.Verbs[0]
}

// kindOf is the kind of answer that a verb brings.
func kindOf(verb string) string {
	kinds := map[string]string{
		"AIGather": "ai", "Gather": "digits", "Dial": "dial", "Record": "record", "Enqueue": "queue",
		"Connect": "connect", "Refer": "refer", "Pay": "pay", "HttpRequest": "http",
	}
	return kinds[verb]
}

// keep stores what `into` wants kept.
func (d *turn) keep(step *Step, a *sessions.Answer) {
	if step.Into == "" || !a.Usable {
		return
	}
	switch a.Kind {
	case "digits", "speech", "record":
		value := a.Choice + a.Recording
		if value == "" {
			value = a.Digits + a.Speech
		}
		d.session.Gathered = with(d.session.Gathered, step.Into, value)
	}
}

// unkeep takes back what keep kept, because the answer turned out to be
// invalid.
func (d *turn) unkeep(step *Step) {
	if step.Into == "" {
		return
	}
	before := d.session
	if old, had := d.gathered[step.Into]; had {
		d.session.Gathered = with(d.session.Gathered, step.Into, old)
	} else {
		d.session.Gathered = without(d.session.Gathered, step.Into)
	}
	d.changes(&before)
}

func readDial(dial *DialResult) sessions.Answer {
	a := sessions.Answer{Kind: "dial", Status: "failed", Usable: true}
	if dial != nil && dial.Status != "" {
		a.Status, a.Seconds = dial.Status, dial.Seconds
	}
	return a
}

func (d *turn) readRecord(recording *sessions.Recording) sessions.Answer {
	if recording == nil || recording.ID == "" {
		return sessions.Answer{Kind: "record", Status: "no_input"}
	}
	kept := *recording
	kept.Turn = d.session.Turn
	others := slices.DeleteFunc(slices.Clone(d.session.Recordings), func(r sessions.Recording) bool {
		return r.ID == kept.ID // a recording callback was faster
	})
	d.session.Recordings = append(others, kept)
	return sessions.Answer{Kind: "record", Status: "completed", Usable: true, Recording: kept.ID, Seconds: kept.Seconds}
}

func readWord(verb string, w Word) sessions.Answer {
	a := sessions.Answer{Kind: kindOf(verb), Status: w.Status, Usable: true, Reason: w.Reason}
	if a.Status == "" {
		a.Status = "completed" // the platform says no more than that it is over
	}
	if len(w.Values) > 0 {
		a.Result = map[string]any(w.Values)
	}
	return a
}

// readGather reads keys and speech, held against the step's choices.
func readGather(step *Step, b Brought, via string) sessions.Answer {
	a := sessions.Answer{Kind: "digits", Status: "valid", Usable: true}
	switch {
	case b.Digits != nil && *b.Digits != "":
		a.Digits = *b.Digits
	case b.Speech != nil && collapse(*b.Speech) != "":
		a.Kind, a.Speech, a.Confidence = "speech", collapse(*b.Speech), b.Confidence
	case via == ViaInvalid:
	default:
		return sessions.Answer{Kind: "digits", Status: "no_input"}
	}
	if len(step.Choices) > 0 {
		a.Choice = chosen(step.Choices, a)
	}
	if via == ViaInvalid || len(step.Choices) > 0 && a.Choice == "" {
		a.Status, a.Usable = "invalid", false
	}
	return a
}

// readAI reads the result of an AI gather: coerced, validated, and merged with
// what was kept.
func (d *turn) readAI(ai *AIResult) sessions.Answer {
	a := sessions.Answer{Kind: "ai"}
	if ai == nil {
		a.Status = "no_input"
		return a
	}
	said := d.listen(ai.History)
	if ai.Malformed {
		a.Status = "malformed"
		return a
	}
	asked, err := compiled(d.session.Ask.Schema)
	if err != nil {
		a.Status, a.Problems = "error", []string{err.Error()}
		return a
	}
	result, inner, ok := asked.Unwrap(ai.Result)
	switch {
	case ai.Result == nil || ok && result == nil:
		a.Status = silence(firstOf(inner, ai.Status), said)
	case !ok:
		a.Status = "malformed"
	default:
		d.readResult(&a, asked, result)
	}
	return a
}

// readResult holds a result against the schema that was sent and the one the
// author wrote, and keeps of it what holds.
func (d *turn) readResult(a *sessions.Answer, asked *schemas.Schema, result map[string]any) {
	authored, err := compiled(whole(d.session.Ask))
	if err != nil {
		a.Status, a.Problems = "error", []string{err.Error()}
		return
	}
	s := &d.session
	kept := map[string]any{}
	for _, name := range s.Kept {
		kept[name] = s.Gathered[name]
	}
	reading := schemas.Read(asked, authored, result, kept)
	d.keepRead(reading, kept)
	coerced := maps.Clone(result)
	maps.Copy(coerced, reading.Values)
	a.Result, a.Problems, a.Usable = coerced, append(reading.Problems, reading.Dropped...), reading.Usable
	a.Status = "invalid"
	if reading.Usable {
		a.Status = "valid"
	}
	for _, dropped := range reading.Dropped {
		d.note("dropped: " + dropped)
	}
}

// keepRead keeps the values that hold by now, and lets go of those that held
// before and were replaced by something that does not.
func (d *turn) keepRead(reading schemas.Reading, before map[string]any) {
	s := &d.session
	s.Kept = slices.Sorted(maps.Keys(reading.Values))
	for name := range before {
		if _, holds := reading.Values[name]; !holds {
			s.Gathered = without(s.Gathered, name)
		}
	}
	for _, name := range s.Kept {
		s.Gathered = with(s.Gathered, name, reading.Values[name])
	}
}

// silence is the status of an AI gather that brought no result. The platform's
// word decides between trouble and a caller who did not answer; a caller who
// spoke and still gave no result is invalid.
func silence(status string, said []sessions.Message) string {
	switch status {
	case "valid", "invalid", "":
		if slices.ContainsFunc(said, func(m sessions.Message) bool { return m.Role == "user" }) {
			return "invalid"
		}
		return "no_input"
	case "timeout", "call_hangup", "cancelled", "cancelled_amd", "no_input":
		return "no_input"
	}
	return "error"
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
