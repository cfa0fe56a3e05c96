package sessions

import (
	"strings"
)

// shortNumber is the length from which typed digits may stand anywhere in a
// number; fewer are its last ones.
const shortNumber = 4

// Number is what somebody typed who looks for the number of a telephone. The
// zero value matches every number.
type Number struct {
	Digits string   // in this order, anywhere in the number
	Begins bool     // it begins with them
	Ends   bool     // it ends with them
	Words  []string // of an address that is no number: sip:desk@example.com; the last may be cut off
}

// ReadNumber reads a number as people type it. Spaces and signs are ignored.
// After + or 00 it is the beginning of a number. Else, without the 0 that comes
// before an area code, it may stand anywhere; fewer than four digits are the
// last ones. What has letters is the address of a SIP telephone.
func ReadNumber(typed string) Number {
	typed = strings.TrimSpace(typed)
	if strings.ContainsFunc(typed, isLetter) {
		return Number{Words: addressWords(typed)}
	}
	international := strings.HasPrefix(typed, "+")
	if international { // +353 (0)1 960: a zero that is dialed only at home
		typed = strings.ReplaceAll(typed, "(0)", "")
	}
	digits := strings.Map(onlyDigits, typed)
	if rest, is := strings.CutPrefix(digits, "00"); is && !international {
		digits, international = rest, true
	}
	if rest, is := strings.CutPrefix(digits, "0"); is && !international && len(rest) >= shortNumber {
		digits = rest
	}
	if digits == "" {
		return Number{}
	}
	return Number{Digits: digits, Begins: international, Ends: !international && len(digits) < shortNumber}
}

// Matches reports whether an address, as Call.From has it, is one that was
// looked for.
func (n Number) Matches(address string) bool {
	if len(n.Words) > 0 {
		return HasWords(addressWords(address), n.Words)
	}
	if n.Digits == "" {
		return true
	}
	digits := AddressDigits(address)
	switch {
	case n.Begins:
		return strings.HasPrefix(digits, n.Digits)
	case n.Ends:
		return strings.HasSuffix(digits, n.Digits)
	default:
		return strings.Contains(digits, n.Digits)
	}
}

// AddressDigits are the digits of the number in an address: +13125550188,
// sip:+13125550188@example.com. Of one that names no number there are none.
func AddressDigits(address string) string {
	for _, scheme := range []string{"sip:", "sips:", "tel:"} {
		address = strings.TrimPrefix(address, scheme)
	}
	user, _, _ := strings.Cut(address, "@")
	digits := strings.TrimPrefix(user, "+")
	if strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	return digits
}

// AddressWords are the words by which an address that is no number is found.
func AddressWords(address string) []string {
	if AddressDigits(address) != "" {
		return nil
	}
	return addressWords(address)
}

func addressWords(address string) []string {
	for _, scheme := range []string{"sip:", "sips:"} {
		address = strings.TrimPrefix(address, scheme)
	}
	return Words(address)
}

func onlyDigits(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
