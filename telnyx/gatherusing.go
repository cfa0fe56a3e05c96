package telnyx

import "texmlsrv/telnyx/commands"

// Tries are the parameters of gathers that play or say something first.
type Tries struct {
	TimeoutMillis int `json:"timeout_millis,omitempty"` // after the prompt; then it is repeated
	MaximumTries  int `json:"maximum_tries,omitempty"`  // of the prompt, 1 to 128; Telnyx: 3
}

// GatherUsingAudio plays a file and waits for digits.
type GatherUsingAudio struct {
	AudioURL         string `json:"audio_url,omitempty"`
	MediaName        string `json:"media_name,omitempty"` // instead of AudioURL
	InvalidAudioURL  string `json:"invalid_audio_url,omitempty"`
	InvalidMediaName string `json:"invalid_media_name,omitempty"` // instead of InvalidAudioURL
	Digits
	Tries
	Common
}

// Name is gather_using_audio.
func (GatherUsingAudio) Name() string { return commands.GatherUsingAudio }

func (c GatherUsingAudio) identified(newID func() string) Command {
	c.Common = c.orNew(newID)
	return c
}

// GatherUsingSpeak says something and waits for digits.
type GatherUsingSpeak struct {
	Payload        string         `json:"payload"` // at most 3,000 characters
	Voice          string         `json:"voice"`
	InvalidPayload string         `json:"invalid_payload,omitempty"` // at most 3,000 characters
	PayloadType    string         `json:"payload_type,omitempty"`    // text or ssml
	ServiceLevel   string         `json:"service_level,omitempty"`   // basic or premium
	Language       string         `json:"language,omitempty"`        // a locale: en-US
	VoiceSettings  *VoiceSettings `json:"voice_settings,omitempty"`
	Digits
	Tries
	Common
}

// Name is gather_using_speak.
func (GatherUsingSpeak) Name() string { return commands.GatherUsingSpeak }

func (c GatherUsingSpeak) identified(newID func() string) Command {
	c.Common = c.orNew(newID)
	return c
}
