package console

import (
	"testing"
	"time"

	"texmlsrv/sessions"
)

// TestCells leaves nothing in a table that a spreadsheet would compute.
func TestCells(t *testing.T) {
	for cell, want := range map[string]string{
		"booked": "booked", "": "", "a=b": "a=b", "=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)",
		"\t=1": "'\t=1", "\r=1": "'\r=1", "\n=1": "'\n=1",
	} {
		if got := (exported{Outcome: cell}).cells()[11]; got != want {
			t.Errorf("%q is written %q, want %q", cell, got, want)
		}
	}
	if header[secondsColumn] != "seconds" || (exported{Seconds: -2}).cells()[secondsColumn] != "-2" {
		t.Error("seconds are not written as the number that they are")
	}
}

// TestExportedOf takes no sensitive value along, also where the outcome holds one.
func TestExportedOf(t *testing.T) {
	s := &sessions.Session{Gathered: sessions.Values{"card": "4242424242"}, Sensitive: []string{"card"}, Outcome: "paid with 4242 4242 42"}
	if got := exportedOf(s, time.Time{}).Outcome; got != sessions.Mask {
		t.Errorf("the outcome is exported as %q", got)
	}
	s.Outcome = "paid"
	if got := exportedOf(s, time.Time{}).Outcome; got != "paid" {
		t.Errorf("an outcome that hides nothing is exported as %q", got)
	}
}
