package flows_test

import (
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/beevik/etree"
	"pgregory.net/rapid"

	"texmlsrv/flows"
	"texmlsrv/sessions"
	"texmlsrv/texml"
)

// sinks puts what a caller said wherever a document or a look-up can hold a
// value. Every element has text of its own, so that it stands whatever is said.
const sinks = `
start: ask
defaults: {otherwise: never}
steps:
  ask:
    document: <AIGather><Parameters>{"type":"object","properties":{"said":{"type":"string"}},"required":["said"]}</Parameters></AIGather>
    next: header
    otherwise: header
  header:
    lookup:
      url: "https://{{ env.HOST }}/{{ gathered.said }}?q={{ urlquery(gathered.said) }}&r={{ gathered.said }}#{{ gathered.said }}"
      headers: {X-Said: "{{ gathered.said }}"}
      body: {"{{": "{{ gathered.said }}", text: "a{{ gathered.said }}", list: ["{{ gathered.said }}"]}
      into: found
    next: sinks
    otherwise: sinks
  sinks:
    document: sinks.xml
    next: never
  never:
    document: <Hangup/>
`

const sinksDocument = `<Response xmlns:flow="https://texmlsrv/flow">
  <Say voice="{{ gathered.said }}" language="a{{ gathered.said }}">a {{ gathered.said }}{{ gathered.said }} {{ telnyx_variable("From") }}<emphasis level="{{ gathered.said }}">b{{ gathered.said }}</emphasis>{{ gathered.said }}</Say>
  <Say>a{{ "{" }}{{ gathered.said }}{{ "{" }}{{ telnyx_variable("From") }}{{ gathered.said }}</Say>
  <Say flow:for="c in [gathered.said, vars.found]">a{{ c }}</Say>
  <Play failoverUrl="https://example.com/{{ gathered.said }}">https://example.com/{{ gathered.said }}{{ telnyx_variable("From") }}</Play>
  <Gather action="https://example.com/?{{ gathered.said }}" hints="{{ gathered.said }}"><Say>a{{ gathered.said }}</Say></Gather>
  <Dial callerId="{{ gathered.said }}"><Sip username="{{ gathered.said }}">sip:a@example.com;x={{ gathered.said }}</Sip><Number url="{{ step('ask') }}?{{ gathered.said }}">+1{{ gathered.said }}</Number></Dial>
  <AIGather>
    <Greeting>a{{ gathered.said }}</Greeting>
    <Parameters>{"type":"object","properties":{"a":{"type":"string","description":"{{ gathered.said }}","enum":["{{ gathered.said }}","b{{ gathered.said }}"]},"b":{"description":"{{ '{' }}{{ telnyx_variable('From') }}{{ gathered.said }}"}},"required":["a"]}</Parameters>
    <MessageHistory><Message role="user">a{{ gathered.said }}</Message></MessageHistory>
    <Tools><Tool>{"a":"{{ gathered.said }}","{":"{","key":"{{ telnyx_secret('api') }}"}</Tool></Tools>
  </AIGather>
  <AIGather><Parameters>{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}</Parameters></AIGather>
  <HttpRequest async="false"><Request url="https://example.com/{{ gathered.said }}" method="POST"><Body>{{ gathered.said }}<![CDATA[{]]>{{ gathered.said }}</Body></Request></HttpRequest>
  <Redirect>https://example.com/{{ gathered.said }}</Redirect>
</Response>`

// meant is how often the template writes Mustache: From in two texts, in a URL
// and in JSON, and a secret, which has a beginning and an end.
const meant = 4 + 2

func sinkRelease(t testing.TB) *flows.Release {
	return load(t, fstest.MapFS{
		"desk/flow.yaml": &fstest.MapFile{Data: []byte(sinks)},
		"desk/sinks.xml": &fstest.MapFile{Data: []byte(sinksDocument)},
	}, flows.Environment{Env: map[string]string{"HOST": "example.com"}})
}

