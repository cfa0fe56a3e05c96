package wire

import (
	"net/url"
	"slices"
	"time"
)

// Conversation is one AI conversation in a call. What is empty has values that
// were seen live.
type Conversation struct {
	ID          string        // UUID; default derived from the call
	AssistantID string        // not sent in a form when empty
	Duration    time.Duration // of ended
	Messages    []Message
	Reason      string // normal, hangup; "" is normal
}

// What the conversations of a call are made with, unless it matters.
const (
	llmModel    = "Qwen/Qwen3-235B-A22B"
	sttModel    = "distil-whisper/distil-large-v2"
	ttsProvider = "telnyx"
	ttsModel    = "Natural"
	ttsVoice    = "abbie"
)

func (n Conversation) filled(c Call) Conversation {
	setDefault(&n.ID, c.NewUUID("conversation"))
	setDefault(&n.Reason, "normal")
	return n
}

func (c Call) conversation(status string, n Conversation) url.Values {
	return with(c.ids(), "ConnectionId", c.ConnectionID, "CallSessionId", c.SessionID, "CallStatus", status,
		"ConversationId", n.ID, "AssistantId", n.AssistantID)
}

// ConversationCreated tells that an AI conversation began.
func (c Call) ConversationCreated(n Conversation) url.Values {
	return c.conversation("conversation_created", n.filled(c))
}

// ConversationEnded tells that an AI conversation stopped, with what was said.
// It has no From, no To and no result.
func (c Call) ConversationEnded(n Conversation) url.Values {
	n = n.filled(c)
	messages := n.Messages
	if messages == nil {
		messages = []Message{}
	}
	v := with(c.conversation("conversation_ended", n), "DurationSec", wholeSeconds(n.Duration), "Reason", n.Reason,
		"LlmModel", llmModel, "SttModel", sttModel,
		"TtsProvider", ttsProvider, "TtsModelId", ttsModel, "TtsVoiceId", ttsVoice, "Messages", string(compact(messages)))
	v.Set("TransferStatus", "")
	return v
}

// Analyzed comes many minutes later, when a conversation was looked at: what
// it cost in dollars, and insights as text.
func (c Call) Analyzed(n Conversation, dollars string, insights ...string) url.Values {
	if insights == nil {
		insights = []string{}
	}
	return with(c.conversation("analyzed", n.filled(c)), "Recordings", "[]",
		"ConversationInsights", string(compact(insights)), "Cost", string(object("total", dollars)))
}

// Said gives the messages of a conversation that have no time one: the first
// is said when it began, the others follow every three seconds.
func (n Conversation) Said(began time.Time) Conversation {
	n.Messages = slices.Clone(n.Messages)
	for i := range n.Messages {
		setDefault(&n.Messages[i].Timestamp, seconds(began.Add(time.Duration(3*i)*time.Second)))
	}
	return n
}
