package texml

// Gather collects digits or speech while its prompts are played. It has no method attribute: the
// method that the TeXML application is configured with is used. When nothing is entered the next verb
// runs.
type Gather struct {
	ActionURL                   string  `texml:"action"`                      // gets what was entered; its reply is the next document
	Input                       string  `texml:"input"`                       // dtmf, speech or "dtmf speech"; default dtmf
	Timeout                     int     `texml:"timeout"`                     // seconds between digits, 1 to 120, counted once the prompts are over; default 5
	SpeechTimeout               int     `texml:"speechTimeout"`               // seconds of silence that end speech
	NumDigits                   int     `texml:"numDigits"`                   // exact count
	MinDigits                   int     `texml:"minDigits"`                   // 1 to 128; default 1
	MaxDigits                   int     `texml:"maxDigits"`                   // 1 to 128; default 128
	ValidDigits                 string  `texml:"validDigits"`                 // the digits accepted: 0-9 * #
	InvalidDigitsAction         string  `texml:"invalidDigitsAction"`         // gets rejected input and takes over the call
	FinishOnKey                 *string `texml:"finishOnKey"`                 // keys that end the input; "" for none; default #
	Language                    string  `texml:"language"`                    // of speech; default en-US
	TranscriptionEngine         string  `texml:"transcriptionEngine"`         // Google, Telnyx, Deepgram, Azure, …
	Model                       string  `texml:"model"`                       // vendor/model, of that engine
	Hints                       string  `texml:"hints"`                       // words to expect, comma-separated
	Keyterms                    string  `texml:"keyterms"`                    // the same for Deepgram nova-3
	SmartFormat                 *bool   `texml:"smartFormat"`                 // Deepgram formatting; default true
	ProfanityFilter             *bool   `texml:"profanityFilter"`             // filter profanity
	UseEnhanced                 *bool   `texml:"useEnhanced"`                 // Google models phone_call and video
	APIKeyRef                   string  `texml:"apiKeyRef"`                   // name of a secret; Azure
	Region                      string  `texml:"region"`                      // needed for Azure
	PartialResultCallback       string  `texml:"partialResultCallback"`       // gets interim speech; its reply is not executed
	PartialResultCallbackMethod string  `texml:"partialResultCallbackMethod"` // GET or POST; default POST
	Prompts                     []Verb  `texml:",any"`                        // Say and Play
	Extra
}

func (*Gather) verb() string { return "Gather" }

// Asks reports true: a Gather waits for input.
func (*Gather) Asks() bool { return true }

// Action returns the URL that gets the input.
func (g *Gather) Action() string { return g.ActionURL }

// SetAction sets the URL that gets the input; a Gather has no method to set.
func (g *Gather) SetAction(url string) { g.ActionURL = url }
