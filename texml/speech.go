package texml

// Say speaks text. It stands in a Response, a Gather or a PayPrompt.
type Say struct {
	Voice               string   `texml:"voice"`               // man, woman, alice or "Provider.Model.Voice"; default man
	Language            string   `texml:"language"`            // ISO tag; honoured for alice, ignored for Polly
	Loop                *int     `texml:"loop"`                // times, 0 to 10; 0 repeats for ever; default 1
	Gender              string   `texml:"gender"`              // Male or Female; Azure only
	Effect              string   `texml:"effect"`              // eq_telecomhp8k or eq_car; Azure only
	VoiceSpeed          *float64 `texml:"voiceSpeed"`          // 0.1 to 2.0; default 1
	APIKeyRef           string   `texml:"api_key_ref"`         // name of an integration secret; needed for ElevenLabs
	Region              string   `texml:"region"`              // cloud region; needed for Azure with a key of one's own
	PronunciationDictID string   `texml:"pronunciationDictId"` // UUID
	LanguageBoost       string   `texml:"languageBoost"`       // Auto, English or en, …; Qwen3TTS voices
	Content             Content  `texml:",content"`            // what is said; elements in it are SSML, which Telnyx documents only for its Voice API
	Extra
}

// Play plays audio, DTMF or a ringback tone. A playback that fails ends the whole document unless
// ContinueOnError is true: Telnyx's rule, not TwiML's. It stands in a Response or a Gather.
type Play struct {
	Loop            *int   `texml:"loop"`            // times; with a ring tone 0 is until interrupted; default 1
	MediaStorage    *bool  `texml:"mediaStorage"`    // URL is the name of a file in Telnyx's media storage; default false
	Digits          string `texml:"digits"`          // DTMF instead of audio: 0-9 * # and w, which waits half a second
	FailoverURL     string `texml:"failoverUrl"`     // audio tried once when the first fails
	ContinueOnError *bool  `texml:"continueOnError"` // go on with the next verb when playing fails; default false
	RingTone        string `texml:"ringTone"`        // country of a ringback tone, as in Dial; excludes a URL
	URL             string `texml:",text"`           // MP3 or WAV
	Extra
}

// Pause waits. It stands in a Response.
type Pause struct {
	Length int `texml:"length"` // seconds, 1 to 180; default 1
	Extra
}

func (*Say) verb() string   { return "Say" }
func (*Play) verb() string  { return "Play" }
func (*Pause) verb() string { return "Pause" }
