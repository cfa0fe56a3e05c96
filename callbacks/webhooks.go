package callbacks

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"github.com/gin-gonic/gin"

	"texmlsrv/calls"
	"texmlsrv/sessions"
)

// webhook takes an event. Whatever it is, it is answered with 200: anything
// else makes the platform repeat it.
func (s *server) webhook(c *gin.Context) {
	in, ok := s.prove(c)
	if !ok {
		return
	}
	r, ok := in.webhookRequest()
	if !ok {
		s.log.Warn("a webhook that names no call was dropped", "event", r.Event.Kind, "bytes", len(in.text))
		c.Status(http.StatusOK)
		return
	}
	c.Set(callKey, r.Call.SID)
	take := s.calls.Event
	if r.Callback != nil {
		take = s.calls.Notice
	}
	if err := take(c.Request.Context(), r); err != nil {
		s.log.Error("a webhook was not kept", "err", err, "call_sid", r.Call.SID)
	}
	c.Status(http.StatusOK)
}

// webhookRequest is the request of the route for events. It is not ok when it
// names no call. A form that came here by mistake is a callback.
func (in *incoming) webhookRequest() (r calls.Request, ok bool) {
	e, isEvent := decodeEvent(in.text)
	if !isEvent {
		if in.decode(); sidProblem(in.form.CallSid) == "" {
			return in.noticeRequest(), true
		}
		if e, isEvent = formEvent(in.fields); !isEvent {
			e = unreadEvent(in.method, in.text)
		}
	}
	r = calls.Request{
		Call: e.call, Event: &e.Event,
		Method: in.method, Path: in.path,
		Fields: e.fields, Malformed: e.malformed, Fingerprint: e.fingerprint,
	}
	return r, sidProblem(r.Call.SID) == ""
}

// formEvent reads an event from the query of a GET, which some commands can ask
// for. Telnyx does not document its shape: the last part of a name counts, as
// in data[payload][digits]. It is not ok when no field names a call.
func formEvent(all fields) (e event, ok bool) {
	found := members{}
	for _, p := range all.pairs {
		name := strings.TrimSuffix(p.key, "]")
		name = name[strings.LastIndexAny(name, "[.")+1:]
		if raw, err := json.Marshal(clean(p.value)); err == nil && found[name] == nil {
			found[name] = raw
		}
	}
	e = eventOf(found, found)
	e.fields, e.fingerprint = all.kept(), all.fingerprint("")
	return e, e.call.SID != ""
}

// controlID finds the id of a call in a text that should be JSON, and is not.
var controlID = regexp.MustCompile(`"call_control_id"\s*:\s*"([^"\\]{1,128})"`)

// unreadEvent is the event of a webhook that cannot be read, as one that was cut
// off: all that is told of it is the call. The query of a GET is not kept: it
// may hold our fetch key.
func unreadEvent(method, text string) event {
	e := event{fingerprint: fingerprintOf(text)}
	if found := controlID.FindStringSubmatch(text); found != nil && method == http.MethodPost {
		e.call.SID, e.malformed = found[1], kept(text)
	}
	return e
}

// event is one event on its way into our words.
type event struct {
	calls.Event
	call        sessions.Call
	fields      map[string]string // of the payload, as they came
	malformed   string            // the text of what could not be read
	fingerprint string            // the same in every delivery
}
