package callbacks

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"texmlsrv/calls"
	"texmlsrv/flows"
	"texmlsrv/sessions"
)

// brought fills every group whose fields are there; which of them counts is
// told by what the document of the turn asked. It also returns the text of a
// result or history that could not be read.
//
// A few fields show a verb only on a URL that was handed out for an answer:
// they are in other requests as well, and a request without a ticket may be any.
func (in *incoming) brought(values map[string]string, callback *calls.Callback) (b flows.Brought, malformed string) {
	f := &in.form
	ticketed := in.ticket != ""
	b = flows.Brought{
		Digits:    f.Digits,
		Speech:    f.speech(),
		Dial:      f.dial(ticketed),
		Recording: f.recording(),
		Words:     f.words(ticketed, callback),
	}
	if b.Speech != nil {
		b.Confidence = number(f.Confidence, 1)
	}
	if f.showsAI() || f.showsSilentAI(ticketed, callback) {
		b.AI, malformed = f.ai()
	}
	if extracted := extractedValues(values); len(extracted) > 0 && (ticketed || in.method == http.MethodPost) {
		// The query of a GET without a ticket may hold parameters of the portal's URL.
		b.Words = withWord(b.Words, "HttpRequest", flows.Word{Status: "completed", Values: extracted})
	}
	return b, malformed
}

// speech is what was understood. Live requests carry SpeechResult; Transcript
// is the name on an older page, and with IsFinal it is a live transcription.
func (f *form) speech() *string {
	if f.Transcript == nil || f.IsFinal != "" || f.SpeechResult != nil && *f.SpeechResult != "" {
		return f.SpeechResult
	}
	return f.Transcript
}

// dialFinal are the words for how a dialed leg, or a call, ended.
var dialFinal = []string{"completed", "busy", "no_answer", "canceled", "failed"}

// dial is how the dialed leg ended. A Dial action repeats the fields of the
// caller's own leg, whose CallStatus is used only where there is nothing else.
func (f *form) dial(ticketed bool) *flows.DialResult {
	own := word(f.CallStatus)
	final := slices.Contains(dialFinal, own)
	shown := f.DialCallStatus != "" || f.DialCallSid != ""
	result := &flows.DialResult{Status: word(f.DialCallStatus), Seconds: number(f.DialCallDuration, math.MaxInt32)}
	switch {
	case !shown && !(ticketed && final):
		return nil
	case result.Status != "":
	case f.ErrorCode != "" || f.ErrorCodeOfDial != "" || !final:
		result.Status = "failed"
	default:
		result.Status = own
	}
	return result
}

// recording is what was recorded: of a Record action and of a recording
// callback, which look alike.
func (f *form) recording() *sessions.Recording {
	if word(f.RecordingStatus) == "absent" || f.RecordingSid == "" && f.RecordingURL == "" {
		return nil
	}
	return &sessions.Recording{
		ID:      cut(f.RecordingSid, 128),
		Seconds: number(f.RecordingDuration, math.MaxInt32),
	}
}

// words are how the verbs ended that bring a word, each only where a field of
// its own is there. Enqueue publishes no fields for its action; TwiML's
// QueueResult is read, and a queue without it was left. The status callbacks of
// a Pay look like its action but for PayResult.
func (f *form) words(ticketed bool, callback *calls.Callback) map[string]flows.Word {
	var words map[string]flows.Word
	if f.QueueSid != "" || f.QueueResult != "" {
		left := flows.Word{Status: "left"}
		if f.QueueResult != "" {
			left.Status = word(f.QueueResult)
		}
		words = withWord(words, "Enqueue", left)
	}
	if f.Reason != "" && (callback == nil || callback.Kind != calls.CallbackConversation) {
		words = withWord(words, "Connect", flows.Word{Status: word(f.Reason), Reason: cut(f.Reason, 256)})
	}
	if f.ReferCallStatus != "" {
		words = withWord(words, "Refer", flows.Word{Status: word(f.ReferCallStatus), Reason: cut(f.ReferSipResponseCode, 256)})
	}
	if f.PayResult != "" || ticketed && f.pays() {
		pay := flows.Word{Status: word(f.PayResult), Reason: word(f.Result)}
		if pay.Status == "" {
			pay.Status = pay.Reason
		}
		words = withWord(words, "Pay", pay)
	}
	return words
}

func withWord(words map[string]flows.Word, verb string, w flows.Word) map[string]flows.Word {
	if words == nil {
		words = make(map[string]flows.Word, 1)
	}
	words[verb] = w
	return words
}

// pays reports whether a request is of a Pay: its Result and Status look like
// those of an AI gather.
func (f *form) pays() bool {
	return f.PayResult != "" || f.PaymentMethod != "" || f.PaymentConnector != "" ||
		f.PaymentStep != "" || f.PayFor != "" || f.PayAttempt != ""
}

// extractedValues are the fields that no page of Telnyx lists: what the
// Response mapping of an HttpRequest took out of its reply. A value whose
// author gave it a listed name cannot be told from the field, and is left out.
func extractedValues(kept map[string]string) sessions.Values {
	values := make(sessions.Values)
	for key, value := range kept {
		if !declared[key] && !standard[key] && !strings.HasPrefix(key, costPrefix) {
			values[key] = value
		}
	}
	return values
}

// number reads a decimal between 0 and limit; what is not one is 0.
func number(s string, limit float64) float64 {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(n, 0) || !(n > 0) {
		return 0
	}
	return min(n, limit)
}

// standard are the names that Telnyx's pages list, or that were seen live, and
// that form does not read.
var standard = nameSet(
	// any request
	"AccountSid", "CallSidLegacy", "ConnectionId", "FromSipUri", "ToSipUri", "ParentCallSidLegacy",
	// call progress and Dial
	"AnsweredTime", "CallControlId", "CallDuration", "CallInitiatedAt", "CallLegId", "CallQualityStats", "CallSessionId",
	"Codec", "DialCallSidLegacy", "EndTime", "ErrorMessage", "HangupCause", "HangupSource", "OccurredAt", "OrganizationId",
	"SamplingRate", "SequenceNumber", "ShakenStirAttestation", "ShakenStirValidated", "SipHangupCause", "StartTime",
	"Timestamp", "UserId", "error_message",
	// recordings and queues
	"RecordingChannels", "RecordingEndTime", "RecordingSource", "RecordingStartTime",
	"AvgQueueTime", "CurrentQueueSize", "QueuePosition", "QueueTime",
	// conferences, streams, Refer
	"FriendlyName", "ParticipantLabel", "SiprecError", "StreamError", "StreamName", "NotifySipResponseCode",
	// AI conversations
	"AssistantId", "ConversationInsights", "Cost", "LlmModel", "Recordings", "SttModel",
	"TransferStatus", "TtsModelId", "TtsProvider", "TtsVoiceId",
	// Pay
	"ChargeId", "ErrorType", "PayErrorCode", "PaymentConfirmationCode", "PaymentError", "PaymentToken", "TokenId",
)

func nameSet(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}
