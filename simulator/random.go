package simulator

import (
	"context"
	"math/rand/v2"
	"strings"

	"texmlsrv/texml"
)

// Habits say how a random caller differs from one who answers everything as
// asked. Each is a probability, from 0 (never) to 1.
type Habits struct {
	Silent     float64 // says and presses nothing at a moment
	HangsUp    float64 // hangs up at a moment, or in the middle of something played
	Wrong      float64 // presses, says or gathers something that does not fit
	Misfortune float64 // of the world: busy, failed, no answer, an error
}

// RandomCaller is a Caller who does something plausible at any moment: values
// that fit the JSON Schema of an AI gather, digits that a Gather takes, words
// of its hints. One seed and one call give one behaviour. It plays one call.
func RandomCaller(seed uint64, h Habits) Caller {
	return &anybody{Rand: rand.New(rand.NewPCG(seed, 0x7465786d6c)), habits: h}
}

// anybody is a random caller.
type anybody struct {
	*rand.Rand
	habits Habits
}

// Hears implements Caller. What the API took makes no sound.
func (a *anybody) Hears(l Line) bool {
	return l.Kind != lineCommand && l.Kind != lineUpdate && a.chance(a.habits.HangsUp/4)
}

// Acts implements Caller.
func (a *anybody) Acts(_ context.Context, m Moment) (Act, error) {
	act := a.acts(m)
	if a.chance(a.habits.HangsUp) {
		act.HangUp = true
	}
	return act, nil
}

func (a *anybody) chance(p float64) bool { return a.Float64() < p }

func (a *anybody) acts(m Moment) Act {
	if a.chance(a.habits.Silent) && (m.Kind == MomentAI || m.Kind == MomentGather || m.Kind == MomentRecord) {
		return Act{}
	}
	switch m.Kind {
	case MomentAI:
		return a.converses(m)
	case MomentGather:
		v, _ := m.Verb.(*texml.Gather)
		return a.enters(v)
	case MomentRecord:
		return Act{Seconds: float64(1 + a.IntN(40))}
	case MomentHTTP:
		v, _ := m.Verb.(*texml.HttpRequest)
		return a.replies(v)
	case MomentListened:
		return Act{}
	}
	return a.fares(m.Kind)
}

// converses fills the schema of an AI gather.
func (a *anybody) converses(m Moment) Act {
	f := &filler{Rand: a.Rand, now: m.At, wrong: a.habits.Wrong}
	object := f.object(m)
	return Act{Gathers: object.Bytes(), Seconds: float64(5 + a.IntN(30))}
}

// enters presses keys, or says something.
func (a *anybody) enters(v *texml.Gather) Act {
	if takes(v, "speech") && (!takes(v, "dtmf") || a.chance(0.4)) {
		said := pick(a.Rand, append(strings.Split(v.Hints, ","), sayings...)...)
		if said = strings.TrimSpace(said); said == "" {
			said = "yes"
		}
		return Act{Speech: &said, Confidence: 0.5 + a.Float64()/2}
	}
	keys := v.ValidDigits
	if keys == "" || a.chance(a.habits.Wrong) {
		keys = "0123456789"
		if a.chance(a.habits.Wrong) {
			keys = "*#"
		}
	}
	n := v.NumDigits
	if n == 0 {
		n = max(v.MinDigits, 1) + a.IntN(3)
	}
	var pressed strings.Builder
	for range min(n, 128) {
		pressed.WriteByte(keys[a.IntN(len(keys))])
	}
	digits := pressed.String()
	if v.NumDigits == 0 && v.FinishOnKey == nil {
		digits += "#"
	}
	return Act{Digits: &digits}
}

// misfortunes are how what the world does can go otherwise than well.
var misfortunes = map[string][]string{
	MomentDial:    {"busy", "no_answer", "failed", "canceled"},
	MomentQueue:   {"left", "max_wait", "queue_full", "system_error"},
	MomentConnect: {"service_error", "stt_error", "hangup", "normal", "greeting_error"},
	MomentRefer:   {"failed", "busy", "canceled"},
	MomentPay:     {"failed"},
}

// fares is what the world does.
func (a *anybody) fares(kind string) Act {
	act := Act{Seconds: float64(5 + a.IntN(120))}
	if bad := misfortunes[kind]; len(bad) > 0 && a.chance(a.habits.Misfortune) {
		act.Status, act.Seconds = pick(a.Rand, bad...), 0
	}
	return act
}

// replies is what a third party answers to an HttpRequest.
func (a *anybody) replies(v *texml.HttpRequest) Act {
	act := Act{Values: map[string]string{}}
	if v.Response == nil || v.Response.Content == nil || a.chance(a.habits.Misfortune) {
		return act
	}
	for _, field := range v.Response.Content.Fields {
		act.Values[field.Value] = pick(a.Rand, sayings...)
	}
	return act
}

// sayings are what anybody may say.
var sayings = []string{
	"yes", "no", "Ada Lovelace", "José Ibáñez", "my bill", "tomorrow", "a person", "I am not sure",
	"one", "two", "3", "+14155550123", "O'Brien & Sons", "ünïcödé 語", "my e-mail is ada@example.com",
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }
