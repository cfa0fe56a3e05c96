package metrics

import (
	"strings"
	"sync"
)

// wordsMost is how many values a label may have. Flows, steps and outcomes are
// named by whoever writes flows, and kinds of events by the platform: no list of
// them is complete, and none should grow without end.
const wordsMost = 500

// other stands for every value beyond.
const other = "other"

// words are the values that labels have had.
type words struct {
	mu   sync.RWMutex
	seen map[string]map[string]bool // by label
}

func newWords() *words { return &words{seen: map[string]map[string]bool{}} }

// of is the value of a label for a text: the text itself, while there are not too
// many.
func (w *words) of(label, text string) string {
	if text = strings.ToValidUTF8(text, "?"); len(text) > 100 {
		return other
	}
	w.mu.RLock()
	known := w.seen[label][text]
	w.mu.RUnlock()
	if known {
		return text
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seen[label] == nil {
		w.seen[label] = map[string]bool{}
	}
	if len(w.seen[label]) >= wordsMost && !w.seen[label][text] {
		return other
	}
	w.seen[label][text] = true
	return text
}
