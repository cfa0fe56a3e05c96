package texml

// DialNoun is who a Dial calls: *Number, *Sip, *Queue, *Conference or *Unknown.
type DialNoun interface {
	dialNoun() string // the element's name
}

// Dial connects the caller to others: to one number given as text, or to nouns. Several Number and
// Sip nouns ring at once unless Sequential is true.
type Dial struct {
	ActionURL                          string     `texml:"action"`                             // requested when the dialed leg ends
	Method                             string     `texml:"method"`                             // of the action, GET or POST; default POST
	CallerID                           string     `texml:"callerId"`                           // number shown, E.164
	FromDisplayName                    string     `texml:"fromDisplayName"`                    // SIP display name, at most 128 of letters, digits, space and -_~!.+
	HangupOnStar                       *bool      `texml:"hangupOnStar"`                       // the caller drops the callee with *; default false
	Timeout                            int        `texml:"timeout"`                            // seconds to ring, 5 to 120; default 30
	TimeLimit                          int        `texml:"timeLimit"`                          // seconds to talk, 60 to 14400; default 14400
	Record                             string     `texml:"record"`                             // do-not-record, record-from-answer, record-from-ringing, either with -dual
	RecordingChannels                  string     `texml:"recordingChannels"`                  // single or dual; default single
	RecordMaxLength                    int        `texml:"recordMaxLength"`                    // seconds, up to 14400; default no limit
	RecordingStatusCallback            string     `texml:"recordingStatusCallback"`            // told of the recording; its reply is not executed
	RecordingStatusCallbackMethod      string     `texml:"recordingStatusCallbackMethod"`      // GET or POST; default POST
	RecordingStatusCallbackEvent       string     `texml:"recordingStatusCallbackEvent"`       // of: in-progress completed absent; default completed
	SendRecordingURL                   *bool      `texml:"sendRecordingUrl"`                   // put the URL into callbacks; default true
	RingTone                           string     `texml:"ringTone"`                           // country of the ringback tone; default us
	AudioURL                           string     `texml:"audioUrl"`                           // ringback of one's own
	AnswerOnBridge                     *bool      `texml:"answerOnBridge"`                     // answer the caller only when the callee does; default false
	Sequential                         *bool      `texml:"sequential"`                         // one noun after the other; default false
	PassDiversionHeader                *bool      `texml:"passDiversionHeader"`                // copy the SIP Diversion header; default false
	MachineDetectionSpeechThreshold    int        `texml:"machineDetectionSpeechThreshold"`    // milliseconds
	MachineDetectionSpeechEndThreshold int        `texml:"machineDetectionSpeechEndThreshold"` // milliseconds
	MachineDetectionSilenceTimeout     int        `texml:"machineDetectionSilenceTimeout"`     // milliseconds
	Number                             string     `texml:",text"`                              // the one destination, when there are no nouns
	Nouns                              []DialNoun `texml:",any"`
	Extra
}

// Number is a phone number to dial.
type Number struct {
	URL                              string `texml:"url"`                              // document run on the callee before the two are connected: Gather and Hangup
	Method                           string `texml:"method"`                           // of the URL, GET or POST; default POST
	StatusCallback                   string `texml:"statusCallback"`                   // told of this leg; its reply is not executed
	StatusCallbackEvent              string `texml:"statusCallbackEvent"`              // of: initiated ringing answered amd dtmf completed; default completed
	StatusCallbackMethod             string `texml:"statusCallbackMethod"`             // GET or POST; default POST
	SendDigits                       string `texml:"sendDigits"`                       // DTMF after the answer: 0-9 * # w
	MachineDetection                 string `texml:"machineDetection"`                 // Enable, DetectMessageEnd or Disable; default Disable
	DetectionMode                    string `texml:"detectionMode"`                    // Regular, Premium or PremiumCallScreening; default Regular
	MachineDetectionTimeout          int    `texml:"machineDetectionTimeout"`          // milliseconds, 500 to 60000; default 3500
	MachineDetectionPromptEndTimeout int    `texml:"machineDetectionPromptEndTimeout"` // milliseconds, 1000 to 120000; PremiumCallScreening
	MachineDetectionBeepProfile      string `texml:"machineDetectionBeepProfile"`      // both or freq_only; default both
	AMDStatusCallback                string `texml:"amdStatusCallback"`                // told of the detection; its reply is not executed
	DeepfakeDetection                string `texml:"deepfakeDetection"`                // Enable
	DeepfakeDetectionCallbackURL     string `texml:"deepfakeDetectionCallbackUrl"`     // told of the detection; its reply is not executed
	SipRegion                        string `texml:"sipRegion"`                        // US, Europe, Canada, Australia or "Middle East"; default US
	Number                           string `texml:",text"`                            // E.164
	Extra
}

