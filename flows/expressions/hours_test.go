package expressions_test

import (
	"testing"
	"time"

	"texmlsrv/flows/expressions"
)

func TestHoursOpen(t *testing.T) {
	restaurant := map[string]any{"tue-sat": "12:00-14:00 19:00-22:30", "2026-12-25": "closed"}
	bar := map[string]any{"fri, sat": "20:00-02:00", "2026-12-25": "closed", "2026-12-24": "22:00-02:00"}
	office := map[string]any{"mon-fri": []any{"9:00-12:00", "13:00-24:00"}, "sat-sun": "closed"}
	weekend := map[string]any{"fri-mon": "open"}
	night := map[string]any{"sun-sat": "22:00-03:00"}
	tests := []struct {
		name  string
		hours any
		at    string // wall clock in Paris
		want  bool
	}{
		{"none", nil, "2026-11-24 12:00", false},
		{"begins", restaurant, "2026-11-24 12:00", true},
		{"before", restaurant, "2026-11-24 11:59", false},
		{"last-minute", restaurant, "2026-11-24 13:59", true},
		{"ends", restaurant, "2026-11-24 14:00", false},
		{"second-span", restaurant, "2026-11-24 22:29", true},
		{"monday", restaurant, "2026-11-23 12:00", false},
		{"sunday", restaurant, "2026-11-29 12:00", false},
		{"date-wins", restaurant, "2026-12-25 12:00", false},
		{"day-after-date", restaurant, "2026-12-26 12:00", true},
		{"before-midnight", bar, "2026-11-27 23:59", true},
		{"after-midnight", bar, "2026-11-28 01:59", true},
		{"closes-after-midnight", bar, "2026-11-28 02:00", false},
		{"sunday-night", bar, "2026-11-29 01:00", true},
		{"thursday-night", bar, "2026-11-27 01:00", false},
		{"into-a-closed-date", bar, "2026-12-25 01:00", true},
		{"closed-date", bar, "2026-12-25 21:00", false},
		{"after-a-closed-date", bar, "2026-12-26 01:00", false},
		{"list", office, "2026-11-24 12:30", false},
		{"until-24", office, "2026-11-24 23:59", true},
		{"wrapping-range", weekend, "2026-11-29 03:00", true},
		{"wrapping-range-ends", weekend, "2026-11-30 23:59", true},
		{"wrapping-range-out", weekend, "2026-12-01 00:00", false},
		{"spring-forward-before", night, "2026-03-29 01:59", true},
		{"spring-forward-after", night, "2026-03-29 03:00", false},
		{"fall-back", night, "2026-10-25 02:30", true},
		{"fall-back-after", night, "2026-10-25 03:00", false},
		{"new-year", night, "2027-01-01 02:59", true},
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			hours, err := expressions.ParseHours(tt.hours)
			if err != nil {
				t.Fatal(err)
			}
			at, err := time.ParseInLocation("2006-01-02 15:04", tt.at, paris)
			if err != nil {
				t.Fatal(err)
			}
			if got := hours.Open(at); got != tt.want {
				t.Errorf("open at %v is %v", at, got)
			}
		})
	}
}

// The hour that comes twice is open twice.
func TestHoursOpenTwice(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	hours, err := expressions.ParseHours(map[string]any{"sun": "2:00-3:00"})
	if err != nil {
		t.Fatal(err)
	}
	first := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC).In(paris)
	for _, at := range []time.Time{first, first.Add(time.Hour)} {
		if !hours.Open(at) {
			t.Errorf("closed at %v", at)
		}
	}
	if at := first.Add(2 * time.Hour); hours.Open(at) {
		t.Errorf("open at %v", at)
	}
}

func TestParseHoursErrors(t *testing.T) {
	tests := []struct {
		name  string
		hours any
		want  string
	}{
		{"text", "mon-fri", "hours: days and their hours are wanted, such as {mon-fri: 9:00-18:00}, not text"},
		{"day", map[string]any{"tue-san": "open"}, `hours: tue-san: "tue-san" is neither a day (mon tue wed thu fri sat sun), a range of days (mon-fri) nor a date (2026-12-25)`},
		{"no-day", map[string]any{" ": "open"}, "hours:  : a day is missing"},
		{"date", map[string]any{"2026-02-30": "open"}, `hours: 2026-02-30: "2026-02-30" is neither a day (mon tue wed thu fri sat sun), a range of days (mon-fri) nor a date (2026-12-25)`},
		{"twice", map[string]any{"fri": "open", "mon-fri": "open"}, "hours: mon-fri: fri is given twice"},
		{"date-twice", map[string]any{"2026-12-25 2026-12-25": "open"}, "hours: 2026-12-25 2026-12-25: 2026-12-25 is given twice"},
		{"hours", map[string]any{"mon": "9-17"}, `hours: mon: "9-17" is not a span such as 9:00-18:00`},
		{"too-late", map[string]any{"mon": "9:00-24:01"}, `hours: mon: "9:00-24:01" is not a span such as 9:00-18:00`},
		{"signed", map[string]any{"mon": "+9:00-17:00"}, `hours: mon: "+9:00-17:00" is not a span such as 9:00-18:00`},
		{"nothing-in-it", map[string]any{"mon": "9:00-9:00"}, `hours: mon: "9:00-9:00" begins when it ends; the whole day is written open`},
		{"empty", map[string]any{"mon": " "}, "hours: mon: the hours are missing"},
		{"number", map[string]any{"mon": 9}, "hours: mon: hours such as 9:00-18:00, closed or open are wanted, not a number"},
		{"closed-and-open", map[string]any{"mon": "closed 9:00-12:00"}, `hours: mon: "closed" is not a span such as 9:00-18:00`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := expressions.ParseHours(tt.hours); err == nil || err.Error() != tt.want {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
}
