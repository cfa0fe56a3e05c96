package flows_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"texmlsrv/texml"
)

// templateWriter writes random templates by what the vocabulary says. Every
// text that may be anything has something said in it.
type templateWriter struct {
	*rand.Rand
	strings.Builder
	used map[string]bool // keys of elements, and "element attribute"
	item bool            // inside of a flow:for
}

// declarations are the vocabulary by key.
var declarations = func() map[string]*texml.ElementDecl {
	all := map[string]*texml.ElementDecl{}
	for _, decl := range texml.Vocabulary() {
		all[decl.Key] = decl
	}
	return all
}()

// avoided are attributes that exclude others, or need others that say the same.
var avoided = []string{
	"Play.digits", "Play.ringTone", // instead of a URL
	"AIAssistant.join", "Response.AIAssistant.join", // instead of id
}

// demanded are attributes that are needed in some of the ways to use an element.
var demanded = []string{"AIAssistant.id", "Response.AIAssistant.id", "Pay.chargeAmount"}

// fixed are values of attributes that go together with others.
var fixed = map[string]string{
	"minDigits": "2", "maxDigits": "12", "size": "l", "transcriptionEngine": "Deepgram", "model": "deepgram/nova-3",
	"transcriptionModel": "deepgram/nova-3", "attempt": "1 2", "postalCode": "true",
}

// response is a whole template.
func (w *templateWriter) response() string {
	w.WriteString(`<Response xmlns:flow="https://texmlsrv/flow">`)
	children := declarations["Response"].Children
	for range 1 + w.IntN(6) {
		if decl := declarations[children[w.IntN(len(children))].Key]; decl.Terminal != texml.Always {
			w.element(decl, true)
		}
	}
	if w.IntN(2) == 0 {
		decl := declarations[children[w.IntN(len(children))].Key]
		w.element(decl, decl.Terminal != texml.Always)
	}
	w.WriteString("</Response>")
	return w.String()
}

// element writes an element. One that is free may be there or not, and any
// number of times.
func (w *templateWriter) element(decl *texml.ElementDecl, free bool) {
	w.used[decl.Key] = true
	fmt.Fprintf(w, "<%s", decl.Name())
	looped := false
	if free {
		looped = w.condition(decl)
	}
	outer := w.item
	w.item = w.item || looped
	for _, a := range decl.Attrs {
		w.attribute(decl, a)
	}
	w.WriteString(">")
	if !w.children(decl) {
		w.text(decl)
	}
	w.item = outer
	fmt.Fprintf(w, "</%s>", decl.Name())
}

// condition writes flow:if and flow:for, and tells whether there is an item.
func (w *templateWriter) condition(decl *texml.ElementDecl) (looped bool) {
	if w.IntN(4) == 0 {
		fmt.Fprintf(w, ` flow:if="%s"`, w.pick("attempt == 1", "attempt &gt; 1", "gathered.said", "not gathered.said", "len(vars.list) == 3", "call.from != nil or true"))
	}
	if w.IntN(6) == 0 && decl.Terminal != texml.Always {
		w.WriteString(` flow:for="item in vars.list"`)
		return true
	}
	return false
}

// attribute writes an attribute: always when it has to be there.
func (w *templateWriter) attribute(decl *texml.ElementDecl, a texml.AttrDecl) {
	name := decl.Key + "." + a.Name
	needed := a.Required || slices.Contains(demanded, name)
	if slices.Contains(avoided, name) || !needed && w.IntN(4) > 0 {
		return
	}
	for _, other := range a.Without {
		if strings.Contains(w.String()[strings.LastIndex(w.String(), "<"):], " "+other+"=") {
			return
		}
	}
	w.used[decl.Key+" "+a.Name] = true
	value := w.value(a)
	if !strings.Contains(value, "{{") && w.IntN(4) == 0 {
		value = "{{ '" + value + "' }}"
		if !needed && w.IntN(4) == 0 {
			value = "{{ attempt &gt; 1 ? 'x' : nil }}"
		}
	}
	fmt.Fprintf(w, ` %s="%s"`, a.Name, value)
}

