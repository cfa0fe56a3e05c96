package telnyx

// Message is a part of a talk. An AI gather takes the roles user and assistant,
// with content alone; an assistant takes all five.
type Message struct {
	Role       string         `json:"role"` // user, assistant, system, developer or tool
	Content    string         `json:"content,omitempty"`
	ToolCalls  []ToolCall     `json:"tool_calls,omitempty"`   // of an assistant
	ToolCallID string         `json:"tool_call_id,omitempty"` // of a tool
	Metadata   map[string]any `json:"metadata,omitempty"`
}

// ToolCall is a tool that an assistant wanted to use.
type ToolCall struct {
	ID       string           `json:"id"`
	Type     string           `json:"type"` // function
	Function ToolCallFunction `json:"function"`
}

// ToolCallFunction names the tool of a ToolCall.
type ToolCallFunction struct {
	Name string `json:"name"`
}
