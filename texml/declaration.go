package texml

import "strings"

// isDeclaration reports whether a text begins with an XML declaration.
func isDeclaration(text string) bool {
	rest, ok := strings.CutPrefix(text, "<?xml")
	return ok && (rest == "" || strings.ContainsRune(" \t\r\n?", rune(rest[0])))
}

// declaration reads the XML declaration, if the source begins with one. It is not kept: the document
// is written with one of its own.
func (s *scanner) declaration() error {
	if !isDeclaration(s.text) {
		return nil
	}
	end := strings.Index(s.text, "?>")
	if end < 0 {
		return s.fail(0, `the XML declaration is never closed: "?>" is missing`)
	}
	s.offset = len("<?xml")
	for _, p := range []struct {
		name     string
		required bool
		allowed  func(string) bool
		message  string
	}{
		{"version", true, func(v string) bool { return v == "1.0" }, "the XML version must be 1.0"},
		{"encoding", false, func(v string) bool { return strings.EqualFold(v, "UTF-8") }, "the encoding must be UTF-8"},
		{"standalone", false, func(v string) bool { return v == "yes" || v == "no" }, "standalone is yes or no"},
	} {
		at := s.offset
		value, found, err := s.pseudoAttribute(p.name)
		switch {
		case err != nil:
			return err
		case found && !p.allowed(s.text[value.start:value.end]):
			return s.fail(value.start, "%s", p.message)
		case !found && p.required:
			return s.fail(at, "the XML declaration begins with a version")
		}
	}
	s.space()
	if s.offset != end {
		return s.fail(s.offset, "this does not belong in an XML declaration")
	}
	s.offset = end + len("?>")
	return nil
}

// pseudoAttribute reads one part of the declaration if it is the one named, else it stays where it is.
func (s *scanner) pseudoAttribute(name string) (value span, found bool, err error) {
	before := s.offset
	if !s.space() || !strings.HasPrefix(s.text[s.offset:], name) {
		s.offset = before
		return span{}, false, nil
	}
	s.offset += len(name)
	s.space()
	if !strings.HasPrefix(s.text[s.offset:], "=") {
		return span{}, false, s.fail(s.offset, "the attribute %s has no value", name)
	}
	s.offset++
	s.space()
	value, err = s.quoted(name)
	return value, err == nil, err
}
