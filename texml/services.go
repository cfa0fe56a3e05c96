package texml

// Service is what Start and Stop control: *Suppression, *Transcription, *Stream, *Siprec, *Recording
// or *Unknown.
type Service interface {
	service() string // the element's name
}

// Connection is what Connect hands the call to: *Stream, *AIAssistant, *ConversationRelay or *Unknown.
type Connection interface {
	connection() string // the element's name
}

// Start begins a service and goes on at once.
type Start struct {
	Services []Service `texml:",any"` // Telnyx shows one per Start
	Extra
}

// Stop ends a service: the noun is bare, Stream and Siprec may carry their name. A Recording cannot be
// stopped.
type Stop struct {
	Services []Service `texml:",any"`
	Extra
}

// Connect hands the call to a service and waits until it ends.
type Connect struct {
	ActionURL   string       `texml:"action"` // requested when it ends; AIAssistant and ConversationRelay only
	Method      string       `texml:"method"` // of the action, GET or POST; default POST
	Connections []Connection `texml:",any"`   // Telnyx allows one
	Extra
}

// Suppression takes noise out of the audio.
type Suppression struct {
	Direction              string   `texml:"direction"`              // inbound, outbound or both; default inbound
	NoiseSuppressionEngine string   `texml:"noiseSuppressionEngine"` // Denoiser, DeepFilterNet, Krisp or AiCoustics; default Denoiser
	Model                  string   `texml:"model"`                  // file name of a Krisp model
	SuppressionLevel       *float64 `texml:"suppressionLevel"`       // 0 to 100; Krisp
	Family                 string   `texml:"family"`                 // sparrow or quail; AiCoustics; default sparrow
	Size                   string   `texml:"size"`                   // s, l or vf; AiCoustics; default s
	EnhancementLevel       *float64 `texml:"enhancementLevel"`       // 0 to 1; AiCoustics; default 0.8
	Extra
}

// Transcription turns speech into text while the call goes on. The element of this name in an AIGather
// is [AITranscription].
type Transcription struct {
	TranscriptionCallback       string `texml:"transcriptionCallback"`       // gets the text; its reply is not executed
	TranscriptionCallbackMethod string `texml:"transcriptionCallbackMethod"` // GET or POST; default POST
	TranscriptionEngine         string `texml:"transcriptionEngine"`         // Google, Telnyx, Deepgram, …, also A and B; default Google
	Model                       string `texml:"model"`                       // vendor/model
	Language                    string `texml:"language"`                    // default en
	TranscriptionTracks         string `texml:"transcriptionTracks"`         // inbound, outbound or both; default inbound
	InterimResults              *bool  `texml:"interimResults"`              // Google only; default false
	Hints                       string `texml:"hints"`                       // words to expect, comma-separated
	Keyterms                    string `texml:"keyterms"`                    // the same for Deepgram nova-3
	SmartFormat                 *bool  `texml:"smartFormat"`                 // Deepgram; default true
	APIKeyRef                   string `texml:"apiKeyRef"`                   // name of a secret
	Region                      string `texml:"region"`                      // needed for Azure
	Extra
}

// Stream sends the audio to a WebSocket.
type Stream struct {
	URL                       string      `texml:"url"`                       // wss://…; none under Stop
	Track                     string      `texml:"track"`                     // inbound_track, outbound_track or both_tracks; default inbound_track
	Name                      string      `texml:"name"`                      // handle for Stop
	Codec                     string      `texml:"codec"`                     // PCMU, PCMA, G722, OPUS, AMR-WB or default
	BidirectionalMode         string      `texml:"bidirectionalMode"`         // mp3 or rtp; default mp3
	BidirectionalCodec        string      `texml:"bidirectionalCodec"`        // with rtp; default PCMU
	BidirectionalSamplingRate int         `texml:"bidirectionalSamplingRate"` // Hz: 8000, 16000 or 24000; default 8000
	StatusCallback            string      `texml:"statusCallback"`            // told of the stream; its reply is not executed
	StatusCallbackMethod      string      `texml:"statusCallbackMethod"`      // GET or POST; default POST
	EnableReconnect           *bool       `texml:"enableReconnect"`           // default true
	Parameters                []Parameter `texml:"Parameter,element"`         // sent in the WebSocket's start message
	Extra
}

// Parameter is a name and a value for a Stream, a ConversationRelay or a Pay.
type Parameter struct {
	Name  string `texml:"name"`
	Value string `texml:"value"`
	Extra
}

