package texml

import "strings"

// fold makes names alike that differ in letter case, underscores and hyphens only.
func fold(name string) string { return strings.ToLower(joiner.Replace(name)) }

var joiner = strings.NewReplacer("_", "", "-", "")

// nearest returns the name among known that a mistyped one probably meant; "" when none is near.
func nearest(name string, known []string) string {
	best, least := "", max(1, len(name)/3)+1
	folded := fold(name)
	if len(folded) < 2 || len(folded) > longestSlip {
		return ""
	}
	for _, k := range known {
		if d := distance(folded, fold(k)); d < least {
			best, least = k, d
		}
	}
	return best
}

// Nearest returns the candidate that word is probably a slip of, whatever the case of its letters, or
// "" when none is near. Everything that reads what authors write suggests with it.
func Nearest(word string, candidates []string) string {
	best, least := "", max(1, len(word)/3)+1
	if len(word) > longestSlip {
		return ""
	}
	for _, c := range candidates {
		d := distance(strings.ToLower(word), strings.ToLower(c))
		longer := best != "" && strings.HasPrefix(c, word) && !strings.HasPrefix(best, word)
		if c != word && (d < least || d == least && longer) { // says rather than pay for say
			best, least = c, d
		}
	}
	return best
}

// longestSlip is the longest word that is compared: what is longer is no slip.
const longestSlip = 64

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
