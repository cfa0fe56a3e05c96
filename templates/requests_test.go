package templates_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"texmlsrv/sessions"
	"texmlsrv/texml"
)

const statusPath = "/callbacks/status"

func (p *player) calls(words []string) request {
	path := "/texml"
	if len(words) > 0 && !strings.Contains(words[0], "=") {
		path, words = path+"/"+words[0], words[1:]
	}
	fields := []string{"CallStatus", "in-progress", "CallerId", caller, "CallingPartyType", "pstn"}
	for name, value := range pairs(p.t, words) {
		fields = append(fields, name, value)
	}
	return request{path: path, body: p.form(fields...)}
}

func (p *player) says(line string, words []string) request {
	g, is := p.asker("").(*texml.AIGather)
	if !is {
		return request{path: p.action("Gather"), body: p.form("SpeechResult", words[0], "Confidence", "0.92")}
	}
	fields := []string{"Status", "invalid", "Base64MessageHistory", base64JSON(p.t, talk(g, words[0]))}
	if len(words) > 1 {
		fields[1] = "valid"
		fields = append(fields, "Base64Result", base64JSON(p.t, p.learned(line, words[1], words[2:])))
	}
	return request{path: p.action(""), body: p.form(fields...)}
}

// learned is what an AI gather made of what was said: the pairs in words, or
// the JSON at the end of the line.
func (p *player) learned(line, how string, words []string) (result any) {
	if _, object, is := strings.Cut(line, " "+how+" {"); is {
		result = json.RawMessage("{" + object)
	} else {
		result = pairs(p.t, words)
	}
	switch how {
	case "plainly":
	case "meaning":
		result = map[string]any{"status": "valid", "result": result}
	default:
		p.t.Fatalf("what does %q mean in %q?", how, line)
	}
	return result
}

// talk is the conversation that an AI gather returns: what it was sent, its
// greeting, and what the caller said.
func talk(g *texml.AIGather, said string) []sessions.Message {
	var talk []sessions.Message
	if g.MessageHistory != nil {
		for _, m := range g.MessageHistory.Messages {
			talk = append(talk, sessions.Message{Role: m.Role, Content: m.Text})
		}
	}
	if g.Greeting != nil {
		talk = append(talk, sessions.Message{Role: "assistant", Content: g.Greeting.Content.Text()})
	}
	return append(talk, sessions.Message{Role: "user", Content: said})
}

func (p *player) records(seconds string) request {
	p.recorded++
	return request{path: p.action("Record"), body: p.form("RecordingSid", fmt.Sprintf("recording-%d", p.recorded),
		"RecordingDuration", seconds, "RecordingChannels", "1", "RecordingUrl", "https://media.example.net/a.mp3")}
}

func (p *player) dial(words []string) request {
	fields := []string{"CallStatus", "in-progress", "DialCallStatus", words[0], "DialCallSid", "v3:dialed"}
	if len(words) > 1 {
		fields = append(fields, "DialCallDuration", words[1])
	}
	return request{path: p.action("Dial"), body: p.form(fields...)}
}

func (p *player) again(words []string) request {
	n := len(p.sent)
	if len(words) > 0 {
		n, _ = strconv.Atoi(words[0]) // 0 is told below
	}
	if n < 1 || n > len(p.sent) {
		p.t.Fatalf("which request comes again? %v", words)
	}
	return p.sent[n-1]
}

// garbage is more fields than a form may have.
func garbage() string {
	var b strings.Builder
	for i := range 300 {
		fmt.Fprintf(&b, "&field%d=x", i)
	}
	return b.String()
}

// form is a body with the fields that every request has, and more.
func (p *player) form(more ...string) string {
	fields := url.Values{
		"AccountSid": {"7c1e5b0a-52f4-4a0e-9d3a-1f6c2b8d4e90"},
		"CallSid":    {p.sid}, "CallSidLegacy": {p.sid},
		"From": {caller}, "To": {called},
	}
	for pair := range slices.Chunk(more, 2) {
		fields.Set(pair[0], pair[1])
	}
	return fields.Encode()
}

// body is one that the story spells: @file to the letter, or fields.
func (p *player) body(words []string) string {
	if len(words) == 1 && strings.HasPrefix(words[0], "@") {
		return strings.TrimSuffix(p.story.file(p.t, words[0][1:]), "\n")
	}
	var fields []string
	for name, value := range pairs(p.t, words) {
		fields = append(fields, name, value)
	}
	return p.form(fields...)
}

var word = regexp.MustCompile(`(?:[^\s"]|"[^"]*")+`)

// split takes a line apart at its spaces, but for those within "…".
func split(line string) []string {
	words := word.FindAllString(line, -1)
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], `"`, "")
	}
	return words
}

// pairs reads words of the form name=value.
func pairs(t *testing.T, words []string) map[string]string {
	t.Helper()
	pairs := make(map[string]string, len(words))
	for _, w := range words {
		name, value, ok := strings.Cut(w, "=")
		if !ok {
			t.Fatalf("%q is not of the form name=value", w)
		}
		pairs[name] = value
	}
	return pairs
}

func base64JSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(raw)
}
