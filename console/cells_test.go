package console

import "testing"

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
