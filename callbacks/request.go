package callbacks

import (
	"regexp"
	"strings"

	"texmlsrv/calls"
	"texmlsrv/flows"
	"texmlsrv/sessions"
)

// incoming is one request of the platform on its way into our words.
type incoming struct {
	method, path       string
	flow, step, ticket string // of the route
	text               string // query or body that holds the fields
	query              string // of the URL, undecoded

	fields    fields
	form      form
	undecoded bool // the form library refused the fields
}

// decode reads the text into fields and form.
func (in *incoming) decode() {
	in.fields = parseFields(in.text)
	form, err := decodeForm(in.fields.declaredValues())
	in.form, in.undecoded = form, err != nil
}

// documentRequest is the request of a route whose reply is executed.
func (in *incoming) documentRequest() calls.Request {
	r := in.request()
	r.Callback = in.form.callback(in.fields)
	r.Event = in.form.talkEnded(r.Callback)
	if in.undecoded || in.fields.overfull || len(in.text) > readLimit {
		r.Brought = flows.Brought{Malformed: true}
		r.Malformed = kept(in.text)
		return r
	}
	r.Brought, r.Malformed = in.brought(r.Fields, r.Callback)
	return r
}

// noticeRequest is the request of a callback route: it is a callback whatever
// its fields are, and brings nothing.
func (in *incoming) noticeRequest() calls.Request {
	r := in.request()
	r.Callback = in.form.callback(in.fields)
	if r.Callback == nil {
		r.Callback = in.form.otherCallback()
	}
	r.Event = in.form.talkEnded(r.Callback)
	if in.undecoded || in.fields.overfull {
		r.Malformed = kept(in.text)
	}
	return r
}

// request fills what both kinds of routes have.
func (in *incoming) request() calls.Request {
	r := calls.Request{
		Call:        in.form.call(),
		Flow:        in.flow,
		Ticket:      in.ticket,
		Method:      in.method,
		Path:        in.path,
		Fields:      in.fields.kept(),
		Fingerprint: in.fields.fingerprint(in.text),
	}
	if in.ticket != "" {
		r.Step = in.step
	} else {
		r.Call.Params = params(in.query)
	}
	return r
}

// kept is what the timeline keeps of a text that could not be read.
func kept(text string) string { return cut(clean(text), textLimit) }

// call says who calls whom, as far as the request told.
func (f *form) call() sessions.Call {
	direction := "inbound"
	if strings.HasPrefix(strings.ToLower(f.Direction), "out") {
		direction = "outbound"
	}
	return sessions.Call{
		SID:        f.CallSid,
		Direction:  direction,
		From:       party(f.From),
		To:         party(f.To),
		CallerName: cut(f.CallerID, 256),
		Type:       word(f.CallingPartyType),
		AnsweredBy: word(f.AnsweredBy),
	}
}

// unescapedPlus is a number whose plus was not escaped: the form made a space of it.
var unescapedPlus = regexp.MustCompile(`^ [0-9]+$`)

// party mends and bounds a number or SIP address. A scheme is dropped, because
// Telnyx writes the same address with and without it.
func party(s string) string {
	if unescapedPlus.MatchString(s) {
		s = "+" + s[1:]
	}
	for _, scheme := range []string{"sip:", "sips:"} {
		if len(s) >= len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			s = s[len(scheme):]
			break
		}
	}
	return cut(s, 256)
}

// word is one of the platform's words in snake_case: no-answer is no_answer.
func word(s string) string {
	return cut(strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(s)), 64)
}

// sidProblem says what is wrong with a CallSid; "" for a usable one.
func sidProblem(sid string) string {
	switch {
	case sid == "":
		return "There is no CallSid."
	case !sessions.UsableSID(sid):
		return "The CallSid is not 1 to 128 characters of A-Z a-z 0-9 : _ - = . ~ (as in v3:9X2v-PDF_aiQ)."
	}
	return ""
}

// sidHint says where a person with curl may have put the CallSid instead.
func sidHint(method, text, query string) string {
	switch {
	case method != "POST":
		return "A GET carries the fields in its query: ?CallSid=v3:example&From=%2B14155550123"
	case strings.HasPrefix(strings.TrimSpace(text), "{"):
		return "The body is JSON; documents and callbacks take a form: curl -d CallSid=v3:example"
	case text == "" && query != "":
		return "A POST carries the fields in its body, not in the query: curl -d CallSid=v3:example"
	}
	return "A POST carries the fields as a form in its body: curl -d CallSid=v3:example"
}