// Siprec sends a copy of the audio to a recorder by SIPREC.
type Siprec struct {
	ConnectorName                string `texml:"connectorName"`                // configured at Telnyx; none under Stop
	Name                         string `texml:"name"`                         // handle for Stop
	Track                        string `texml:"track"`                        // inbound_track, outbound_track or both_tracks; default both_tracks
	StatusCallback               string `texml:"statusCallback"`               // told of the session; its reply is not executed
	StatusCallbackMethod         string `texml:"statusCallbackMethod"`         // GET or POST; default POST
	IncludeMetadataCustomHeaders *bool  `texml:"includeMetadataCustomHeaders"` // default false
	Secure                       *bool  `texml:"secure"`                       // SRTP and TLS; default false
	SessionTimeoutSecs           *int   `texml:"sessionTimeoutSecs"`           // seconds, 90 to 14440; 0 is off; default 1800
	Extra
}

// AIAssistant starts a stored assistant, or joins a running conversation.
type AIAssistant struct {
	ID              string `texml:"id"`              // assistant-…
	Join            string `texml:"join"`            // a conversation to join instead
	ParticipantName string `texml:"participantName"` // with Join
	ParticipantRole string `texml:"participantRole"` // user or assistant, with Join; default user
	Extra
}

// ConversationRelay lets Telnyx do speech to text and back for a WebSocket server that speaks text.
// Its action belongs on Connect.
type ConversationRelay struct {
	URL                          string      `texml:"url"`                          // wss://…
	WelcomeGreeting              string      `texml:"welcomeGreeting"`              // spoken first
	Voice                        string      `texml:"voice"`                        // "Provider.Model.Voice"
	Language                     string      `texml:"language"`                     // of both directions, such as en
	TranscriptionProvider        string      `texml:"transcriptionProvider"`        // deepgram, google, telnyx
	Interruptible                string      `texml:"interruptible"`                // none, any, speech, dtmf, true or false; default any
	WelcomeGreetingInterruptible string      `texml:"welcomeGreetingInterruptible"` // the same
	DTMFDetection                *bool       `texml:"dtmfDetection"`                // send dtmf frames; default false
	BackgroundAudioType          string      `texml:"backgroundAudioType"`          // media_url; with the next one
	BackgroundAudioValue         string      `texml:"backgroundAudioValue"`         // URL of audio
	Languages                    []Language  `texml:"Language,element"`
	Parameters                   []Parameter `texml:"Parameter,element"` // sent in the setup frame
	Extra
}

// Language is how a ConversationRelay handles one language.
type Language struct {
	Code                  string `texml:"code"`
	TTSProvider           string `texml:"ttsProvider"`
	Voice                 string `texml:"voice"`
	TranscriptionProvider string `texml:"transcriptionProvider"`
	SpeechModel           string `texml:"speechModel"`         // such as nova-2
	BackgroundAudioType   string `texml:"backgroundAudioType"` // media_url; with the next one
	BackgroundAudioValue  string `texml:"backgroundAudioValue"`
	Extra
}

func (*Start) verb() string   { return "Start" }
func (*Stop) verb() string    { return "Stop" }
func (*Connect) verb() string { return "Connect" }

func (*Suppression) service() string   { return "Suppression" }
func (*Transcription) service() string { return "Transcription" }
func (*Stream) service() string        { return "Stream" }
func (*Siprec) service() string        { return "Siprec" }

func (*Stream) connection() string            { return "Stream" }
func (*AIAssistant) connection() string       { return "AIAssistant" }
func (*ConversationRelay) connection() string { return "ConversationRelay" }

// newService returns an empty service for the name of an element, or nil when there is none.
func newService(name string) Service {
	switch name {
	case "Suppression":
		return new(Suppression)
	case "Transcription":
		return new(Transcription)
	case "Stream":
		return new(Stream)
	case "Siprec":
		return new(Siprec)
	case "Recording":
		return new(Recording)
	}
	return nil
}

// newConnection returns an empty connection for the name of an element, or nil when there is none.
func newConnection(name string) Connection {
	switch name {
	case "Stream":
		return new(Stream)
	case "AIAssistant":
		return new(AIAssistant)
	case "ConversationRelay":
		return new(ConversationRelay)
	}
	return nil
}

// Asks reports whether the call is handed to an AIAssistant or a ConversationRelay: Telnyx requests
// no action after a Stream.
func (c *Connect) Asks() bool {
	for _, n := range c.Connections {
		switch n.(type) {
		case *AIAssistant, *ConversationRelay:
			return true
		}
	}
	return false
}

// Action returns the URL requested when the service ends.
func (c *Connect) Action() string { return c.ActionURL }

// SetAction sets the URL requested when the service ends, and the method POST where none is set.
func (c *Connect) SetAction(url string) { setAction(&c.ActionURL, &c.Method, url) }
