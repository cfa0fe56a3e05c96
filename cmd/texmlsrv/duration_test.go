package main

import (
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	tests := map[string]time.Duration{
		"7d": 168 * time.Hour, "1d12h": 36 * time.Hour, "0d": 0, "90s": 90 * time.Second, "1h30m": 90 * time.Minute,
		"300ms": 300 * time.Millisecond, "-1s": -time.Second, "0": 0,
		"": -1, "d": -1, "7": -1, "7d5": -1, "-1d": -1, "1d-1h": -1, "1.5d": -1, "7 days": -1, "16384d": -1, "1dd": -1,
	}
	for text, want := range tests {
		d, err := parseDuration(text)
		if want == -1 && err == nil || want != -1 && (err != nil || d != want) {
			t.Errorf("%q is %v, %v", text, d, err)
		}
	}
}
