package texml

// Record records the caller and waits until that is done. The URL of the audio that its callbacks
// carry lives ten minutes.
type Record struct {
	ActionURL                     string  `texml:"action"`                        // requested when recording ends
	Method                        string  `texml:"method"`                        // of the action, GET or POST; default POST
	FinishOnKey                   *string `texml:"finishOnKey"`                   // any of these keys stops; default 1234567890*#
	Timeout                       *int    `texml:"timeout"`                       // seconds of silence after speech that end it; 0, the default, is never
	MaxLength                     *int    `texml:"maxLength"`                     // seconds, up to 14400; 0 is no limit; default 3600
	PlayBeep                      *bool   `texml:"playBeep"`                      // default true
	Trim                          string  `texml:"trim"`                          // trim-silence; off when absent
	Channels                      string  `texml:"channels"`                      // single or dual; default dual
	Format                        string  `texml:"format"`                        // mp3 or wav; default mp3
	RecordingStatusCallback       string  `texml:"recordingStatusCallback"`       // told of the recording; its reply is not executed
	RecordingStatusCallbackMethod string  `texml:"recordingStatusCallbackMethod"` // GET or POST; default POST
	RecordingStatusCallbackEvent  string  `texml:"recordingStatusCallbackEvent"`  // of: in-progress completed; default completed
	Transcription                 *bool   `texml:"transcription"`                 // transcribe afterwards; default false
	TranscriptionCallback         string  `texml:"transcriptionCallback"`         // gets the text; its reply is not executed
	TranscriptionEngine           string  `texml:"transcriptionEngine"`           // A (Google), B (Telnyx) or Deepgram; default A
	TranscriptionModel            string  `texml:"transcriptionModel"`            // vendor/model
	TranscriptionLanguage         string  `texml:"transcriptionLanguage"`         // BCP 47; default en-US
	Extra
}

// Recording records, inside of Start, from here to the hang-up while the document goes on. Stop does
// not end it.
type Recording struct {
	RecordingStatusCallback       string `texml:"recordingStatusCallback"`       // told of the recording; its reply is not executed
	RecordingStatusCallbackMethod string `texml:"recordingStatusCallbackMethod"` // GET or POST; default POST
	RecordingStatusCallbackEvent  string `texml:"recordingStatusCallbackEvent"`  // of: in-progress completed absent; default completed
	Channels                      string `texml:"channels"`                      // mono, single or dual; default dual
	Track                         string `texml:"track"`                         // inbound, outbound or both; default both
	Trim                          string `texml:"trim"`                          // trim-silence; off when absent
	Format                        string `texml:"format"`                        // mp3 or wav; default mp3
	Extra
}

func (*Record) verb() string       { return "Record" }
func (*Recording) service() string { return "Recording" }

// Asks reports true: a Record brings a recording.
func (*Record) Asks() bool { return true }

// Action returns the URL requested when recording ends.
func (r *Record) Action() string { return r.ActionURL }

// SetAction sets the URL requested when recording ends, and the method POST where none is set.
func (r *Record) SetAction(url string) { setAction(&r.ActionURL, &r.Method, url) }
