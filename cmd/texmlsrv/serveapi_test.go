package main

import (
	"strings"
	"testing"
	"testing/fstest"

	"texmlsrv/flows"
)

// TestDescribeCommands: what serve says at its start of commands and pushes.
func TestDescribeCommands(t *testing.T) {
	tests := []struct {
		name                 string
		key, account, public string
		want                 string
	}{
		{"nothing", "", "", "", "no API key: none are sent, and what events lead to waits for the end of a document (--api-key)"},
		{"no-key", "", "account-1", "https://voice.example.net", "no API key: none are sent, and what events lead to waits for the end of a document (--api-key)"},
		{"no-account", "KEY", "", "https://voice.example.net", "are sent; what events lead to waits for the end of a document (--account-id, --public-url)"},
		{"no-url", "KEY", "account-1", "", "are sent; what events lead to waits for the end of a document (--account-id, --public-url)"},
		{"all", "KEY", "account-1", "https://voice.example.net", "are sent, and documents that events lead to are pushed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := serveCommand{PublicURL: tt.public, apiFlags: apiFlags{APIKey: tt.key, AccountID: tt.account}}
			if got := c.describeCommands(); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
			if c.pushes() != (tt.name == "all") {
				t.Errorf("pushes: %v", c.pushes())
			}
		})
	}
}

// TestWarnOfCommands names the steps that cannot do what they are for, where
// that is so.
func TestWarnOfCommands(t *testing.T) {
	release, err := flows.Load(fstest.MapFS{"desk/flow.yaml": {Data: []byte(`
start: a
steps:
  a: {document: <Pause/>, command: {gather_stop: {}}, next: b}
  b: {document: <Pause/>, next: c}
  c: {document: <Pause/>, command: {ai_assistant_stop: {}}}
`)}}, flows.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"":    "texmlsrv: without --api-key no command is sent: calls that come to desk/a, desk/c go on to otherwise\n",
		"KEY": "",
	} {
		var told strings.Builder
		(&serveCommand{apiFlags: apiFlags{APIKey: key}}).warnOfCommands(&told, release)
		if told.String() != want {
			t.Errorf("with the key %q: %q, want %q", key, told.String(), want)
		}
	}
}
