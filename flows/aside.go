package flows

import (
	"fmt"
	"time"

	"texmlsrv/sessions"
	"texmlsrv/texml"
)

// asidePause is how many seconds are waited where an aside cannot be played.
const asidePause = 5

// Aside is the document of a step that is played without being a turn: hold
// music, a whisper to the person called. It reads the session as it stands and
// never moves it. When it cannot be played the document is a silent pause,
// which harms no leg, and the error says why.
func (r *Release) Aside(s *sessions.Session, flow, step string, now time.Time) (Document, error) {
	d := r.decide(s, now)
	d.aside = true
	if d.flow = r.Flows[flow]; d.flow == nil || d.flow.Steps[step] == nil || d.flow.Steps[step].Document == nil {
		return Quiet(), fmt.Errorf("flows: aside %s/%s: there is no such document", flow, step)
	}
	document, _, _, err := d.draw(d.flow.Steps[step], d.scope())
	if err != nil {
		return Quiet(), fmt.Errorf("flows: aside %s/%s: %w", flow, step, err)
	}
	return document, nil
}

// Quiet is a document that waits a moment and says nothing.
func Quiet() Document {
	return Document{(&texml.Response{Verbs: []texml.Verb{&texml.Pause{Length: asidePause}}}).Bytes()}
}
