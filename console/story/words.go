package story

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Span is a length of time as people say it: 0.4 s, 48 s, 1 min 12 s, 2 h 5 min.
func Span(d time.Duration) string {
	switch d = max(d, 0); {
	case d == 0:
		return "0 s"
	case d < time.Second:
		return strconv.FormatFloat(math.Ceil(d.Seconds()*10)/10, 'f', -1, 64) + " s"
	case d < time.Minute:
		return strconv.Itoa(int(d.Seconds())) + " s"
	case d < time.Hour:
		return parts(int(d.Minutes()), "min", int(d.Seconds())%60, "s")
	}
	return parts(int(d.Hours()), "h", int(d.Minutes())%60, "min")
}

// Lapse is a length of time, in JSON as seconds with three decimals.
type Lapse time.Duration

// Duration is the same for who counts with it.
func (l Lapse) Duration() time.Duration { return time.Duration(l) }

// MarshalJSON implements json.Marshaler.
func (l Lapse) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, math.Round(l.Duration().Seconds()*1000)/1000, 'f', -1, 64), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (l *Lapse) UnmarshalJSON(raw []byte) error {
	s, err := strconv.ParseFloat(string(raw), 64)
	if err != nil {
		return fmt.Errorf("story: a length of time: %w", err)
	}
	*l = Lapse(seconds(s))
	return nil
}

func parts(large int, unit string, small int, of string) string {
	if small == 0 {
		return fmt.Sprintf("%d %s", large, unit)
	}
	return fmt.Sprintf("%d %s %d %s", large, unit, small, of)
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// times says how often.
func times(n int) string {
	words := []string{"never", "once", "twice", "three times", "four times", "five times"}
	if n < len(words) {
		return words[max(n, 0)]
	}
	return fmt.Sprintf("%d times", n)
}

// nth says which of several: the second.
func nth(n int) string {
	words := []string{"", "first", "second", "third", "fourth", "fifth"}
	if n < len(words) {
		return words[max(n, 0)]
	}
	return fmt.Sprintf("%dth", n)
}

// counted is a number of things: 1 turn, 2 turns.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// plain is a word of a program as people write it: no_answer is no answer.
func plain(word string) string {
	return strings.ReplaceAll(strings.ReplaceAll(word, "_", " "), "-", " ")
}

// sentenceCase begins with a capital letter.
func sentenceCase(text string) string {
	if text == "" {
		return ""
	}
	first, rest := string([]rune(text)[:1]), string([]rune(text)[1:])
	return strings.ToUpper(first) + rest
}

// joined is a list: a, b and c. Of more than four the rest is counted.
func joined(items []string) string {
	if len(items) > 4 {
		items = append(items[:3:3], counted(len(items)-3, "more thing"))
	}
	switch n := len(items); n {
	case 0:
		return ""
	case 1:
		return items[0]
	default:
		return strings.Join(items[:n-1], ", ") + " and " + items[n-1]
	}
}

// theNames are names of values in a sentence: the day and the time.
func theNames(names []string) string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = "the " + plain(name)
	}
	return joined(out)
}

// cut is text of at most n characters.
func cut(text string, n int) string {
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	return strings.TrimSpace(string(runes[:n-1])) + "…"
}
