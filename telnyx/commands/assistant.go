package commands

// This file declares the commands of AI assistants, and the assistant object,
// which is not the same for a gather and for an assistant.

func assistantStart() Declaration {
	return Declaration{
		Name: AIAssistantStart,
		Doc:  "Start an AI assistant on the call. Only one may run: another is refused with 90061.",
		Params: append([]Param{
			startAssistant(),
			text("greeting", "Said first, instead of the assistant's own greeting.").atMost(3000).private(),
			interruptions(),
			transcription(),
			list("message_history", "What was said before, for the assistant to know.", message()),
			list("participants", "Who takes part besides the caller.", participant()),
			boolean("send_message_history_updates", "Send events with the messages as the talk goes on.").normally(false),
			// The API of July 2026 has these two; Telnyx's newest SDK has
			// assistant.voice_settings in their place.
			text("voice", "The assistant's voice; assistant.voice_settings is the newer place.").as(VoiceName),
			voiceSettings(agentVoices()...),
		}, shared()...),
		Events: []string{"call.conversation.ended", "call.conversation_insights.generated"},
	}
}

func assistantStop() Declaration {
	return Declaration{
		Name:   AIAssistantStop,
		Doc:    "Stop the AI assistant; the call goes on.",
		Params: shared(),
		Events: []string{"call.conversation.ended"},
	}
}

func assistantAddMessages() Declaration {
	return Declaration{
		Name: AIAssistantAddMessages,
		Doc:  "Add messages to the talk of an AI assistant. Telnyx does not say whether gather_using_ai takes them too.",
		Params: append([]Param{
			list("messages", "The messages, in order.", message()),
			boolean("trigger_response", "Have the assistant answer at once; it may cut the caller off."),
		}, shared()...),
	}
}

func message() Param {
	metadata := free("metadata", "Facts about the message that the assistant does not say.")
	call := object("", "A tool that the assistant wanted to use.",
		text("id", "Names this use of the tool.").required(),
		text("type", "Always function.").oneOf("function").required(),
		object("function", "The tool.", text("name", "Its name.").required()).required(),
	)
	said := text("content", "What was said.").private()
	return union("", "A message.", "role",
		Variant{Name: "user", Doc: "Said by the caller.", Fields: []Param{content(), metadata}},
		Variant{
			Name: "assistant", Doc: "Said or done by the assistant.",
			Fields: []Param{said, list("tool_calls", "Tools it used.", call).atLeast(1), metadata},
			Rules:  []Rule{{Kind: AtLeastOne, Names: []string{"content", "tool_calls"}}},
		},
		Variant{Name: "system", Doc: "An instruction.", Fields: []Param{content(), metadata}},
		Variant{Name: "developer", Doc: "An instruction of the application.", Fields: []Param{content(), metadata}},
		Variant{Name: "tool", Doc: "What a tool brought.", Fields: []Param{
			content(), text("tool_call_id", "The id of the tool call this answers.").required(), metadata,
		}},
	)
}

func participant() Param {
	return object("", "Someone on another leg.",
		text("id", "Their call_control_id.").required(),
		text("role", "Always user.").oneOf("user").required(),
		text("name", "What the assistant calls them.").private(),
		text("on_hangup", "What happens when they hang up.").oneOf("continue_conversation", "end_conversation").normally("continue_conversation"),
	)
}

// gatherAssistant is the assistant of gather_using_ai.
func gatherAssistant() Param {
	return object("assistant", "The agent: its model, instructions and tools.",
		text("model", "The language model.").normally("Qwen/Qwen3-235B-A22B"),
		text("instructions", "What the agent is and how it should talk.").private(),
		text("openai_api_key_ref", "Name of the integration secret with your OpenAI key; for OpenAI models only."),
		tools(),
	)
}

// startAssistant is the assistant of ai_assistant_start: one that is stored at
// Telnyx, and what is different for this call.
func startAssistant() Param {
	return object("assistant", "A stored assistant; everything but id changes it for this call.",
		text("id", "The stored assistant.").required(),
		text("name", "Its name."),
		text("model", "The language model."),
		text("instructions", "What the assistant is and how it should talk.").private(),
		text("greeting", "Said first.").atMost(3000).private(),
		text("llm_api_key_ref", "Name of the integration secret with the model's key."),
		text("openai_api_key_ref", "The older name of llm_api_key_ref."),
		Param{
			Name: "dynamic_variables", Type: TypeMap, Private: true,
			Doc:  "Values for {{name}} in instructions, greeting and tools.",
			Item: &Param{Type: TypeScalar, Doc: "A value.", Private: true},
		},
		tools(),
		externalModel(),
		object("fallback_config", "What is used when the model does not answer.",
			text("model", "The language model."),
			text("llm_api_key_ref", "Name of the integration secret with its key."),
			externalModel(),
		),
		list("mcp_servers", "Servers of further tools.", free("", "A server.")),
		free("observability_settings", "Where traces of the talk go."),
		assistantVoice(),
	)
}

func externalModel() Param {
	return object("external_llm", "A language model of your own.",
		text("base_url", "Where it is.").as(URL),
		text("model", "Its name."),
		text("llm_api_key_ref", "Name of the integration secret with its key."),
		text("authentication_method", "How Telnyx proves who it is.").oneOf("token", "certificate").normally("token"),
		text("certificate_ref", "Name of the integration secret with the certificate."),
		text("token_retrieval_url", "Where a token is fetched from.").as(URL),
		boolean("forward_metadata", "Whether the model is told about the call.").normally(false),
	)
}
