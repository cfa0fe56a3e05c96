package sessions_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/sessions"
)

func TestReadNumber(t *testing.T) {
	tests := []struct {
		typed string
		want  sessions.Number
	}{
		{"", sessions.Number{}},
		{" - ", sessions.Number{}},
		{"+353 1 960", sessions.Number{Digits: "3531960", Begins: true}},
		{"+353 (0)1 960", sessions.Number{Digits: "3531960", Begins: true}},
		{"00353 1 960", sessions.Number{Digits: "3531960", Begins: true}},
		{"+0044", sessions.Number{Digits: "0044", Begins: true}},
		{"01 960 1234", sessions.Number{Digits: "19601234"}},
		{"(312) 555-0188", sessions.Number{Digits: "3125550188"}},
		{"0188", sessions.Number{Digits: "0188"}},
		{"188", sessions.Number{Digits: "188", Ends: true}},
		{"٣٥٣", sessions.Number{}},
		{"sip:Ada@Example.com", sessions.Number{Words: []string{"ada", "example", "com"}}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, sessions.ReadNumber(tt.typed)); diff != "" {
			t.Errorf("ReadNumber(%q): (-want +got)\n%s", tt.typed, diff)
		}
	}
}

func TestAddressDigits(t *testing.T) {
	for address, want := range map[string]string{
		"+13125550188": "13125550188", "13125550188": "13125550188", "sip:+4420@example.com:5060": "4420", "tel:+44-20": "",
		"sips:+44@x": "44", "sip:desk@example.com": "", "anonymous": "", "": "", "1+2": "", "++1": "",
	} {
		if got := sessions.AddressDigits(address); got != want {
			t.Errorf("AddressDigits(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", ""},
		{"Table for 4, please!", "table for 4 please"},
		{"O'Hara", "o hara"},
		{"Zoë's ÉCLAIR, Straße", "zoe s eclair straße"},
		{"東京 カフェ3", "東 京 カ フ ェ 3"},
		{"a\x00b\xff", "a b"},
		{strings.Repeat("x", 40), strings.Repeat("x", 32)},
		{strings.Repeat("é", 40), strings.Repeat("e", 32)},
		{"हिन्दी", "हिनदी"},
	}
	for _, tt := range tests {
		if got := strings.Join(sessions.Words(tt.text), " "); got != tt.want {
			t.Errorf("Words(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestMark_copies(t *testing.T) {
	var s sessions.Session
	s.Mark(sessions.MarkApology)
	next := s
	next.Mark(sessions.MarkApology)
	next.MarkBy(sessions.Entry{Kind: sessions.EntryLost, Path: []sessions.Visit{{Tried: []sessions.Tried{{Held: true}, {Problem: "x"}}}}})
	if diff := cmp.Diff(map[sessions.Mark]int{"apology": 1}, s.Marks); diff != "" {
		t.Errorf("the session that was copied: (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(map[sessions.Mark]int{"apology": 2, "turns_lost": 1, "rule_failed": 1}, next.Marks); diff != "" {
		t.Errorf("the copy: (-want +got)\n%s", diff)
	}
}

func TestTroubled(t *testing.T) {
	tests := []struct {
		name               string
		s                  sessions.Session
		troubled, degraded bool
	}{
		{"nothing", sessions.Session{}, false, false},
		{"a-bound", sessions.Session{Escaped: true}, true, false},
		{"apology", marked(sessions.MarkApology), true, false},
		{"rule", marked(sessions.MarkRuleFailed), true, false},
		{"release", marked(sessions.MarkReleaseLost), true, false},
		{"turns", marked(sessions.MarkTurnsLost), true, true},
		{"degraded", marked(sessions.MarkDegraded), false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.s.Troubled(); got != tt.troubled {
				t.Errorf("Troubled() = %v", got)
			}
			if got := tt.s.Degraded(); got != tt.degraded {
				t.Errorf("Degraded() = %v", got)
			}
		})
	}
}

func marked(m sessions.Mark) (s sessions.Session) {
	s.Mark(m)
	return s
}

// FuzzParseCursor reads what may stand in the URL of a page.
func FuzzParseCursor(f *testing.F) {
	f.Add(sessions.Cursor{Began: time.UnixMilli(1771200000000).UTC(), SID: "v3:abc=.~-_", Seen: 50, About: 1000}.String())
	f.Add("")
	f.Add("MSAyIDMgeA")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := sessions.ParseCursor(text)
		switch {
		case err != nil && !errors.Is(err, sessions.ErrCursor):
			t.Errorf("error %v", err)
		case err == nil && (c == nil) != (text == ""):
			t.Errorf("%q is the cursor %v", text, c)
		case c != nil:
			again, err := sessions.ParseCursor(c.String())
			if diff := cmp.Diff(c, again); err != nil || diff != "" {
				t.Errorf("written and read again: %v (-want +got)\n%s", err, diff)
			}
		}
	})
}

// FuzzQuery searches for anything in anything: a session is found by its own
// number, and by each of its own words.
func FuzzQuery(f *testing.F) {
	f.Add("+353 (0)1 960", "+35319601234", "Zoë O'Hara, 東京 4")
	f.Add("00", "sip:desk@example.com", "İ ǅ ﬁ \xff \u0300")
	f.Fuzz(func(t *testing.T, typed, address, text string) {
		s := sessions.Session{Call: sessions.Call{SID: "v3:abc", From: address}, Summary: text}
		_ = sessions.Query{Number: typed, Text: typed}.Matches(&s, time.Time{}) // it ends
		if digits := sessions.AddressDigits(address); len(digits) > 3 {
			if !(sessions.Query{Number: "+" + digits}).Matches(&s, time.Time{}) {
				t.Errorf("%s is not found by +%s", address, digits)
			}
		}
		for _, word := range sessions.Words(text) {
			if again := sessions.Words(word); !utf8.ValidString(word) || len(again) != 1 || again[0] != word {
				t.Errorf("the word %q of %q has the words %q", word, text, again)
			}
			if !(sessions.Query{Text: word}).Matches(&s, time.Time{}) {
				t.Errorf("%q is not found by %q", text, word)
			}
		}
	})
}
