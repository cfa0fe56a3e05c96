package texml

// AIGather lets a voice agent ask until an object described by a JSON Schema is filled, then requests
// its action with it. Telnyx documents Greeting, Voice, Parameters, MessageHistory and Tools in the
// verb's table of children; InterruptionSettings, Transcription and Assistant in its example only.
type AIGather struct {
	ActionURL            string                `texml:"action"` // gets the result; its reply is the next document
	Method               string                `texml:"method"` // of the action, GET or POST; default POST
	Greeting             *Greeting             `texml:"Greeting,element"`
	Voice                *Voice                `texml:"Voice,element"`
	Parameters           *Parameters           `texml:"Parameters,element"` // required by Telnyx
	MessageHistory       *MessageHistory       `texml:"MessageHistory,element"`
	Tools                *Tools                `texml:"Tools,element"`
	InterruptionSettings *InterruptionSettings `texml:"InterruptionSettings,element"`
	Transcription        *AITranscription      `texml:"Transcription,element"`
	Assistant            *Assistant            `texml:"Assistant,element"`
	Extra
}

// Greeting is what the agent says first; without one it is silent until it is spoken to.
type Greeting struct {
	Content Content `texml:",content"`
	Extra
}

// Voice is the agent's voice.
type Voice struct {
	Name       string   `texml:"name"`        // "Provider.Model.Voice"; default Telnyx.NaturalHD.Astra
	APIKeyRef  string   `texml:"api_key_ref"` // name of a secret; ElevenLabs
	VoiceSpeed *float64 `texml:"voice_speed"` // 0.1 to 2.0; Telnyx voices; default 1
	Extra
}

// Parameters is the object to fill. The gather ends when everything in the schema's `required` is
// known, or with the first value when it names nothing.
type Parameters struct {
	JSON string `texml:",cdata"` // a JSON Schema whose type is object
	Extra
}

// MessageHistory is the conversation so far, oldest first.
type MessageHistory struct {
	Messages []Message `texml:"Message,element"`
	Extra
}

// Message is one thing said in a conversation.
type Message struct {
	Role string `texml:"role"` // user or assistant
	Text string `texml:",text"`
	Extra
}

// Tools are the tools the agent may use.
type Tools struct {
	Tools []Tool `texml:"Tool,element"`
	Extra
}

// Tool is the definition of one tool, in the shape of Telnyx's gather_using_ai command.
type Tool struct {
	JSON string `texml:",cdata"`
	Extra
}

// InterruptionSettings say whether the caller can interrupt the agent.
type InterruptionSettings struct {
	Enable *bool `texml:"enable"`
	Extra
}

// AITranscription is the Transcription element of an AIGather; the one of Start is [Transcription].
type AITranscription struct {
	Model string `texml:"model"` // the Voice API's model names, without an engine
	Extra
}

// Assistant is the language model behind the agent.
type Assistant struct {
	Model        string `texml:"model"`
	APIKeyRef    string `texml:"api_key_ref"` // name of a secret
	Instructions string `texml:"instructions"`
	Tools        *Tools `texml:"Tools,element"`
	Extra
}

func (*AIGather) verb() string { return "AIGather" }

// Asks reports true: an AIGather asks until it knows.
func (*AIGather) Asks() bool { return true }

// Action returns the URL that gets the result.
func (g *AIGather) Action() string { return g.ActionURL }

// SetAction sets the URL that gets the result, and the method POST where none is set.
func (g *AIGather) SetAction(url string) { setAction(&g.ActionURL, &g.Method, url) }
