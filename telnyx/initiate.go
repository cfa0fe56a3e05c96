package telnyx

import (
	"context"
	"log/slog"

	"texmlsrv/telnyx/commands"
)

// InitiateCall begins a call on a TeXML application. Without URL and Texml the
// application's own URL is fetched.
type InitiateCall struct {
	To                   string `json:"To"`             // number or SIP address
	From                 string `json:"From"`           // number
	ApplicationSID       string `json:"ApplicationSid"` // of the TeXML application
	URL                  string `json:"Url,omitempty"`
	URLMethod            string `json:"UrlMethod,omitempty"`
	FallbackURL          string `json:"FallbackUrl,omitempty"`
	Texml                string `json:"Texml,omitempty"`     // instead of URL
	CallerID             string `json:"CallerId,omitempty"`  // name to show, at most 128 characters
	Timeout              int    `json:"Timeout,omitempty"`   // of ringing, 5 to 120 seconds; Telnyx: 30
	TimeLimit            int    `json:"TimeLimit,omitempty"` // of the call, 30 to 14400 seconds
	StatusCallback       string `json:"StatusCallback,omitempty"`
	StatusCallbackMethod string `json:"StatusCallbackMethod,omitempty"`
	StatusCallbackEvent  string `json:"StatusCallbackEvent,omitempty"` // words of initiated ringing answered completed
	Detection
	Recording
	SipAuthUsername  string   `json:"SipAuthUsername,omitempty"`
	SipAuthPassword  string   `json:"SipAuthPassword,omitempty"`
	SipRegion        string   `json:"SipRegion,omitempty"`       // US, Europe, Canada, Australia or Middle East
	MediaEncryption  string   `json:"MediaEncryption,omitempty"` // disabled, SRTP or DTLS
	PreferredCodecs  string   `json:"PreferredCodecs,omitempty"` // with commas between them
	CustomHeaders    []Header `json:"CustomHeaders,omitempty"`
	SuperviseCallSID string   `json:"SuperviseCallSid,omitempty"`
	SupervisingRole  string   `json:"SupervisingRole,omitempty"` // barge, whisper or monitor
}

// Detection tells people from answering machines. Times are milliseconds.
type Detection struct {
	MachineDetection                   string `json:"MachineDetection,omitempty"` // Enable, Disable or DetectMessageEnd
	DetectionMode                      string `json:"DetectionMode,omitempty"`    // Regular, Premium or PremiumCallScreening
	MachineDetectionTimeout            int    `json:"MachineDetectionTimeout,omitempty"`
	MachineDetectionSilenceTimeout     int    `json:"MachineDetectionSilenceTimeout,omitempty"`
	MachineDetectionSpeechThreshold    int    `json:"MachineDetectionSpeechThreshold,omitempty"`
	MachineDetectionSpeechEndThreshold int    `json:"MachineDetectionSpeechEndThreshold,omitempty"`
	MachineDetectionPromptEndTimeout   int    `json:"MachineDetectionPromptEndTimeout,omitempty"`
	MachineDetectionBeepProfile        string `json:"MachineDetectionBeepProfile,omitempty"` // both or freq_only
	AsyncAmd                           bool   `json:"AsyncAmd,omitempty"`                    // the document does not wait for the finding
	AsyncAmdStatusCallback             string `json:"AsyncAmdStatusCallback,omitempty"`
	AsyncAmdStatusCallbackMethod       string `json:"AsyncAmdStatusCallbackMethod,omitempty"`
	CancelPlaybackOnMachineDetection   *bool  `json:"CancelPlaybackOnMachineDetection,omitempty"` // Telnyx: true
	CancelPlaybackOnDetectMessageEnd   *bool  `json:"CancelPlaybackOnDetectMessageEnd,omitempty"` // Telnyx: true
	DeepfakeDetection                  string `json:"DeepfakeDetection,omitempty"`                // Enable
	DeepfakeDetectionCallbackURL       string `json:"DeepfakeDetectionCallbackUrl,omitempty"`
	DeepfakeDetectionCallbackMethod    string `json:"DeepfakeDetectionCallbackMethod,omitempty"`
}

// Recording says whether and how the call is recorded.
type Recording struct {
	Record                        bool   `json:"Record,omitempty"`
	RecordingChannels             string `json:"RecordingChannels,omitempty"` // mono or dual
	RecordingTrack                string `json:"RecordingTrack,omitempty"`    // inbound, outbound or both
	RecordingTimeout              int    `json:"RecordingTimeout,omitempty"`  // seconds of silence that end it
	Trim                          string `json:"Trim,omitempty"`              // trim-silence or do-not-trim
	SendRecordingURL              *bool  `json:"SendRecordingUrl,omitempty"`  // Telnyx: true
	RecordingStatusCallback       string `json:"RecordingStatusCallback,omitempty"`
	RecordingStatusCallbackEvent  string `json:"RecordingStatusCallbackEvent,omitempty"` // words of in-progress completed absent
	RecordingStatusCallbackMethod string `json:"RecordingStatusCallbackMethod,omitempty"`
}

// String hides the numbers and the password.
func (InitiateCall) String() string { return commands.InitiateCall }

// GoString is String.
func (i InitiateCall) GoString() string { return i.String() }

// LogValue is String.
func (i InitiateCall) LogValue() slog.Value { return slog.StringValue(i.String()) }

// Queued is Telnyx's answer to a new call. It is documented without an id, which
// the first fetch of a document brings.
type Queued struct {
	SID      string // "" where the answer has none
	From, To string
	Status   string // queued
}

// InitiateCall begins a call. It is repeated only when Telnyx cannot have begun
// one: no connection came about, or the answer was 429. Nothing in a request
// tells Telnyx that it is a repetition, and a person who is called twice is worse
// off than one who is not called.
func (a *API) InitiateCall(ctx context.Context, i InitiateCall) (Queued, error) {
	body, err := checked(commands.InitiateCall, i)
	if err != nil {
		return Queued{}, err
	}
	answer, err := a.send(ctx, request{name: commands.InitiateCall, body: body, kind: jsonType, path: a.calls()})
	if err != nil {
		return Queued{}, err
	}
	return readQueued(answer)
}
