package callbacks

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of what is kept of a form. Telnyx sends a few dozen fields, each once.
const (
	keyLimit    = 256       // distinct keys
	repeatLimit = 64        // values of one key
	keyBytes    = 1 << 10   // of one key
	fieldsBytes = 256 << 10 // of Request.Fields, keys and values together
)

// fetchKeyField is our own parameter in a GET's query: never the platform's.
const fetchKeyField = "texml_key"

// pair is one field as it came, decoded.
type pair struct{ key, value string }

// fields are the platform's fields of one request.
type fields struct {
	pairs    []pair // in the order they came
	overfull bool   // there were more than the bounds allow; the excess is not in pairs
}

// parseFields reads a form by hand, because the library's reader drops what it
// finds fault with: here a pair always counts, a bad escape stands for itself,
// and a semicolon is a character. Declared names are kept however late they come.
func parseFields(text string) fields {
	var f fields
	seen := make(map[string]int)
	for text != "" {
		var item string
		item, text, _ = strings.Cut(text, "&")
		key, value, _ := strings.Cut(item, "=")
		if key = unescape(key); key == "" || key == fetchKeyField {
			continue
		}
		n := seen[key]
		full := n >= repeatLimit || n == 0 && len(seen) >= keyLimit && !declared[key]
		if full || len(key) > keyBytes {
			f.overfull = true
			continue
		}
		seen[key]++
		f.pairs = append(f.pairs, pair{key, unescape(value)})
	}
	return f
}

// unescape decodes one key or value: a plus is a space, %XX is a byte, and a
// percent sign without two hexadecimal digits is a percent sign.
func unescape(s string) string {
	if !strings.ContainsAny(s, "+%") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b.WriteByte(' ')
		case s[i] == '%' && i+2 < len(s) && hexDigit(s[i+1]) >= 0 && hexDigit(s[i+2]) >= 0:
			b.WriteByte(byte(hexDigit(s[i+1])<<4 | hexDigit(s[i+2])))
			i += 2
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// hexDigit is the value of a hexadecimal digit, or -1.
func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// kept returns the first value of every field, cleaned, each value and all of
// them together bounded.
func (f fields) kept() map[string]string {
	kept := make(map[string]string, len(f.pairs))
	room := fieldsBytes
	for _, p := range f.pairs {
		key := clean(p.key)
		if _, is := kept[key]; is || len(key) > room {
			continue
		}
		room -= len(key)
		value := cut(clean(p.value), min(room, textLimit))
		room -= len(value)
		kept[key] = value
	}
	return kept
}

// declaredValues returns the first value of each declared field, cleaned, in
// the shape that form libraries take.
func (f fields) declaredValues() map[string][]string {
	values := make(map[string][]string, len(f.pairs))
	for _, p := range f.pairs {
		if _, is := values[p.key]; !is && declared[p.key] {
			values[p.key] = []string{clean(p.value)}
		}
	}
	return values
}

// fingerprint is a hash of the fields in sorted order, so that one request has
// one fingerprint by GET and by POST, and in any order of its fields. An
// overfull form is known by its text.
func (f fields) fingerprint(text string) string {
	pairs := slices.Clone(f.pairs)
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(strings.Compare(a.key, b.key), strings.Compare(a.value, b.value))
	})
	if f.overfull {
		pairs = append(pairs, pair{value: text})
	}
	h := sha256.New()
	var size [8]byte
	for _, p := range pairs {
		for _, s := range []string{p.key, p.value} {
			h.Write(binary.BigEndian.AppendUint64(size[:0], uint64(len(s))))
			h.Write([]byte(s))
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// clean takes NUL and invalid UTF-8 out of a text from outside.
func clean(s string) string {
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// cut shortens s to at most n bytes, between two characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
