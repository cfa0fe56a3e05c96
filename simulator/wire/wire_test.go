package wire_test

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"texmlsrv/simulator/wire"
)

func TestFilled(t *testing.T) {
	sid := regexp.MustCompile(`^v3:[A-Za-z0-9_-]{54}$`)
	id := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for seed := range uint64(200) {
		c := wire.Call{Seed: seed}.Filled()
		if !sid.MatchString(c.SID) || !id.MatchString(c.LegID) || !id.MatchString(c.SessionID) {
			t.Fatalf("seed %d: %+v", seed, c)
		}
		for _, one := range []string{c.SID, c.LegID, c.SessionID} {
			if seen[one] {
				t.Fatalf("seed %d: %s comes twice", seed, one)
			}
			seen[one] = true
		}
		if again := (wire.Call{Seed: seed}).Filled(); again != c {
			t.Fatalf("seed %d: another call the second time", seed)
		}
	}
}

func TestFilledKeepsWhatIsGiven(t *testing.T) {
	given := wire.Call{
		SID: "v3:own", AccountSID: "account", ConnectionID: "connection", LegID: "leg", SessionID: "session",
		From: "ada@example.com", To: "+4930123", CallerID: "Ada", Type: "pstn",
	}
	if diff := cmp.Diff(given, given.Filled()); diff != "" {
		t.Error(diff)
	}
	if c := (wire.Call{From: "ada@example.com"}).Filled(); c.Type != "sip" || c.CallerID != c.From {
		t.Errorf("%+v", c)
	}
}

func TestLeg(t *testing.T) {
	c := wire.Call{Seed: 7}.Filled()
	first, second := c.Leg(1, "+4930123"), c.Leg(2, "+4930123")
	if first.SID == c.SID || first.SID == second.SID || first.LegID == second.LegID {
		t.Errorf("legs share ids: %s %s %s", c.SID, first.SID, second.SID)
	}
	if first.Parent != c.SID || first.SessionID != c.SessionID || first.To != "+4930123" {
		t.Errorf("%+v", first)
	}
}

func TestEncoding(t *testing.T) {
	form := wire.Call{SID: "v3:a", From: "+1415", To: "x"}.Filled().Gather(wire.Gather{Speech: text("a + b"), Confidence: 1})
	tests := []struct {
		name     string
		encoding wire.Encoding
		want     string
	}{
		{"plain", wire.Encoding{}, "AccountSid=7c1e5b0a-52f4-4a0e-9d3a-1f6c2b8d4e90&CallSid=v3%3Aa&CallSidLegacy=v3%3Aa&Confidence=1&From=%2B1415&SpeechResult=a+%2B+b&To=x"},
		{"listed", wire.Encoding{Listed: true}, "AccountSid=7c1e5b0a-52f4-4a0e-9d3a-1f6c2b8d4e90&CallSid=v3%3Aa&CallSidLegacy=v3%3Aa&From=%2B1415&To=x&Confidence=1&SpeechResult=a+%2B+b"},
		{"raw-plus", wire.Encoding{RawPlus: true}, "AccountSid=7c1e5b0a-52f4-4a0e-9d3a-1f6c2b8d4e90&CallSid=v3%3Aa&CallSidLegacy=v3%3Aa&Confidence=1&From=+1415&SpeechResult=a+++b&To=x"},
		{"percent-spaces", wire.Encoding{PercentSpaces: true}, "AccountSid=7c1e5b0a-52f4-4a0e-9d3a-1f6c2b8d4e90&CallSid=v3%3Aa&CallSidLegacy=v3%3Aa&Confidence=1&From=%2B1415&SpeechResult=a%20%2B%20b&To=x"},
		{"both", wire.Encoding{RawPlus: true, PercentSpaces: true}, "AccountSid=7c1e5b0a-52f4-4a0e-9d3a-1f6c2b8d4e90&CallSid=v3%3Aa&CallSidLegacy=v3%3Aa&Confidence=1&From=+1415&SpeechResult=a%20+%20b&To=x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.encoding.Encode(form); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestWithQuery(t *testing.T) {
	for _, test := range [][3]string{
		{"/texml", "a=1", "/texml?a=1"},
		{"/texml?x=%2F", "a=1", "/texml?x=%2F&a=1"},
		{"/texml?", "a=1", "/texml?a=1"},
		{"/texml?x=1&", "a=1", "/texml?x=1&a=1"},
		{"/texml?x=1#end", "a=1", "/texml?x=1&a=1#end"},
		{"/texml", "", "/texml"},
	} {
		if got := wire.WithQuery(test[0], test[1]); got != test[2] {
			t.Errorf("%s + %s: got %s, want %s", test[0], test[1], got, test[2])
		}
	}
}

func TestAlphabets(t *testing.T) {
	data := []byte{0xfb, 0xff, 0xfe, 0x01}
	for alphabet, want := range map[wire.Alphabet]string{
		wire.Padded: "+//+AQ==", wire.Unpadded: "+//+AQ", wire.URLSafe: "-__-AQ",
	} {
		if got := alphabet.Encode(data); got != want {
			t.Errorf("%d: got %s, want %s", alphabet, got, want)
		}
	}
}

func TestWord(t *testing.T) {
	for ours, want := range map[string]string{
		"no_answer": "no-answer", "in_progress": "in-progress", "no-answer": "no-answer", "busy": "busy",
		"service_error": "service_error", "machine_end_beep": "machine_end_beep", "validation_error": "validation-error", "": "",
	} {
		if got := wire.Word(ours); got != want {
			t.Errorf("%s: got %s, want %s", ours, got, want)
		}
	}
}
