package callbacks

import (
	"math"
	"slices"
	"strings"

	"texmlsrv/calls"
)

const (
	costPrefix     = "CallCost[" // followed by the CallSid and a bracket
	progressSource = "call-progress-events"
	costSource     = "call-cost-events"
)

// progressWords are the values of CallStatus in the course of a call.
var progressWords = []string{
	"queued", "initiated", "ringing", "in_progress", "answered",
	"completed", "busy", "no_answer", "canceled", "failed",
}

// conversationWords are values of CallStatus that name an event of an AI
// conversation, not the state of the call.
var conversationWords = []string{"conversation_created", "conversation_ended", "analyzed"}

// callback says which notification a request is by its fields; nil for one
// that fetches a document or brings an answer. Telnyx sends no discriminator,
// so the first row that fits decides; more telling fields come first.
func (f *form) callback(all fields) *calls.Callback {
	own := word(f.CallStatus)
	switch {
	case f.showsAI(), f.PayResult != "":
		return nil
	case f.CallbackSource == costSource, all.hasPrefix(costPrefix):
		return f.notification(calls.CallbackCost, "")
	case f.TranscriptionSid != "", f.TranscriptionText != "", f.Transcript != nil && f.IsFinal != "":
		return f.notification(calls.CallbackTranscription, f.TranscriptionStatus)
	case f.ConferenceSid != "" && f.StatusCallbackEvent != "":
		return f.notification(calls.CallbackConference, f.StatusCallbackEvent)
	case f.RecordingStatus != "", f.RecordingSid != "" && f.CallStatus == "":
		return f.notification(calls.CallbackRecording, f.RecordingStatus)
	case f.SiprecSid != "":
		return f.notification(calls.CallbackSiprec, f.SiprecEvent)
	case f.StreamSid != "":
		return f.notification(calls.CallbackStream, f.StreamEvent)
	case f.ReferCallStatus != "":
		return nil
	case f.QueueSid != "":
		return f.notification(calls.CallbackQueue, f.QueueResult)
	case f.MachineDetectionDuration != "" && f.CallStatus == "":
		return f.notification(calls.CallbackMachine, "")
	case f.DialCallStatus != "", f.DialCallSid != "":
		return nil
	case f.Digit != "" && own == "dtmf":
		return f.notification(calls.CallbackDigit, own)
	case f.Digits != nil, f.SpeechResult != nil:
		return nil
	case slices.Contains(conversationWords, own):
		return f.notification(calls.CallbackConversation, own)
	case f.CallbackSource == progressSource:
		return f.notification(calls.CallbackProgress, own)
	}
	return nil
}

// otherCallback is for a callback route, where a request is a notification
// even when its fields look like none.
func (f *form) otherCallback() *calls.Callback {
	own := word(f.CallStatus)
	if slices.Contains(progressWords, own) {
		return f.notification(calls.CallbackProgress, own)
	}
	return f.notification(calls.CallbackOther, own)
}

// notification fills a callback of one kind. A call is over when its own
// progress says a final word: not that of a leg it dialed, and not the action
// of a Dial, which repeats the caller's leg.
func (f *form) notification(kind, status string) *calls.Callback {
	return &calls.Callback{
		Kind:   kind,
		Status: word(status),
		Parent: f.parent(),
		Ends: kind == calls.CallbackProgress && f.ParentCallSid == "" && f.DialCallStatus == "" &&
			slices.Contains(dialFinal, word(status)),
		AnsweredBy: word(f.AnsweredBy),
		Recording:  f.recording(),
	}
}

// talkEnded is what a callback tells that says that an AI conversation is over;
// nil for any other. It does not say when that was, or what was gathered.
func (f *form) talkEnded(callback *calls.Callback) *calls.Event {
	if callback == nil || callback.Kind != calls.CallbackConversation || callback.Status != calls.ConversationEnded {
		return nil
	}
	e := &calls.Event{
		Status: word(f.Reason), Reason: cut(f.Reason, 256), Seconds: number(f.DurationSec, math.MaxInt32),
		Conversation: cut(f.ConversationID, nameLimit),
	}
	e.Kind = calls.ConversationEnded
	e.History, _ = f.history()
	return e
}

// parent is the call that dialed this leg; an id that cannot be one is none.
func (f *form) parent() string {
	if sidProblem(f.ParentCallSid) != "" {
		return ""
	}
	return f.ParentCallSid
}

// hasPrefix reports whether a field's name begins with prefix.
func (f fields) hasPrefix(prefix string) bool {
	return slices.ContainsFunc(f.pairs, func(p pair) bool { return strings.HasPrefix(p.key, prefix) })
}
