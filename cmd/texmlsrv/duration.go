package main

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// readDuration reads the value of a flag that is a length of time.
func readDuration(ctx *kong.DecodeContext, target reflect.Value) error {
	var text string
	if err := ctx.Scan.PopValueInto("duration", &text); err != nil {
		return err
	}
	d, err := parseDuration(text)
	if err != nil {
		return err
	}
	target.SetInt(int64(d))
	return nil
}

// parseDuration reads lengths of time as Go does (1h30m, 300ms), and days
// before them, which retention is told in: 7d, 1d12h.
func parseDuration(text string) (time.Duration, error) {
	days, rest, has := strings.Cut(text, "d")
	if !has {
		days, rest = "0", text
	}
	n, err := strconv.ParseUint(days, 10, 14)
	d := time.Duration(0)
	if err == nil && (rest != "" || !has) {
		d, err = time.ParseDuration(rest)
	}
	if err != nil || has && d < 0 {
		return 0, fmt.Errorf("expected a length of time, such as 7d, 1h30m or 300ms, but got %q", text)
	}
	return time.Duration(n)*24*time.Hour + d, nil
}
