package callbacks

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// alteration is one thing that is known to happen to a body on its way.
type alteration struct {
	blame Blame
	was   string // what happened
	do    string
	undo  func([]byte) ([]byte, bool) // not ok where it cannot have happened
}

// What to do about alterations.
const (
	keepRaw   = "Verify the bytes as they came: whatever stands before this server must not read and rewrite bodies."
	keepText  = "Whatever hands the body on must not treat it as text."
	notDecode = "The body must be handed on as it came: nothing before this server may parse the form and write it anew."
)

// alterations are all that are known, the likeliest first.
func alterations(r Captured) []alteration {
	all := slices.Concat(lineAlterations(), formAlterations(), jsonAlterations(), wholeAlterations())
	if query := r.query(); query != "" {
		all = append(all, alteration{BlameBody, "Its fields were moved into the URL.", keepRaw,
			func(body []byte) ([]byte, bool) { return []byte(query), len(body) == 0 }})
	}
	return all
}

// lineAlterations are what happens to the ends of lines, and of the body.
func lineAlterations() []alteration {
	return []alteration{
		{BlameBody, "A line break was added at its end.", keepText, changed(func(b []byte) []byte { return bytes.TrimRight(b, "\r\n") })},
		{BlameBody, "The line break at its end was taken away.", keepText, func(b []byte) ([]byte, bool) { return append(slices.Clone(b), '\n'), true }},
		{BlameBody, "The line break at its end was taken away.", keepText, func(b []byte) ([]byte, bool) { return append(slices.Clone(b), "\r\n"...), true }},
		{BlameBody, "Its line breaks were turned from LF into CRLF.", keepText, replacing("\r\n", "\n")},
		{BlameBody, "Its line breaks were turned from CRLF into LF.", keepText,
			changed(func(b []byte) []byte {
				return bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
			})},
		{BlameBody, "Space was added around it.", keepText, changed(bytes.TrimSpace)},
		{BlameBody, "A byte order mark was put before it.", keepText, changed(func(b []byte) []byte { return bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")) })},
	}
}

// formAlterations are what happens to a form that is decoded and encoded anew.
func formAlterations() []alteration {
	marks := []string{"!", "'", "(", ")", "*", "~"}
	var escaped, literal []string
	for _, mark := range marks {
		code := fmt.Sprintf("%%%02X", mark[0])
		escaped, literal = append(escaped, mark, code), append(literal, code, mark)
	}
	return []alteration{
		{BlameEncoding, "Its spaces were turned from + into %20.", notDecode, replacing("%20", "+")},
		{BlameEncoding, "Its spaces were turned from %20 into +.", notDecode, replacing("+", "%20")},
		{BlameEncoding, "Its escapes were turned into capitals.", notDecode, changed(func(b []byte) []byte { return escapesIn(b, strings.ToLower) })},
		{BlameEncoding, "Its escapes were turned into small letters.", notDecode, changed(func(b []byte) []byte { return escapesIn(b, strings.ToUpper) })},
		{BlameEncoding, "Marks such as * and ( were escaped.", notDecode, replacing(literal...)},
		{BlameEncoding, "Marks such as * and ( were decoded.", notDecode, replacing(escaped...)},
		{BlameEncoding, "It was decoded: what has to be escaped in a form is not.", notDecode, encodedAnew(false)},
		{BlameEncoding, "Its fields were put in another order.", notDecode, encodedAnew(true)},
	}
}

// jsonAlterations are what happens to JSON that is parsed and written anew.
func jsonAlterations() []alteration {
	const notParse = "The body must be handed on as it came: nothing before this server may parse the JSON and write it anew."
	return []alteration{
		{BlameEncoding, "It was JSON on one line, and was laid out anew.", notParse, changed(compacted)},
		{BlameEncoding, "Its letters were escaped as \\u….", notParse, onJSON(letters)},
		{BlameEncoding, "Its \\u… escapes were turned into letters.", notParse, onJSON(escapedLetters)},
		{BlameEncoding, "Its slashes were escaped.", notParse, onJSON(func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(`\/`), []byte("/")) })},
		{BlameEncoding, "The escapes of its slashes were taken away.", notParse, onJSON(func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("/"), []byte(`\/`)) })},
	}
}

// wholeAlterations are what happens to a body as a whole.
func wholeAlterations() []alteration {
	return []alteration{
		{BlameEncoding, "It was compressed (gzip) on its way.", "Let the proxy hand on requests as they are, or unpack them first.", gunzipped},
		{BlameEncoding, "It is in base64 here, as some gateways hand bodies on.", "Let the gateway hand on the raw body, or decode it first.", debased},
		{BlameEncoding, "Its UTF-8 was taken for Latin-1 and encoded once more.", keepText, narrowed},
		{BlameEncoding, "Its UTF-8 was turned into Latin-1.", keepText, widened},
		{BlameBody, "The signature is of an empty body: the request was sent as a GET, or this body was put in later.", keepRaw,
			func(b []byte) ([]byte, bool) { return nil, len(b) > 0 }},
	}
}

