package flows

import (
	"strings"

	"texmlsrv/sessions"
	"texmlsrv/texml"
)

// Marks stand in a rendered document for what is put in at the very end. They
// are private-use characters; tidy takes them out of everything that comes
// from outside, so that a mark in a document is always the engine's own.
const (
	linkMark     = '\uE000' // around a link: mark via/flow/step mark
	mustacheMark = '\uE001' // a {{ that is meant to reach Telnyx
)

// tidyText takes out of text from outside what could not be written into a
// document, or would be taken for a mark.
func tidyText(s string) string {
	if plainASCII(s) {
		return s
	}
	return texml.Clean(strings.Map(func(r rune) rune {
		if r == linkMark || r == mustacheMark {
			return -1
		}
		return r
	}, s))
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7E {
			return false
		}
	}
	return true
}

// tidy does the same for every string in a JSON value. It does not change v.
func tidy(v any) any {
	switch v := v.(type) {
	case string:
		return tidyText(v)
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = tidy(item)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, item := range v {
			out[tidyText(k)] = tidy(item)
		}
		return out
	}
	return v
}

// tidyCall does the same for what the first request said of the call.
func tidyCall(c sessions.Call) sessions.Call {
	for _, field := range []*string{&c.Direction, &c.From, &c.To, &c.CallerName, &c.Type, &c.AnsweredBy} {
		*field = tidyText(*field)
	}
	params := make(map[string]string, len(c.Params))
	for name, v := range c.Params {
		params[tidyText(name)] = tidyText(v)
	}
	c.Params = params
	return c
}

// tidyBrought does the same for what a request brought.
func tidyBrought(b Brought) Brought {
	for _, text := range []**string{&b.Digits, &b.Speech} {
		if *text != nil {
			clean := tidyText(**text)
			*text = &clean
		}
	}
	if b.AI != nil {
		ai := *b.AI
		ai.Result = tidy(ai.Result)
		ai.History = tidyHistory(ai.History)
		b.AI = &ai
	}
	if b.Dial != nil {
		dial := *b.Dial
		dial.Status = tidyText(dial.Status)
		b.Dial = &dial
	}
	if b.Recording != nil {
		recording := *b.Recording
		recording.ID = tidyText(recording.ID)
		b.Recording = &recording
	}
	b.Words = tidyWords(b.Words)
	return b
}

// tidyHistory keeps what the caller and the assistant said, and nothing else.
func tidyHistory(messages []sessions.Message) []sessions.Message {
	var out []sessions.Message
	for _, m := range messages {
		content := tidyText(m.Content)
		if (m.Role == "user" || m.Role == "assistant") && collapse(content) != "" {
			out = append(out, sessions.Message{Role: m.Role, Content: content})
		}
	}
	return out
}

func tidyWords(words map[string]Word) map[string]Word {
	out := make(map[string]Word, len(words))
	for verb, w := range words {
		values, _ := tidy(map[string]any(w.Values)).(map[string]any)
		out[verb] = Word{Status: tidyText(w.Status), Reason: tidyText(w.Reason), Values: values}
	}
	return out
}
