package telnyx

import (
	"encoding/json"

	"texmlsrv/telnyx/commands"
)

// GatherUsingAI has an AI agent talk with the caller until what is required in
// Parameters is gathered. It brings call.ai_gather.ended and
// call.conversation.ended, and the two other events that it can be told to send.
type GatherUsingAI struct {
	Parameters                json.RawMessage       `json:"parameters,omitempty"`          // a JSON Schema of type object; its members keep their order
	Greeting                  string                `json:"greeting,omitempty"`            // at most 3,000 characters
	GatherEndedSpeech         string                `json:"gather_ended_speech,omitempty"` // at most 3,000 characters
	Voice                     string                `json:"voice,omitempty"`               // Telnyx: Telnyx.KokoroTTS.af
	VoiceSettings             *VoiceSettings        `json:"voice_settings,omitempty"`
	Language                  string                `json:"language,omitempty"` // a code such as en, not a locale
	Transcription             *Transcription        `json:"transcription,omitempty"`
	InterruptionSettings      *InterruptionSettings `json:"interruption_settings,omitempty"`
	Assistant                 *GatherAssistant      `json:"assistant,omitempty"`
	MessageHistory            []Message             `json:"message_history,omitempty"`              // of the roles user and assistant
	SendPartialResults        bool                  `json:"send_partial_results,omitempty"`         // call.ai_gather.partial_results
	SendMessageHistoryUpdates bool                  `json:"send_message_history_updates,omitempty"` // call.ai_gather.message_history_updated
	UserResponseTimeoutMS     *int                  `json:"user_response_timeout_ms,omitempty"`     // Telnyx: 10,000
	Common
}

// Name is gather_using_ai.
func (GatherUsingAI) Name() string { return commands.GatherUsingAI }

func (c GatherUsingAI) identified(newID func() string) Command { c.Common = c.orNew(newID); return c }

// GatherAssistant is the agent of GatherUsingAI.
type GatherAssistant struct {
	Model           string `json:"model,omitempty"` // Telnyx: Qwen/Qwen3-235B-A22B
	Instructions    string `json:"instructions,omitempty"`
	OpenAIAPIKeyRef string `json:"openai_api_key_ref,omitempty"` // name of an integration secret
	Tools           []Tool `json:"tools,omitempty"`
}

// Transcription says how speech becomes text.
type Transcription struct {
	Model    string `json:"model,omitempty"`    // Telnyx: distil-whisper/distil-large-v2
	Language string `json:"language,omitempty"` // Telnyx: auto
}

// InterruptionSettings say whether the caller may talk over the agent.
type InterruptionSettings struct {
	Enable *bool `json:"enable,omitempty"` // Telnyx: true
}