// changed is an undo that has happened when it changes something.
func changed(undo func([]byte) []byte) func([]byte) ([]byte, bool) {
	return func(b []byte) ([]byte, bool) {
		before := undo(b)
		return before, !bytes.Equal(before, b)
	}
}

func replacing(pairs ...string) func([]byte) ([]byte, bool) {
	r := strings.NewReplacer(pairs...)
	return changed(func(b []byte) []byte { return []byte(r.Replace(string(b))) })
}

// encodedAnew encodes a form as most senders do, in its order or sorted.
func encodedAnew(sorted bool) func([]byte) ([]byte, bool) {
	return changed(func(b []byte) []byte {
		var pairs []string
		for pair := range strings.SplitSeq(string(b), "&") {
			name, value, has := strings.Cut(pair, "=")
			pair = url.QueryEscape(unescape(name))
			if has {
				pair += "=" + url.QueryEscape(plusKept(value))
			}
			pairs = append(pairs, pair)
		}
		if sorted {
			slices.Sort(pairs)
		}
		return []byte(strings.Join(pairs, "&"))
	})
}

// plusKept decodes a value. In one with raw spaces or no escapes at all, a plus
// is a plus that was decoded already.
func plusKept(value string) string {
	if strings.Contains(value, " ") || strings.HasPrefix(value, "+") {
		value = strings.ReplaceAll(value, "+", "%2B")
	}
	return unescape(value)
}

// escapesIn changes the hexadecimal digits of escapes.
func escapesIn(b []byte, to func(string) string) []byte {
	text := slices.Clone(b)
	for i := 0; i+2 < len(text); i++ {
		if text[i] == '%' && hexDigit(text[i+1]) >= 0 && hexDigit(text[i+2]) >= 0 {
			copy(text[i+1:], to(string(text[i+1:i+3])))
			i += 2
		}
	}
	return text
}

func compacted(b []byte) []byte {
	var out bytes.Buffer
	if json.Compact(&out, b) != nil {
		return b
	}
	return out.Bytes()
}

func onJSON(undo func([]byte) []byte) func([]byte) ([]byte, bool) {
	return changed(func(b []byte) []byte {
		if !json.Valid(b) {
			return b
		}
		return undo(b)
	})
}

// letters turns escapes such as \u00e9 into letters, but where JSON needs them.
func letters(b []byte) []byte {
	var out []byte
	for len(b) > 0 {
		i := bytes.IndexByte(b, '\\')
		if i < 0 || i+1 >= len(b) {
			break
		}
		out, b = append(out, b[:i]...), b[i:]
		r, size := escapedRune(b)
		if size == 0 || r < ' ' || r == '"' || r == '\\' {
			size = max(size, 2)
			out, b = append(out, b[:size]...), b[size:]
			continue
		}
		out, b = utf8.AppendRune(out, r), b[size:]
	}
	return append(out, b...)
}

// escapedRune is the letter of the \u00e9, or of two such, that b begins with;
// size is 0 when it begins with none.
func escapedRune(b []byte) (r rune, size int) {
	r, ok := unit(b)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	second, ok := unit(b[6:])
	if r = utf16.DecodeRune(r, second); !ok || r == utf8.RuneError {
		return 0, 0
	}
	return r, 12
}

func unit(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 32)
	return rune(n), err == nil
}

// escapedLetters turns every letter beyond ASCII into escapes such as \u00e9.
func escapedLetters(b []byte) []byte {
	var out []byte
	for _, r := range string(b) {
		if r < utf8.RuneSelf {
			out = append(out, byte(r))
			continue
		}
		for _, u := range utf16.Encode([]rune{r}) {
			out = fmt.Appendf(out, `\u%04x`, u)
		}
	}
	return out
}

func gunzipped(b []byte) ([]byte, bool) {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, false
	}
	out, err := io.ReadAll(io.LimitReader(r, bodyLimit))
	return out, err == nil
}

func debased(b []byte) ([]byte, bool) {
	out, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(b)))
	return out, err == nil && len(out) > 0
}

// narrowed writes every letter of UTF-8 as one byte.
func narrowed(b []byte) ([]byte, bool) {
	var out []byte
	for _, r := range string(b) {
		if r > 0xff {
			return nil, false
		}
		out = append(out, byte(r))
	}
	return out, len(out) != len(b)
}

// widened writes every byte as a letter of UTF-8.
func widened(b []byte) ([]byte, bool) {
	if utf8.Valid(b) {
		return nil, false
	}
	var out []byte
	for _, c := range b {
		out = utf8.AppendRune(out, rune(c))
	}
	return out, true
}
