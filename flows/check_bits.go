package flows

import "math/bits"

// bitset is a set of small numbers.
type bitset []uint64

func (b bitset) has(i int) bool { return i/64 < len(b) && b[i/64]>>(i%64)&1 == 1 }

func (b *bitset) add(i int) {
	for len(*b) <= i/64 {
		*b = append(*b, 0)
	}
	(*b)[i/64] |= 1 << (i % 64)
}

func (b *bitset) remove(i int) {
	if i/64 < len(*b) {
		(*b)[i/64] &^= 1 << (i % 64)
	}
}

// or adds every member of other, and reports whether any was new.
func (b *bitset) or(other bitset) bool {
	for len(*b) < len(other) {
		*b = append(*b, 0)
	}
	changed := false
	for i, w := range other {
		changed = changed || w&^(*b)[i] != 0
		(*b)[i] |= w
	}
	return changed
}

// and keeps the members that other has too, and reports whether any went.
func (b bitset) and(other bitset) bool {
	changed := false
	for i, w := range b {
		keep := uint64(0)
		if i < len(other) {
			keep = other[i]
		}
		changed = changed || w&^keep != 0
		b[i] = w & keep
	}
	return changed
}

func (b bitset) clone() bitset { return append(bitset(nil), b...) }

// each calls visit for every member, in order.
func (b bitset) each(visit func(i int)) {
	for i, w := range b {
		for ; w != 0; w &= w - 1 {
			visit(i*64 + bits.TrailingZeros64(w))
		}
	}
}

// key is the same for equal sets.
func (b bitset) key() string {
	for len(b) > 0 && b[len(b)-1] == 0 {
		b = b[:len(b)-1]
	}
	out := make([]byte, 0, 8*len(b))
	for _, w := range b {
		for i := range 8 {
			out = append(out, byte(w>>(8*i)))
		}
	}
	return string(out)
}

// interned numbers names in the order they come.
type interned struct {
	numbers map[string]int
	names   []string
}

func (n *interned) of(name string) int {
	if i, ok := n.numbers[name]; ok {
		return i
	}
	if n.numbers == nil {
		n.numbers = map[string]int{}
	}
	n.numbers[name] = len(n.names)
	n.names = append(n.names, name)
	return len(n.names) - 1
}
