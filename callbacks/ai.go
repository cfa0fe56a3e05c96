package callbacks

import (
	"maps"
	"slices"
	"strings"

	"texmlsrv/calls"
	"texmlsrv/flows"
	"texmlsrv/flows/schemas"
	"texmlsrv/sessions"
)

// aiStatuses are the words that an AI gather was seen to end with. The list is
// not closed: without a ticket it tells an AI gather that brought nothing from
// other requests, with one any word does.
var aiStatuses = []string{
	"valid", "invalid", "client_error", "timeout", "failed", "error",
	"call_hangup", "cancelled", "cancelled_amd",
}

// showsAI reports whether a request carries a payload of an AIGather: base64,
// or the plain fields of an older revision. Result alone is one only when it
// is an object, because Pay has a Result as well.
func (f *form) showsAI() bool {
	if f.Base64Result != "" || f.Base64MessageHistory != "" || f.MessageHistory != "" {
		return true
	}
	return !f.pays() && strings.HasPrefix(strings.TrimSpace(f.Result), "{")
}

// showsSilentAI reports whether a request is of an AIGather that brought
// nothing but its status.
func (f *form) showsSilentAI(ticketed bool, callback *calls.Callback) bool {
	if f.Status == "" || f.pays() {
		return false
	}
	return ticketed || callback == nil && slices.Contains(aiStatuses, word(f.Status))
}

// ai decodes what an AIGather brought, and returns beside it the text of what
// could not be read. An unreadable history spoils no result.
func (f *form) ai() (result *flows.AIResult, malformed string) {
	text, decode := f.aiResult()
	value, err := decode(text)
	history, unread := f.history()
	if err != nil {
		unread = append([]string{text}, unread...)
	}
	return &flows.AIResult{
		Status:    word(f.Status),
		Result:    value,
		Malformed: err != nil,
		History:   history,
	}, kept(strings.Join(unread, "\n"))
}

// aiResult is the text of the gathered values, and how to read it: an envelope
// or a bare object, which can be told only by the schema of the turn.
func (f *form) aiResult() (text string, decode func(string) (any, error)) {
	switch {
	case f.Base64Result != "":
		return f.Base64Result, decodeBase64JSON
	case f.Result != "":
		return f.Result, decodeJSON
	}
	return "", func(string) (any, error) { return nil, nil }
}

// history is the talk of an AI gather, from the first of its fields that can
// be read, and the texts of those that could not.
func (f *form) history() (messages []sessions.Message, unread []string) {
	for _, source := range []struct {
		text   string
		decode func(string) (any, error)
	}{
		{f.Base64MessageHistory, decodeBase64JSON},
		{f.MessageHistory, decodeJSON},
		{f.Messages, decodeJSON},
	} {
		if source.text == "" {
			continue
		}
		value, err := source.decode(source.text)
		if items, is := value.([]any); err == nil && (is || value == nil) {
			return messagesOf(items), unread
		}
		unread = append(unread, source.text)
	}
	return nil, unread
}

func decodeBase64JSON(s string) (any, error) {
	raw, err := decodeBase64(s)
	if err != nil {
		return nil, err
	}
	return decodeJSON(string(raw))
}

func decodeJSON(s string) (any, error) {
	value, err := schemas.DecodeJSON([]byte(s))
	if err != nil {
		return nil, err
	}
	return withoutNUL(value), nil
}

// withoutNUL takes NUL out of every text in a JSON value, which may hold it as
// an escape: documents and sessions must not.
func withoutNUL(value any) any {
	switch v := value.(type) {
	case string:
		return clean(v)
	case []any:
		for i := range v {
			v[i] = withoutNUL(v[i])
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) { // so that one of two equal names always wins
			member := withoutNUL(v[key])
			delete(v, key)
			if _, is := v[clean(key)]; !is {
				v[clean(key)] = member
			}
		}
	}
	return value
}

// messagesOf keeps what the caller and the assistant said. The text is under
// content, or under text in an older revision; a tool call has none.
func messagesOf(items []any) []sessions.Message {
	var messages []sessions.Message
	for _, item := range items {
		fields, _ := item.(map[string]any)
		role, _ := fields["role"].(string)
		content, _ := fields["content"].(string)
		if content == "" {
			content, _ = fields["text"].(string)
		}
		if (role == "user" || role == "assistant") && strings.TrimSpace(content) != "" {
			messages = append(messages, sessions.Message{Role: role, Content: content})
		}
	}
	return messages
}
