package texml

import "strings"

// fold makes names alike that differ in letter case, underscores and hyphens only.
func fold(name string) string { return strings.ToLower(joiner.Replace(name)) }

var joiner = strings.NewReplacer("_", "", "-", "")

// nearest returns the name among known that a mistyped one probably meant; "" when none is near.
func nearest(name string, known []string) string {
	best, least := "", max(1, len(name)/3)+1
	folded := fold(name)
	if len(folded) < 2 || len(folded) > 64 {
		return ""
	}
	for _, k := range known {
		if d := distance(folded, fold(k)); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance counts the insertions, deletions, replacements and swaps of neighbours between two names.
func distance(a, b string) int {
	before, last, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		next[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(last[j]+cost, last[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, last, next = last, next, before
	}
	return last[len(b)]
}