// value is one that an attribute may have.
func (w *templateWriter) value(a texml.AttrDecl) string {
	if v := fixed[a.Name]; v != "" && (a.Type != texml.TypeEnum || slices.Contains(a.Values, v)) {
		return v
	}
	switch a.Type {
	case texml.TypeBool:
		return w.pick("true", "false")
	case texml.TypeInt, texml.TypeDecimal, texml.TypeMoney:
		return w.numeral(a)
	case texml.TypeEnum, texml.TypeList:
		return w.pick(a.Values...)
	case texml.TypeURL:
		return w.address(a.URL, a.Context)
	case texml.TypeDigits:
		return a.Chars[:1]
	case texml.TypeJSON:
		return "{{ json({a: " + w.said() + ", b: [{c: " + w.said() + "}]}) }}"
	}
	if v := literals[a.Type]; v != "" {
		return v
	}
	if a.Chars != "" || a.MaxLen > 0 {
		return "abc"
	}
	return w.around()
}

// literals are values of types that do not take any text.
var literals = map[texml.Type]string{
	texml.TypePhone: "+13125550100", texml.TypeVoice: "Telnyx.NaturalHD.Astra", texml.TypeLanguage: "en-US",
	texml.TypeUUID: "3fa85f64-5717-4562-b3fc-2c963f66afa6", texml.TypeSIP: "sip:ada@example.com", texml.TypeInt: "200",
}

