package main

import (
	"fmt"
	"strings"
)

const (
	diffContext = 3       // lines around a change
	diffCells   = 1 << 24 // beyond, what lies between the first and the last change is one
)

// edit is a line of a diff: kept (' '), dropped ('-') or added ('+').
type edit struct {
	mark byte
	line string
}

// unified is a unified diff between two texts of a file; "" when they are
// equal.
func unified(name, before, after string) string {
	if before == after {
		return ""
	}
	edits := editsOf(linesOf(before), linesOf(after))
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n+++ %s\n", name, name)
	for begin := 0; begin < len(edits); {
		begin = nextChange(edits, begin)
		end := begin
		for end < len(edits) && nextChange(edits, end)-end <= 2*diffContext && nextChange(edits, end) < len(edits) {
			end = nextChange(edits, end) + 1
		}
		if end > begin {
			hunk(&b, edits, max(0, begin-diffContext), min(len(edits), end+diffContext))
		}
		begin = end
	}
	return b.String()
}

func linesOf(s string) []string {
	lines := strings.SplitAfter(s, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// nextChange is the first line from at on that is not kept.
func nextChange(edits []edit, at int) int {
	for at < len(edits) && edits[at].mark == ' ' {
		at++
	}
	return at
}

// hunk writes a range of edits with the lines it is about.
func hunk(b *strings.Builder, edits []edit, begin, end int) {
	was, is := 1, 1 // lines on both sides before the hunk, and one
	for _, e := range edits[:begin] {
		was, is = was+drops(e), is+adds(e)
	}
	old, now := 0, 0
	for _, e := range edits[begin:end] {
		old, now = old+drops(e), now+adds(e)
	}
	fmt.Fprintf(b, "@@ -%s +%s @@\n", lineRange(was, old), lineRange(is, now))
	for _, e := range edits[begin:end] {
		b.WriteByte(e.mark)
		b.WriteString(e.line)
		if !strings.HasSuffix(e.line, "\n") {
			b.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

// drops and adds count the lines of an edit on either side.
func drops(e edit) int { return one(e.mark != '+') }
func adds(e edit) int  { return one(e.mark != '-') }

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

// lineRange is a range of lines; an empty one lies behind a line.
func lineRange(first, n int) string {
	if n == 0 {
		first--
	}
	return fmt.Sprintf("%d,%d", first, n)
}

// editsOf turns a into b with as many lines kept as can be.
func editsOf(a, b []string) []edit {
	var head, tail []edit
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		head = append(head, edit{' ', a[0]})
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		tail = append([]edit{{' ', a[len(a)-1]}}, tail...)
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return append(append(head, middle(a, b)...), tail...)
}

// middle walks the table of longest common subsequences.
func middle(a, b []string) []edit {
	kept := common(a, b)
	var edits []edit
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case kept != nil && i < len(a) && j < len(b) && a[i] == b[j]:
			edits = append(edits, edit{' ', a[i]})
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || kept == nil || kept[i+1][j] >= kept[i][j+1]):
			edits = append(edits, edit{'-', a[i]})
			i++
		default:
			edits = append(edits, edit{'+', b[j]})
			j++
		}
	}
	return edits
}

// common has at [i][j] how many lines a[i:] and b[j:] have in common, in order;
// nil when that is too much to find out.
func common(a, b []string) [][]int32 {
	if len(a)*len(b) > diffCells {
		return nil
	}
	table := make([][]int32, len(a)+1)
	for i := range table {
		table[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			table[i][j] = max(table[i+1][j], table[i][j+1])
			if a[i] == b[j] {
				table[i][j] = table[i+1][j+1] + 1
			}
		}
	}
	return table
}
