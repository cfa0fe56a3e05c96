package simulator

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"texmlsrv/simulator/wire"
	"texmlsrv/texml"
)

// connect gives the call to a service until that is done with it. A Stream
// requests no action, nor does an assistant that transfers the call.
func (l *leg) connect(ctx context.Context, v *texml.Connect) (onward, error) {
	if l.hears(Line{Kind: "connect", Text: services(v.Connections)}, 0) {
		return hungUp, nil
	}
	act, err := l.asks(ctx, Moment{Kind: MomentConnect, Verb: v})
	if err != nil {
		return onward{}, err
	}
	seconds := cmp.Or(act.Seconds, 60)
	l.pass(seconds)
	reason := cmp.Or(act.Reason, act.Status, "handoff")
	var ended []request
	if v.Asks() {
		ended = l.conversation(talked{seconds: seconds, reason: reason, messages: act.Conversation})
	}
	if act.HangUp {
		l.does("hangs_up", "")
		l.partings = append(l.partings, ended...)
		return hungUp, nil
	}
	if !v.Asks() || reason == "normal" {
		l.tell(ctx, ended...)
		return onward{}, l.skips(ctx)
	}
	return l.answers(ctx, l.request(MomentConnect, v.Method, v.ActionURL, l.ids.Connect(reason)), v.ActionURL, around{after: ended})
}

// services names what a call is connected to.
func services(all []texml.Connection) string {
	var names []string
	for _, one := range all {
		switch c := one.(type) {
		case *texml.Stream:
			names = append(names, "Stream "+c.URL)
		case *texml.AIAssistant:
			names = append(names, "AIAssistant "+cmp.Or(c.ID, c.Join))
		case *texml.ConversationRelay:
			names = append(names, "ConversationRelay "+c.URL)
		}
	}
	return strings.Join(names, ", ")
}

// refer hands the call over to another platform. Without an action it is gone.
func (l *leg) refer(ctx context.Context, v *texml.Refer) (onward, error) {
	to := ""
	if v.Sip != nil {
		to = strings.TrimSpace(v.Sip.URI)
	}
	if l.hears(Line{Kind: "refer", Text: to}, 2) {
		return hungUp, nil
	}
	act, err := l.asks(ctx, Moment{Kind: MomentRefer, Verb: v})
	if err != nil {
		return onward{}, err
	}
	if act.HangUp {
		l.does("hangs_up", "")
		return hungUp, nil
	}
	if strings.TrimSpace(v.ActionURL) == "" && act.Status == "" {
		return onward{end: Transferred}, nil
	}
	response, notify := cmp.Or(act.Reason, "202"), "200"
	if act.Status != "" {
		notify = ""
	}
	form := l.ids.Refer(cmp.Or(act.Status, "in_progress"), response, notify, l.clock.Now())
	return l.answers(ctx, l.request(MomentRefer, v.Method, v.ActionURL, form), v.ActionURL, around{})
}

// pay takes a payment. Without an action it asks for the current document again.
func (l *leg) pay(ctx context.Context, v *texml.Pay) (onward, error) {
	if l.hears(Line{Kind: "pay", Text: strings.TrimSpace(v.ChargeAmount + " " + cmp.Or(v.Currency, "USD"))}, 0) {
		return hungUp, nil
	}
	act, err := l.asks(ctx, Moment{Kind: MomentPay, Verb: v})
	if err != nil {
		return onward{}, err
	}
	payment := wire.Payment{Method: v.PaymentMethod, Connector: v.PaymentConnector, Step: "payment-card-number"}
	l.tell(ctx, l.notice(KindPayment, v.StatusCallbackMethod, v.StatusCallback, l.ids.PayStatus("processing", "pending", payment))...)
	l.pass(cmp.Or(act.Seconds, 40))
	if act.HangUp {
		l.does("hangs_up", "")
		return hungUp, nil
	}
	status := cmp.Or(act.Status, "success")
	payment.Result = cmp.Or(act.Reason, status)
	if status != "success" {
		payment.Error = act.Reason
	}
	told := l.notice(KindPayment, v.StatusCallbackMethod, v.StatusCallback, l.ids.PayStatus("completed", status, payment))
	action := cmp.Or(strings.TrimSpace(v.ActionURL), l.doc.url.String())
	return l.answers(ctx, l.request(MomentPay, v.Method, action, l.ids.Pay(payment)), action, around{before: told})
}

// starts begins a service that runs beside the document.
func (l *leg) starts(ctx context.Context, v *texml.Start) (gone bool) {
	for _, one := range v.Services {
		name, told := "unknown", []request(nil)
		switch s := one.(type) {
		case *texml.Stream:
			name, told = "Stream", l.notice(KindService, s.StatusCallbackMethod, s.StatusCallback, l.ids.Stream("stream-started", s.Name, "", l.clock.Now()))
		case *texml.Siprec:
			name, told = "Siprec", l.notice(KindService, s.StatusCallbackMethod, s.StatusCallback, l.ids.Siprec("siprec-started", "", l.clock.Now()))
		case *texml.Recording:
			name = "Recording"
			r := l.recorder("StartCallRecordingAPI", s.RecordingStatusCallback, s.RecordingStatusCallbackMethod, s.RecordingStatusCallbackEvent)
			told = r.begins()
			l.running = append(l.running, r)
		case *texml.Transcription:
			name = "Transcription"
			if s.TranscriptionCallback != "" {
				l.transcribes = &request{kind: KindTranscription, url: l.resolve(s.TranscriptionCallback), method: cmp.Or(s.TranscriptionCallbackMethod, http.MethodPost)}
			}
		case *texml.Suppression:
			name = "Suppression"
		}
		if l.hears(Line{Kind: "start", Text: name}, 0) {
			return true
		}
		l.tell(ctx, told...)
	}
	return false
}

// stops ends services that run beside the document.
func (l *leg) stops(ctx context.Context, v *texml.Stop) (gone bool) {
	for _, one := range v.Services {
		name, told := "unknown", []request(nil)
		switch s := one.(type) {
		case *texml.Stream:
			name, told = "Stream", l.notice(KindService, s.StatusCallbackMethod, s.StatusCallback, l.ids.Stream("stream-stopped", s.Name, "", l.clock.Now()))
		case *texml.Siprec:
			name, told = "Siprec", l.notice(KindService, s.StatusCallbackMethod, s.StatusCallback, l.ids.Siprec("siprec-stopped", "", l.clock.Now()))
		case *texml.Transcription:
			name = "Transcription"
			l.transcribes = nil
		case *texml.Suppression:
			name = "Suppression"
		}
		if l.hears(Line{Kind: "stop", Text: name}, 0) {
			return true
		}
		l.tell(ctx, told...)
	}
	return false
}
