package callbacks

import (
	"fmt"
	"reflect"

	"github.com/gorilla/schema"
)

// form is what we read of the platform's fields, under its own names. It is
// flat and holds texts alone, so that a hostile key can reach nothing.
// Everything on the wire is text; a pointer tells an empty field from none.
type form struct {
	// Any request.
	CallSid          string `form:"CallSid"`
	From             string `form:"From"`
	To               string `form:"To"`
	CallerID         string `form:"CallerId"`
	CallingPartyType string `form:"CallingPartyType"`
	Direction        string `form:"Direction"`
	CallStatus       string `form:"CallStatus"`
	AnsweredBy       string `form:"AnsweredBy"`

	// AIGather; Result and the plain histories are of an older revision.
	Status               string `form:"Status"`
	Base64Result         string `form:"Base64Result"`
	Base64MessageHistory string `form:"Base64MessageHistory"`
	Result               string `form:"Result"`
	MessageHistory       string `form:"MessageHistory"`
	Messages             string `form:"Messages"`

	// Gather; Transcript is what an older page calls SpeechResult.
	Digits       *string `form:"Digits"`
	SpeechResult *string `form:"SpeechResult"`
	Transcript   *string `form:"Transcript"`
	Confidence   string  `form:"Confidence"`

	// Dial.
	DialCallSid      string `form:"DialCallSid"`
	DialCallStatus   string `form:"DialCallStatus"`
	DialCallDuration string `form:"DialCallDuration"`
	ErrorCode        string `form:"ErrorCode"`
	ErrorCodeOfDial  string `form:"error_code"` // the verb's page spells it so

	// Record, and recording callbacks.
	RecordingSid      string `form:"RecordingSid"`
	RecordingStatus   string `form:"RecordingStatus"`
	RecordingDuration string `form:"RecordingDuration"`
	RecordingURL      string `form:"RecordingUrl"`

	// Enqueue, Connect, Refer, Pay.
	QueueSid             string `form:"QueueSid"`
	QueueResult          string `form:"QueueResult"`
	Reason               string `form:"Reason"`
	ReferCallStatus      string `form:"ReferCallStatus"`
	ReferSipResponseCode string `form:"ReferSipResponseCode"`
	PayResult            string `form:"PayResult"`
	PaymentMethod        string `form:"PaymentMethod"`
	PaymentConnector     string `form:"PaymentConnector"`
	PaymentStep          string `form:"PaymentStep"`
	PayFor               string `form:"For"`
	PayAttempt           string `form:"Attempt"`

	// Callbacks.
	CallbackSource           string `form:"CallbackSource"`
	ParentCallSid            string `form:"ParentCallSid"`
	Digit                    string `form:"Digit"`
	MachineDetectionDuration string `form:"MachineDetectionDuration"`
	TranscriptionSid         string `form:"TranscriptionSid"`
	TranscriptionStatus      string `form:"TranscriptionStatus"`
	TranscriptionText        string `form:"TranscriptionText"`
	IsFinal                  string `form:"IsFinal"`
	ConferenceSid            string `form:"ConferenceSid"`
	StatusCallbackEvent      string `form:"StatusCallbackEvent"`
	SiprecSid                string `form:"SiprecSid"`
	SiprecEvent              string `form:"SiprecEvent"`
	StreamSid                string `form:"StreamSid"`
	StreamEvent              string `form:"StreamEvent"`
	ConversationID           string `form:"ConversationId"`
	DurationSec              string `form:"DurationSec"`
}

// declared are the names that form reads. Only they reach the form library.
var declared = declaredNames(reflect.TypeFor[form]())

func declaredNames(t reflect.Type) map[string]bool {
	names := make(map[string]bool, t.NumField())
	for i := range t.NumField() {
		names[t.Field(i).Tag.Get("form")] = true
	}
	return names
}

// formDecoder is safe for use by many goroutines, and not changed once made.
var formDecoder = newFormDecoder()

func newFormDecoder() *schema.Decoder {
	d := schema.NewDecoder()
	d.SetAliasTag("form")
	d.IgnoreUnknownKeys(true)
	return d
}

// decodeForm fills a form from values that hold declared names alone. It is
// the only place that knows the form library; docs/adr/0001-form-decoding.md
// says why it is this one.
func decodeForm(values map[string][]string) (f form, err error) {
	defer func() {
		// Form libraries have panicked on keys from outside before.
		if p := recover(); p != nil {
			err = fmt.Errorf("callbacks: decode form: %v", p)
		}
	}()
	if err := formDecoder.Decode(&f, values); err != nil {
		return f, fmt.Errorf("callbacks: decode form: %w", err)
	}
	return f, nil
}
