package talk

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"texmlsrv/simulator"
	"texmlsrv/texml"
)

// Mumbled is the confidence of words that are hardly understood.
const Mumbled = 0.3

// Takes tells what a Gather listens for.
func Takes(g *texml.Gather) (keys, speech bool) {
	speech = strings.Contains(g.Input, "speech")
	return !speech || strings.Contains(g.Input, "dtmf"), speech
}

// Waits says what a Gather waits for.
func Waits(g *texml.Gather) string {
	keys, speech := Takes(g)
	var parts []string
	if keys {
		parts = append(parts, keysOf(g))
	}
	if speech {
		words := "words"
		if g.Hints != "" {
			words += " such as " + g.Hints
		}
		parts = append(parts, words)
	}
	seconds := g.Timeout
	if seconds == 0 {
		seconds = 5 // Telnyx's default
	}
	return fmt.Sprintf("Waits %d s for %s.", seconds, strings.Join(parts, ", or "))
}

func keysOf(g *texml.Gather) string {
	finish := "#"
	if g.FinishOnKey != nil {
		finish = *g.FinishOnKey
	}
	keys := "keys"
	switch {
	case g.NumDigits == 1:
		return "a key" + validKeys(g)
	case g.NumDigits > 0:
		keys = strconv.Itoa(g.NumDigits) + " keys"
	}
	keys += validKeys(g)
	if finish != "" {
		keys += ", ended by " + strings.Join(strings.Split(finish, ""), " or ")
	}
	return keys
}

func validKeys(g *texml.Gather) string {
	if g.ValidDigits == "" {
		return ""
	}
	return " out of " + g.ValidDigits
}

// Pressed is that keys are pressed.
func Pressed(keys string) (simulator.Act, error) {
	if !IsKeys(keys) {
		return simulator.Act{}, errors.New("keys are 0 to 9, * and #")
	}
	return simulator.Act{Digits: &keys}, nil
}

// IsKeys reports whether a text is keys of a telephone, one at least.
func IsKeys(text string) bool { return text != "" && strings.Trim(text, "0123456789*#") == "" }

// Said is that words are said; mumbled: they are hardly understood.
func Said(words string, mumbled bool) simulator.Act {
	act := simulator.Act{Speech: &words}
	if mumbled {
		act.Confidence = Mumbled
	}
	return act
}

// Length is how many seconds it takes to say something, or the seconds
// themselves.
func Length(spoken string) float64 {
	if n, err := strconv.ParseFloat(spoken, 64); err == nil && n >= 0 && n <= 14400 {
		return n
	}
	return math.Ceil(float64(len([]rune(spoken))) / 15) // as fast as the simulator speaks
}