// Sip is a SIP address: to dial, or inside of Refer to hand the call to, where Telnyx documents no
// attributes.
type Sip struct {
	URL                              string `texml:"url"`                              // document run on the callee before the two are connected: Gather and Hangup
	Method                           string `texml:"method"`                           // of the URL, GET or POST; default POST
	StatusCallback                   string `texml:"statusCallback"`                   // told of this leg; its reply is not executed
	StatusCallbackEvent              string `texml:"statusCallbackEvent"`              // of: initiated ringing answered amd dtmf completed; default completed
	StatusCallbackMethod             string `texml:"statusCallbackMethod"`             // GET or POST; default POST
	MachineDetection                 string `texml:"machineDetection"`                 // Enable, DetectMessageEnd or Disable; default Disable
	DetectionMode                    string `texml:"detectionMode"`                    // Regular, Premium or PremiumCallScreening; default Regular
	MachineDetectionTimeout          int    `texml:"machineDetectionTimeout"`          // milliseconds, 500 to 60000; default 3500
	MachineDetectionPromptEndTimeout int    `texml:"machineDetectionPromptEndTimeout"` // milliseconds, 1000 to 120000; PremiumCallScreening
	MachineDetectionBeepProfile      string `texml:"machineDetectionBeepProfile"`      // both or freq_only; default both
	AMDStatusCallback                string `texml:"amdStatusCallback"`                // told of the detection; its reply is not executed
	SipRegion                        string `texml:"sipRegion"`                        // US, Europe, Canada, Australia or "Middle East"; default US
	Username                         string `texml:"username"`                         // SIP digest authentication
	Password                         string `texml:"password"`                         // a secret: never to be logged
	URI                              string `texml:",text"`                            // sip:…
	Extra
}

// Queue connects to the caller who has waited longest in a queue.
type Queue struct {
	URL    string `texml:"url"`    // document run on the waiting caller just before: Play, Say, Gather, Pause, Redirect
	Method string `texml:"method"` // of the URL, GET or POST; default POST
	Name   string `texml:",text"`
	Extra
}

// Conference is a room with a name, created by whoever enters first.
type Conference struct {
	Muted                         *bool  `texml:"muted"`                         // enter muted; default false
	StartConferenceOnEnter        *bool  `texml:"startConferenceOnEnter"`        // false waits, muted and with music; default true
	EndConferenceOnExit           *bool  `texml:"endConferenceOnExit"`           // leaving ends it for all; default false
	MaxParticipants               int    `texml:"maxParticipants"`               // 2 to 250; default 250
	Beep                          string `texml:"beep"`                          // true, false, onEnter or onExit; default true
	ParticipantLabel              string `texml:"participantLabel"`              // a unique handle
	Record                        string `texml:"record"`                        // do-not-record or record-from-start; default do-not-record
	RecordBeep                    *bool  `texml:"recordBeep"`                    // default true
	RecordingTimeout              int    `texml:"recordingTimeout"`              // seconds of silence, not a length; default off
	Trim                          string `texml:"trim"`                          // trim-silence or do-not-trim; default do-not-trim
	SendRecordingURL              *bool  `texml:"sendRecordingUrl"`              // put the URL into callbacks; default true
	RecordingStatusCallback       string `texml:"recordingStatusCallback"`       // told of the recording; its reply is not executed
	RecordingStatusCallbackEvent  string `texml:"recordingStatusCallbackEvent"`  // of: in-progress completed absent; default completed
	RecordingStatusCallbackMethod string `texml:"recordingStatusCallbackMethod"` // GET or POST; default POST
	StatusCallback                string `texml:"statusCallback"`                // told of the room; its reply is not executed
	StatusCallbackEvent           string `texml:"statusCallbackEvent"`           // of: start end join leave speaker; default none
	StatusCallbackMethod          string `texml:"statusCallbackMethod"`          // GET or POST; default POST
	WaitURL                       string `texml:"waitUrl"`                       // audio or document before it starts
	WaitMethod                    string `texml:"waitMethod"`                    // GET or POST; default POST
	Name                          string `texml:",text"`
	Extra
}

// Refer hands the call to another platform by SIP REFER.
type Refer struct {
	ActionURL string `texml:"action"` // requested when it is done
	Method    string `texml:"method"` // of the action, GET or POST; default POST
	Sip       *Sip   `texml:"Sip,element"`
	Extra
}

func (*Dial) verb() string  { return "Dial" }
func (*Refer) verb() string { return "Refer" }

func (*Number) dialNoun() string     { return "Number" }
func (*Sip) dialNoun() string        { return "Sip" }
func (*Queue) dialNoun() string      { return "Queue" }
func (*Conference) dialNoun() string { return "Conference" }

// newDialNoun returns an empty noun for the name of an element, or nil when there is no such noun.
func newDialNoun(name string) DialNoun {
	switch name {
	case "Number":
		return new(Number)
	case "Sip":
		return new(Sip)
	case "Queue":
		return new(Queue)
	case "Conference":
		return new(Conference)
	}
	return nil
}

// Asks reports true: a Dial says how it went.
func (*Dial) Asks() bool { return true }

// Action returns the URL requested when the dialed leg ends.
func (d *Dial) Action() string { return d.ActionURL }

// SetAction sets the URL requested when the dialed leg ends, and the method POST where none is set.
func (d *Dial) SetAction(url string) { setAction(&d.ActionURL, &d.Method, url) }

// Asks reports true: a Refer says how it went.
func (*Refer) Asks() bool { return true }

// Action returns the URL requested when the transfer is done.
func (r *Refer) Action() string { return r.ActionURL }

// SetAction sets the URL requested when the transfer is done, and the method POST where none is set.
func (r *Refer) SetAction(url string) { setAction(&r.ActionURL, &r.Method, url) }
