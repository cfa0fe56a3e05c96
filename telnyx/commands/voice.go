package commands

import "strings"

// voiceProviders begin the name of a voice. The pages of the commands name
// ElevenLabs, Telnyx and AWS first, and the others further down.
func voiceProviders() []string {
	return []string{
		"AWS.Polly", "Azure", "ElevenLabs", "FishAudio", "Humain", "Inworld", "Minimax", "Polly", "Resemble", "Rime", "Telnyx", "xAI",
	}
}

// plainVoices are the names without a provider, for the basic service level.
func plainVoices() []string { return []string{"female", "male"} }

// knownVoice reports whether a voice has the form of one that Telnyx knows.
// Names are not looked up, and not split at dots: models and voices hold some.
func knownVoice(name string) bool {
	for _, plain := range plainVoices() {
		if name == plain {
			return true
		}
	}
	for _, provider := range voiceProviders() {
		if len(name) > len(provider)+1 && strings.EqualFold(name[:len(provider)+1], provider+".") {
			return true
		}
	}
	return false
}

func voiceSettings(variants ...Variant) Param {
	return union("voice_settings", "Settings of the voice, by its provider.", "type", variants...)
}

// agentVoices are the settings that AI gathers and assistants take.
func agentVoices() []Variant {
	keyRef := text("api_key_ref", "Name of the integration secret with your key for the provider.")
	return []Variant{
		{Name: "aws", Doc: "Amazon Polly."},
		{Name: "azure", Doc: "Microsoft Azure.", Fields: []Param{
			keyRef,
			text("region", "Region of your own key."),
			text("deployment_id", "A voice of your own."),
			text("effect", "Fits the sound to a car or a telephone.").oneOf("eq_car", "eq_telecomhp8k"),
			text("gender", "Of voices that have several.").oneOf("Male", "Female"),
		}},
		{Name: "elevenlabs", Doc: "ElevenLabs.", Fields: []Param{keyRef}},
		{Name: "resemble", Doc: "Resemble.", Fields: []Param{
			text("format", "Of the sound.").oneOf("wav", "mp3").normally("mp3"),
			text("precision", "Of the sound.").oneOf("PCM_16", "PCM_24", "PCM_32", "MULAW").normally("PCM_32"),
			text("sample_rate", "Of the sound; a text.").oneOf("8000", "16000", "22050", "32000", "44100", "48000").normally("48000"),
		}},
		// In the API of July 2026, and not in Telnyx's newest SDK.
		{Name: "rime", Doc: "Rime.", Fields: []Param{number("voice_speed", "1 is normal.").normally(1.0)}},
		{Name: "telnyx", Doc: "Telnyx.", Fields: []Param{
			number("voice_speed", "1 is normal; not for the models Bayan and Sukhan.").between(0.1, 2).normally(1.0),
		}},
		{Name: "xai", Doc: "xAI.", Fields: []Param{text("language", "Of the text.").normally("auto")}},
	}
}

func minimaxVoice() Variant {
	return Variant{Name: "minimax", Doc: "Minimax.", Fields: []Param{
		number("speed", "1 is normal.").normally(1.0),
		number("vol", "Loudness; 1 is normal.").normally(1.0),
		number("pitch", "0 is normal.").normally(0),
		text("language_boost", "The language to do best."),
	}}
}

func inworldVoice() Variant {
	return Variant{Name: "inworld", Doc: "Inworld.", Fields: []Param{
		text("delivery_mode", "For the model TTS2.").oneOf("STABLE", "BALANCED", "CREATIVE"),
	}}
}

// assistantVoice are the settings of an assistant's voice, which are no union:
// the voice itself is among them. Only voice_speed has a published range.
func assistantVoice() Param {
	return object("voice_settings", "The assistant's voice.",
		text("voice", "The voice.").as(VoiceName).required(),
		number("voice_speed", "1 is normal.").between(0.25, 2),
		text("api_key_ref", "Name of the integration secret with your key for the provider."),
		boolean("expressive_mode", "Speak with more expression."),
		text("language_boost", "The language to do best."),
		number("similarity_boost", "How close to the voice's original.").normally(0.75),
		number("speed", "1 is normal.").normally(1.0),
		number("style", "How much of the voice's own style.").normally(0),
		number("temperature", "How much the delivery varies.").normally(0.5),
		boolean("use_speaker_boost", "Raise the likeness to the speaker.").normally(true),
		free("background_audio", "A sound behind the voice."),
	)
}
