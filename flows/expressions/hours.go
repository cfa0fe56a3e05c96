package expressions

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// weekdays are the days as opening hours write them, by time.Weekday.
var weekdays = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

const day = 24 * 60 // minutes

// Hours are opening hours. The zero value is always closed.
type Hours struct {
	days  [7][]span
	given [7]bool           // days that were named
	dates map[string][]span // by date, 2006-01-02; a date wins over its weekday
}

// span is from its first minute of a day until before its last, which lies
// beyond midnight when it is more than a day.
type span struct{ from, to int }

// ParseHours reads opening hours as a flow writes them, decoded from YAML:
//
//	{mon-fri: 9:00-12:30 14:00-18:00, sat: 10:00-14:00, 2026-12-25: closed}
//
// A key is a weekday, a range of them (fri-mon wraps around) or a date, or
// several with spaces or commas between; a value is one or more spans, closed,
// open or 24h. A span may pass midnight (19:00-02:00) and then belongs to the
// day it begins on. Days not named are closed. nil gives Hours that are always
// closed; a day named twice is an error.
func ParseHours(v any) (Hours, error) {
	if h, ok := v.(Hours); ok || v == nil {
		return h, nil
	}
	m, ok := v.(map[string]any)
	if !ok {
		return Hours{}, fmt.Errorf("hours: days and their hours are wanted, such as {mon-fri: 9:00-18:00}, not %s", kind(v))
	}
	h := Hours{dates: map[string][]span{}}
	for _, key := range sorted(m) {
		spans, err := parseSpans(m[key])
		if err == nil {
			err = h.set(key, spans)
		}
		if err != nil {
			return Hours{}, fmt.Errorf("hours: %s: %w", key, err)
		}
	}
	return h, nil
}

// set gives the days of a key their spans.
func (h *Hours) set(key string, spans []span) error {
	words := fields(key)
	if len(words) == 0 {
		return errors.New("a day is missing")
	}
	for _, word := range words {
		if _, err := time.Parse(time.DateOnly, word); err == nil {
			if _, twice := h.dates[word]; twice {
				return fmt.Errorf("%s is given twice", word)
			}
			h.dates[word] = spans
			continue
		}
		if err := h.setDays(word, spans); err != nil {
			return err
		}
	}
	return nil
}

// setDays gives a weekday, or a range of them, its spans.
func (h *Hours) setDays(word string, spans []span) error {
	from, to, isRange := strings.Cut(word, "-")
	first, last := weekday(from), weekday(to)
	if !isRange {
		last = first
	}
	if first < 0 || last < 0 {
		return fmt.Errorf("%q is neither a day (mon tue wed thu fri sat sun), a range of days (mon-fri) nor a date (2026-12-25)", word)
	}
	for d := first; ; d = (d + 1) % 7 {
		if h.given[d] {
			return fmt.Errorf("%s is given twice", weekdays[d])
		}
		h.given[d], h.days[d] = true, spans
		if d == last {
			return nil
		}
	}
}

func weekday(name string) int { return slices.Index(weekdays[:], strings.ToLower(name)) }

// fields splits at spaces and commas.
func fields(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' || r == '\n' })
}

func parseSpans(v any) ([]span, error) {
	if list, ok := items(v); ok {
		v = strings.Join(fields(Format(list)), " ")
	}
	s, ok := v.(string)
	if !ok {
		return nil, fmt.Errorf("hours such as 9:00-18:00, closed or open are wanted, not %s", kind(v))
	}
	switch words := fields(s); {
	case len(words) == 0:
		return nil, errors.New("the hours are missing")
	case len(words) == 1 && words[0] == "closed":
		return nil, nil
	case len(words) == 1 && (words[0] == "open" || words[0] == "24h"):
		return []span{{0, day}}, nil
	default:
		spans := make([]span, len(words))
		for i, word := range words {
			var err error
			if spans[i], err = parseSpan(word); err != nil {
				return nil, err
			}
		}
		return spans, nil
	}
}

func parseSpan(word string) (span, error) {
	from, to, ok := strings.Cut(word, "-")
	first, last := minute(from), minute(to)
	switch {
	case !ok || first < 0 || last < 0 || first == day:
		return span{}, fmt.Errorf("%q is not a span such as 9:00-18:00", word)
	case first == last:
		return span{}, fmt.Errorf("%q begins when it ends; the whole day is written open", word)
	case last < first:
		last += day
	}
	return span{first, last}, nil
}

// minute reads 9:00 or 19:30 as minutes since midnight, 24:00 among them; −1
// when it is no time.
func minute(s string) int {
	hours, minutes, ok := strings.Cut(s, ":")
	h, err := strconv.ParseUint(hours, 10, 8)
	if !ok || err != nil || len(hours) > 2 {
		return -1
	}
	m, err := strconv.ParseUint(minutes, 10, 8)
	if err != nil || len(minutes) != 2 || m > 59 || h > 24 || h == 24 && m > 0 {
		return -1
	}
	return int(60*h + m)
}

// Open reports whether t, by the clock on the wall of its time zone, lies in
// the hours: where clocks change, an hour that comes twice is open twice.
func (h Hours) Open(t time.Time) bool {
	now := 60*t.Hour() + t.Minute()
	// Noon exists on every day, whatever clocks do at night.
	yesterday := time.Date(t.Year(), t.Month(), t.Day()-1, 12, 0, 0, 0, time.UTC)
	return covers(h.on(t), now) || covers(h.on(yesterday), now+day)
}

// on lists the spans that begin on the day of t.
func (h Hours) on(t time.Time) []span {
	if spans, ok := h.dates[t.Format(time.DateOnly)]; ok {
		return spans
	}
	return h.days[t.Weekday()]
}

func covers(spans []span, minute int) bool {
	return slices.ContainsFunc(spans, func(s span) bool { return s.from <= minute && minute < s.to })
}

// open reports whether the hours are open now, or on a date at a time. Without
// hours, date or time they are not.
func open(r *run, args []any) (any, error) {
	if slices.Contains(args, nil) {
		return false, nil
	}
	n, _ := length(args[0])
	if err := r.spend(20 * (n + 1)); err != nil {
		return nil, err
	}
	hours, err := ParseHours(args[0])
	if err != nil || len(args) == 1 {
		return hours.Open(r.scope.Now), err
	}
	when, err := texts(args[1:])
	if err != nil {
		return nil, err
	}
	at, err := time.Parse(time.DateOnly, when[0])
	clock := when[1]
	if len(clock) == len(time.TimeOnly) {
		clock = clock[:len("15:04")]
	}
	m := minute(clock)
	if err != nil || m < 0 || m == day {
		return nil, errors.New(`open wants a date such as "2026-12-25" and a time such as "19:30"`)
	}
	return hours.Open(at.Add(time.Duration(m) * time.Minute)), nil
}
