package texml_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/texml"
)

func ExampleCheck() {
	src := []byte(`<Response>
  <Gather numdigits="1" action="/menu"><Say>Press one.</Say></Gather>
  <Hangup/>
</Response>`)
	for _, p := range texml.Check(src, texml.CheckOptions{}) {
		rule, _ := texml.Explain(p.Code)
		fmt.Println(p)
		fmt.Println(rule.Severity, "-", rule.Title)
	}
	// Output:
	// 2:11: TX202 the attribute is written numDigits, not numdigits (numDigits)
	// error - the name of the attribute is written differently
}

func ExampleMend() {
	src := []byte(`<response><say>Hello.</say><Redirect Method="post">/menu</Redirect></response>`)
	fmt.Printf("%s\n", texml.Mend(src, texml.Check(src, texml.CheckOptions{})))
	// Output: <Response><Say>Hello.</Say><Redirect method="POST">/menu</Redirect></Response>
}

// TestCheck_places: columns count characters of the source, whatever stands before.
func TestCheck_places(t *testing.T) {
	gather := func(json string) string {
		return "<Response><AIGather action='/got'><Greeting>Hi.</Greeting>\n<Parameters>" + json + "</Parameters></AIGather><Hangup/></Response>"
	}
	tests := map[string]struct{ src, want string }{
		"byte-order-mark":   {"\uFEFF<Response><Reject reason='no'/></Response>", "TX209 1:27"},
		"behind-umlaut":     {"<Response><Say>ä</Say><Reject/></Response>", "TX507 1:23"},
		"carriage-return":   {"<Response>\r\n<Say>a</Say>\r\n<Reject/></Response>", "TX507 3:1"},
		"text-behind-lines": {"<Response>\n\n  ä b<Hangup/></Response>", "TX106 3:3"},
		"json-in-cdata":     {gather(`<![CDATA[{"type":"list","properties":{"a":{"description":"A"}}}]]>`), "TX603 2:30"},
		"json-with-entity":  {gather(`{&quot;type&quot;:"list","properties":{"a":{"description":"A"}}}`), "TX603 2:31"},
		"json-second-line":  {gather("{\r\n \"type\":\"list\",\"properties\":{\"a\":{\"description\":\"A\"}}}"), "TX603 3:9"},
		"json-in-pieces":    {gather(`{"type":<![CDATA["list"]]>,"properties":{"a":{"description":"A"}}}`), "TX603 2:30"},
		"json-behind-emoji": {gather(`{"title":"🙂","type":"list","properties":{"a":{"description":"A"}}}`), "TX603 2:33"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := sample{src: []byte(test.src)}.got()
			if diff := cmp.Diff([]string{test.want}, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// TestMend_offsets: edits count bytes of the source as it was given.
func TestMend_offsets(t *testing.T) {
	tests := map[string]struct {
		src, want string
		template  bool
	}{
		"byte-order-mark":    {src: "\uFEFF<Response><hangup/></Response>", want: "\uFEFF<Response><Hangup/></Response>"},
		"end-tag-with-space": {src: "<Response><say >ä</say ></Response>", want: "<Response><Say >ä</Say ></Response>"},
		"both-spellings":     {src: "<Response><Pause length='1' Length='2'/></Response>", want: "<Response><Pause length='1' Length='2'/></Response>"},
		"without-response":   {src: "<say>ä</say>\n<hangup/>", want: "<Say>ä</Say>\n<Hangup/>", template: true},
		"prefix-on-root": {
			src:  "<?xml version='1.0'?><!-- <Response> --><Response a='1'><Say flow:if='b'/></Response>",
			want: "<?xml version='1.0'?><!-- <Response> --><Response xmlns:flow=\"https://texmlsrv/flow\" a='1'><Say flow:if='b'/></Response>", template: true,
		},
		"prefix-where-used": {
			src:  "\n<Say flow:if='b'>ä</Say>",
			want: "\n<Say xmlns:flow=\"https://texmlsrv/flow\" flow:if='b'>ä</Say>", template: true,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := texml.CheckOptions{Template: test.template}
			if diff := cmp.Diff(test.want, string(texml.Mend([]byte(test.src), texml.Check([]byte(test.src), o)))); diff != "" {
				t.Errorf("mended (-want +got):\n%s", diff)
			}
		})
	}
}

// TestElementDecl_CheckValue: a value that is known by itself is held against its declaration.
func TestElementDecl_CheckValue(t *testing.T) {
	tests := map[string]struct{ element, attribute, value, want string }{
		"fits":              {"Gather", "timeout", "5", ""},
		"out-of-range":      {"Gather", "timeout", "500", "TX208"},
		"not-a-number":      {"Gather", "timeout", "soon", "TX206"},
		"written-otherwise": {"Gather", "input", "DTMF", "TX210"},
		"still-computed":    {"Gather", "timeout", "{{ vars.t }}", ""},
		"no-such-attribute": {"Gather", "tempo", "5", ""},
		"number-as-text":    {"Number", "", "+13125550123", ""},
		"name-as-text":      {"Number", "", "Ana", "TX213"},
		"address-as-text":   {"Sip", "", "desk@pbx", "TX214"},
		"url-as-text":       {"Redirect", "", "a b", "TX301"},
		"long-greeting":     {"Greeting", "", strings.Repeat("a", 3001), "TX407"},
		"json":              {"Parameters", "", "{", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := ""
			for _, p := range declarations()[test.element].CheckValue(test.attribute, test.value) {
				got += p.Code
			}
			if got != test.want {
				t.Errorf("CheckValue = %q, want %q", got, test.want)
			}
		})
	}
}

// TestCheck_size: a document may be 64 KiB, or what the options say.
func TestCheck_size(t *testing.T) {
	long := "<Response><Say>" + strings.Repeat("Hello. ", 400) + "</Say></Response>"
	if found := texml.Check([]byte(long), texml.CheckOptions{}); len(found) > 0 {
		t.Errorf("by default: %v", found)
	}
	if got := (sample{src: []byte(long), options: texml.CheckOptions{Size: 100}}).got(); !cmp.Equal(got, []string{"TX003 1:1"}) {
		t.Errorf("with a size of 100: %v", got)
	}
}