// numeral is a number within its range.
func (w *templateWriter) numeral(a texml.AttrDecl) string {
	if len(a.Values) > 0 {
		return w.pick(a.Values...)
	}
	if a.Range == nil {
		return "3"
	}
	n := a.Range.Min
	if a.Range.Max >= n+1 {
		n += float64(w.IntN(int(min(a.Range.Max-n, 50)) + 1))
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// address is a URL of a kind.
func (w *templateWriter) address(kind texml.URLKind, context texml.Context) string {
	query := "?q={{ urlquery(" + w.said() + ") }}&amp;r={{ urlquery(" + w.said() + ") }}"
	switch {
	case kind == texml.SocketURL:
		return "wss://example.com/" + query
	case kind == texml.MediaURL || kind == texml.WaitMediaURL:
		return "https://example.com/a.mp3" + query
	case kind == texml.DocumentURL && context == texml.Main && w.IntN(2) == 0:
		return "{{ step('failed') }}"
	case kind == texml.DocumentURL && context != texml.Main && w.IntN(2) == 0:
		return "{{ aside('hold') }}"
	}
	return "https://example.com/{{ urlquery(" + w.said() + ") }}/" + query
}

// said is an expression for what somebody said.
func (w *templateWriter) said() string {
	all := []string{"gathered.said", "call.from", "call.caller_name", "vars.list[1]", "history[0].content", "gathered.said + gathered.said", "json(vars.list)", "answer.result.said"}
	if w.item {
		all = append(all, "item", "item", "item")
	}
	return all[w.IntN(len(all))]
}

// around is text with something said in it. It begins with text, so that it is
// there whatever is said.
func (w *templateWriter) around() string {
	s := w.pick("a", "b { ", "c[", "d")
	for range 1 + w.IntN(3) {
		s += "{{ " + w.said() + " }}" + w.pick("", " ", "{ ", "]]&gt;", "{{ '{' }}", " e ")
	}
	return s
}

// children writes the children of an element; false when there are none.
func (w *templateWriter) children(decl *texml.ElementDecl) bool {
	children := decl.Children
	switch {
	case len(children) == 0:
		return false
	case decl.OnlyOne:
		w.element(declarations[children[w.IntN(len(children))].Key], false)
		return true
	case decl.Key == "Dial":
		return w.nouns()
	}
	for _, child := range children {
		count := child.Min
		if child.Max != 1 {
			count += w.IntN(3)
		} else if child.Min == 0 {
			count = w.IntN(2)
		}
		if decl.Key == "AIGather" && child.Key == "Tools" && strings.HasSuffix(w.String(), "</Assistant>") {
			count = 0
		}
		for range count {
			w.element(declarations[child.Key], child.Min == 0 && child.Max != 1)
		}
	}
	return true
}

// nouns writes who is dialed: numbers and SIP addresses, or one of the others;
// false for the text.
func (w *templateWriter) nouns() bool {
	switch w.IntN(4) {
	case 0:
		return false
	case 1:
		w.element(declarations[w.pick("Queue", "Conference")], false)
	default:
		w.element(declarations[w.pick("Number", "Sip")], false)
		for range w.IntN(3) {
			w.element(declarations[w.pick("Number", "Sip")], true)
		}
	}
	return true
}

// text writes the text of an element.
func (w *templateWriter) text(decl *texml.ElementDecl) {
	switch decl.Text.Type {
	case texml.TypeNone:
	case texml.TypeURL:
		w.WriteString(w.address(decl.Text.URL, texml.Main))
	case texml.TypeSpeech:
		w.speech()
	case texml.TypeSchema:
		w.WriteString("<![CDATA[" + w.schema() + "]]>")
	case texml.TypeTool:
		w.WriteString("<![CDATA[" + w.tool() + "]]>")
	case texml.TypeRaw:
		w.WriteString(w.pick("a<![CDATA[{]]>", "") + w.around())
	default:
		if v := literals[decl.Text.Type]; v != "" {
			w.WriteString(v)
		} else {
			w.WriteString(w.around())
		}
	}
}

// speech writes what is spoken, with SSML in it.
func (w *templateWriter) speech() {
	w.WriteString(w.around())
	for range w.IntN(3) {
		fmt.Fprintf(w, w.pick(
			`<break time="1s"/>%s`, `<emphasis level="strong">%s</emphasis>`, `<prosody rate="slow">%s<emphasis>x</emphasis></prosody>`,
			`<sub alias="a{{ gathered.said }}">%s</sub>`, `<say-as interpret-as="characters">%s</say-as>{{ gathered.said }}`, `<p><s>%s</s></p>`,
		), w.around())
	}
}

// schema is that of an object, with something said in its strings.
func (w *templateWriter) schema() string {
	properties := `"a": {"type": "string", "description": ` + w.quoted() + `, "enum": [` + w.quoted() + `, "b"]}`
	if w.IntN(2) == 0 {
		properties += `, "b": {"type": "array", "description": "b", "items": {"type": "object", "properties": {"c": {"type": "string", "description": ` + w.quoted() + `}}}}`
	}
	if w.IntN(2) == 0 {
		properties += `, "c": {"type": "string", "description": "c", "enum": "{{ map(vars.list, string(#)) }}"}`
	}
	return `{"type": "object", "description": ` + w.quoted() + `, "properties": {` + properties + `}, "required": ["a"]}`
}

// tool is the JSON of a tool, with something said in its strings.
func (w *templateWriter) tool() string {
	return w.pick(
		`{"type": "hangup", "hangup": {"description": `+w.quoted()+`}}`,
		`{"type": "webhook", "webhook": {"name": `+w.quoted()+`, "description": `+w.quoted()+`, "url": "https://example.com/"}}`,
		`{"type": "transfer", "transfer": {"from": "+13125550100", "targets": [{"name": `+w.quoted()+`, "to": "+13125550101"}]}}`,
	)
}

// quoted is a string of JSON in CDATA, which only a value can want to end.
func (w *templateWriter) quoted() string {
	return `"` + strings.ReplaceAll(w.around(), "]]&gt;", "") + `"`
}

func (w *templateWriter) pick(from ...string) string { return from[w.IntN(len(from))] }

// hostile is what nobody says by chance. It is never empty: what is may be left
// out of a document.
func (w *templateWriter) hostile() string {
	said := "a"
	for range 1 + w.IntN(4) {
		if w.IntN(8) == 0 {
			said += string(rune(w.IntN(0x11000)))
		}
		said += hostile[w.IntN(len(hostile))]
	}
	return said
}
