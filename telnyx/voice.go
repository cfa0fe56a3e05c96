package telnyx

// VoiceSettings are the settings of a voice. Type names the provider: aws,
// azure, elevenlabs, resemble, rime, telnyx or xai, and for gather_using_speak
// also inworld and minimax. Each provider takes some of the fields, and no
// others.
type VoiceSettings struct {
	Type          string   `json:"type"`
	APIKeyRef     string   `json:"api_key_ref,omitempty"`    // azure, elevenlabs: name of an integration secret
	Region        string   `json:"region,omitempty"`         // azure, with a key of one's own
	DeploymentID  string   `json:"deployment_id,omitempty"`  // azure
	Effect        string   `json:"effect,omitempty"`         // azure: eq_car or eq_telecomhp8k
	Gender        string   `json:"gender,omitempty"`         // azure: Male or Female
	Format        string   `json:"format,omitempty"`         // resemble: wav or mp3
	Precision     string   `json:"precision,omitempty"`      // resemble: PCM_16, PCM_24, PCM_32 or MULAW
	SampleRate    string   `json:"sample_rate,omitempty"`    // resemble: 8000 to 48000, as text
	VoiceSpeed    *float64 `json:"voice_speed,omitempty"`    // telnyx: 0.1 to 2; rime
	Language      string   `json:"language,omitempty"`       // xai
	Speed         *float64 `json:"speed,omitempty"`          // minimax
	Vol           *float64 `json:"vol,omitempty"`            // minimax
	Pitch         *float64 `json:"pitch,omitempty"`          // minimax
	LanguageBoost string   `json:"language_boost,omitempty"` // minimax
	DeliveryMode  string   `json:"delivery_mode,omitempty"`  // inworld: STABLE, BALANCED or CREATIVE
}

// AssistantVoice is the voice of an assistant with its settings.
type AssistantVoice struct {
	Voice           string         `json:"voice"`
	VoiceSpeed      *float64       `json:"voice_speed,omitempty"` // 0.25 to 2
	APIKeyRef       string         `json:"api_key_ref,omitempty"` // name of an integration secret
	ExpressiveMode  *bool          `json:"expressive_mode,omitempty"`
	LanguageBoost   string         `json:"language_boost,omitempty"`
	SimilarityBoost *float64       `json:"similarity_boost,omitempty"` // Telnyx: 0.75
	Speed           *float64       `json:"speed,omitempty"`            // Telnyx: 1
	Style           *float64       `json:"style,omitempty"`            // Telnyx: 0
	Temperature     *float64       `json:"temperature,omitempty"`      // Telnyx: 0.5
	UseSpeakerBoost *bool          `json:"use_speaker_boost,omitempty"`
	BackgroundAudio map[string]any `json:"background_audio,omitempty"`
}