// say leads a call to the document of all sinks. Every decision is made twice
// and leaves the session alone.
func say(t checker, release *flows.Release, said string) (document []byte, lookup *flows.LookupRequest) {
	call := sessions.Call{SID: "v3:sinks", From: said, To: said, CallerName: said}
	begun := release.Begin(call, "desk", monday)
	brought := flows.Brought{AI: &flows.AIResult{
		Result:  map[string]any{"said": said},
		History: []sessions.Message{{Role: "user", Content: "a" + said}, {Role: "assistant", Content: "b" + said}},
	}}
	answered := twice(t, &begun.Session, func(s *sessions.Session) flows.Decision {
		return release.Answer(s, brought, flows.ViaAction, "", monday)
	})
	if answered.Lookup == nil {
		return answered.Document.Fill(linked), nil
	}
	found := twice(t, &answered.Session, func(s *sessions.Session) flows.Decision {
		before := answered
		before.Session = *s
		return release.LookedUp(before, flows.Found{Code: 200, Result: []any{said, map[string]any{said: said}}}, monday)
	})
	return found.Document.Fill(linked), answered.Lookup
}

func linked(l flows.Link) string {
	return "https://us.example.com/" + l.Flow + "/" + l.Step + "/" + l.Via
}

// checker is what tests and properties have in common.
type checker interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

func twice(t checker, s *sessions.Session, decide func(*sessions.Session) flows.Decision) flows.Decision {
	t.Helper()
	before := deepCopy(*s)
	first, second := decide(s), decide(s)
	if !reflect.DeepEqual(before, *s) {
		t.Errorf("the session was changed:\nfrom %#v\nto   %#v", before, *s)
	}
	if !reflect.DeepEqual(first, second) {
		t.Errorf("one request was decided in two ways:\n%+v\n%+v", first, second)
	}
	return first
}

// deepCopy copies everything that a session holds.
func deepCopy(s sessions.Session) sessions.Session {
	v := reflect.New(reflect.TypeOf(s)).Elem()
	copyInto(v, reflect.ValueOf(s))
	return v.Interface().(sessions.Session)
}

func copyInto(to, from reflect.Value) {
	to.Set(from)
	switch from.Kind() {
	case reflect.Struct:
		for i := range from.NumField() {
			if to.Type().Field(i).IsExported() {
				copyInto(to.Field(i), from.Field(i))
			}
		}
	case reflect.Slice:
		if !from.IsNil() {
			to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
			for i := range from.Len() {
				copyInto(to.Index(i), from.Index(i))
			}
		}
	case reflect.Map:
		if !from.IsNil() {
			to.Set(reflect.MakeMap(from.Type()))
			for _, key := range from.MapKeys() {
				v := reflect.New(from.Type().Elem()).Elem()
				copyInto(v, from.MapIndex(key))
				to.SetMapIndex(key, v)
			}
		}
	case reflect.Interface:
		if !from.IsNil() {
			v := reflect.New(from.Elem().Type()).Elem()
			copyInto(v, from.Elem())
			to.Set(v)
		}
	}
}

// tooLarge is how the call goes on when a document passes its limit.
const tooLarge = "<Response><Hangup/></Response>"

// checkSaid says something wherever it can be said and checks what comes of it.
func checkSaid(t checker, release *flows.Release, said, harmless string) {
	t.Helper()
	document, lookup := say(t, release, said)
	if len(said) > 256 && strings.HasSuffix(string(document), tooLarge) {
		return
	}
	checkSinks(t, said, harmless, document, lookup)
}

