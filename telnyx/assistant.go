package telnyx

import "texmlsrv/telnyx/commands"

// AIAssistantStart starts an AI assistant on the call. It brings
// call.conversation.ended, and call.conversation_insights.generated.
type AIAssistantStart struct {
	Assistant                 *Assistant            `json:"assistant,omitempty"`
	Greeting                  string                `json:"greeting,omitempty"` // at most 3,000 characters
	InterruptionSettings      *InterruptionSettings `json:"interruption_settings,omitempty"`
	Transcription             *Transcription        `json:"transcription,omitempty"`
	MessageHistory            []Message             `json:"message_history,omitempty"`
	Participants              []Participant         `json:"participants,omitempty"`
	SendMessageHistoryUpdates bool                  `json:"send_message_history_updates,omitempty"`
	Voice                     string                `json:"voice,omitempty"` // the older place; the newer one is Assistant.VoiceSettings
	VoiceSettings             *VoiceSettings        `json:"voice_settings,omitempty"`
	Common
}

// Name is ai_assistant_start.
func (AIAssistantStart) Name() string { return commands.AIAssistantStart }

func (c AIAssistantStart) identified(newID func() string) Command {
	c.Common = c.orNew(newID)
	return c
}

// AIAssistantStop stops the AI assistant; the call goes on.
type AIAssistantStop struct {
	Common
}

// Name is ai_assistant_stop.
func (AIAssistantStop) Name() string { return commands.AIAssistantStop }

func (c AIAssistantStop) identified(newID func() string) Command { c.Common = c.orNew(newID); return c }

// AIAssistantAddMessages adds messages to the talk of an AI assistant.
type AIAssistantAddMessages struct {
	Messages        []Message `json:"messages,omitempty"`
	TriggerResponse bool      `json:"trigger_response,omitempty"` // answer at once
	Common
}

// Name is ai_assistant_add_messages.
func (AIAssistantAddMessages) Name() string { return commands.AIAssistantAddMessages }

func (c AIAssistantAddMessages) identified(newID func() string) Command {
	c.Common = c.orNew(newID)
	return c
}

// Assistant is an assistant that is stored at Telnyx, and what is different for
// this call.
type Assistant struct {
	ID              string          `json:"id,omitempty"` // required
	Name            string          `json:"name,omitempty"`
	Model           string          `json:"model,omitempty"`
	Instructions    string          `json:"instructions,omitempty"`
	Greeting        string          `json:"greeting,omitempty"`           // at most 3,000 characters
	LLMAPIKeyRef    string          `json:"llm_api_key_ref,omitempty"`    // name of an integration secret
	OpenAIAPIKeyRef string          `json:"openai_api_key_ref,omitempty"` // the older name of LLMAPIKeyRef
	Variables       map[string]any  `json:"dynamic_variables,omitempty"`  // texts, numbers and booleans
	Tools           []Tool          `json:"tools,omitempty"`
	ExternalLLM     *ExternalLLM    `json:"external_llm,omitempty"`
	Fallback        *Fallback       `json:"fallback_config,omitempty"`
	MCPServers      []any           `json:"mcp_servers,omitempty"` // objects that Telnyx does not describe
	Observability   map[string]any  `json:"observability_settings,omitempty"`
	VoiceSettings   *AssistantVoice `json:"voice_settings,omitempty"`
}

// ExternalLLM is a language model of one's own.
type ExternalLLM struct {
	BaseURL              string `json:"base_url,omitempty"`
	Model                string `json:"model,omitempty"`
	LLMAPIKeyRef         string `json:"llm_api_key_ref,omitempty"`
	AuthenticationMethod string `json:"authentication_method,omitempty"` // token or certificate
	CertificateRef       string `json:"certificate_ref,omitempty"`
	TokenRetrievalURL    string `json:"token_retrieval_url,omitempty"`
	ForwardMetadata      bool   `json:"forward_metadata,omitempty"`
}

// Fallback is what is used when the model does not answer.
type Fallback struct {
	Model        string       `json:"model,omitempty"`
	LLMAPIKeyRef string       `json:"llm_api_key_ref,omitempty"`
	ExternalLLM  *ExternalLLM `json:"external_llm,omitempty"`
}

// Participant is somebody on another leg.
type Participant struct {
	ID       string `json:"id"`   // their call_control_id
	Role     string `json:"role"` // user
	Name     string `json:"name,omitempty"`
	OnHangup string `json:"on_hangup,omitempty"` // continue_conversation or end_conversation
}