// checkSinks holds what came of a caller's words against what is guaranteed.
func checkSinks(t checker, said, harmless string, document []byte, lookup *flows.LookupRequest) {
	t.Helper()
	text := string(document)
	tree, err := texml.ParseTree(document)
	if err != nil || !utf8.Valid(document) {
		t.Fatalf("%q: not a document: %v\n%s", said, err, text)
	}
	if got := structure(tree.Root); got != harmless {
		t.Errorf("%q: the elements are\n%s\nwant\n%s\n%s", said, got, harmless, text)
	}
	if n := strings.Count(text, "{{"); n != meant || strings.Contains(text, "{{{") {
		t.Errorf("%q: {{ stands %d times in the document, want %d\n%s", said, n, meant, text)
	}
	for _, name := range []string{"Parameters", "Tool"} {
		for _, e := range tree.Root.FindElements(".//" + name) {
			if !json.Valid([]byte(e.Text())) {
				t.Errorf("%q: %s is not JSON: %s", said, name, e.Text())
			}
		}
	}
	if lookup == nil {
		return
	}
	u, err := url.Parse(lookup.URL)
	if err != nil || u.Scheme != "https" || u.Host != "example.com" || strings.ContainsAny(lookup.URL, "\r\n\x00 ") {
		t.Errorf("%q: the look-up goes to %q (%v)", said, lookup.URL, err)
	}
	if v := lookup.Headers[0][1]; strings.ContainsAny(v, "\r\n\x00") {
		t.Errorf("%q: the header is %q", said, v)
	}
	if !json.Valid(lookup.Body) || !utf8.Valid(lookup.Body) {
		t.Errorf("%q: the body is not JSON: %s", said, lookup.Body)
	}
}

// structure lists the elements of a tree, without their text.
func structure(e *etree.Element) string {
	var b strings.Builder
	b.WriteString("<" + e.FullTag())
	for _, child := range e.ChildElements() {
		b.WriteString(structure(child))
	}
	b.WriteString(">")
	return b.String()
}

// hostile are words that callers do not say by chance.
var hostile = []string{
	"{{From}}", "{{#secret}}x{{/secret}}", "{{{x}}}", "{", "}", "{{", "}}", "{ {", "{\x00{", "{\ufffe{", "{\ue000{", "{\ue001{", "\ue001From}}",
	"\ue000action/desk/ask\ue000", "\ue000", "{\u200b{", "{\u00ad{", "{\r{", "{\u00a0{", "{\n{", `{\u007b`, "%7B%7B", "&#123;&#123;",
	"</Say><Hangup/>", "<Dial>+1</Dial>", "]]>", "<![CDATA[", "<!--", "-->", "&amp;", "&#0;", "&x;", `"`, "'", `\`, `\"`, "\x00", "\x1b", "\x7f", "\u0085",
	"\u202e", "\u2028", "\ufeff", "\ufffd", "\uffff", "\xff", "\xc3(", "\xed\xa0\x80", "😀", "é", " ", "\t", "\r\n", "../..", "@evil.example", "#", "?", "//", ":",
	strings.Repeat("{", 10<<10), strings.Repeat("x", 3000), strings.Repeat("\"", 500),
}

// Whatever a caller says, the document has the elements of its template, is
// well-formed, and holds no Mustache but the author's.
func TestRenderProperty(t *testing.T) {
	release := sinkRelease(t)
	harmless := harmlessStructure(t, release)
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			words := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(hostile), rapid.String()), 1, 5).Draw(t, "words")
			said := strings.Join(words, "")
			checkSaid(t, release, said, harmless)
		}
	})
}

// Each of the hostile words, alone.
func TestRenderHostile(t *testing.T) {
	release := sinkRelease(t)
	harmless := harmlessStructure(t, release)
	for _, said := range hostile {
		checkSaid(t, release, said, harmless)
	}
}

func harmlessStructure(t testing.TB, release *flows.Release) string {
	t.Helper()
	document, lookup := say(t, release, "harmless")
	tree, err := texml.ParseTree(document)
	if err != nil || lookup == nil {
		t.Fatalf("%v, look-up %v\n%s", err, lookup, document)
	}
	checkSinks(t, "harmless", structure(tree.Root), document, lookup)
	if n := len(tree.Root.ChildElements()); n != 11 {
		t.Fatalf("the document has %d verbs, want 11:\n%s", n, document)
	}
	return structure(tree.Root)
}

func FuzzRender(f *testing.F) {
	for _, said := range hostile {
		f.Add(said)
	}
	release := sinkRelease(f)
	harmless := harmlessStructure(f, release)
	f.Fuzz(func(t *testing.T, said string) {
		checkSaid(t, release, said, harmless)
	})
}
