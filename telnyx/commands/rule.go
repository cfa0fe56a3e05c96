package commands

// rule checks what holds between members. What a rule needs and is not known
// until a call runs makes it pass.
func (w *walk) rule(r Rule, members map[string]any, at Path) {
	var given []string
	for _, name := range r.Names {
		if _, is := members[name]; is {
			given = append(given, name)
		}
	}
	switch r.Kind {
	case AtMostOne:
		if len(given) > 1 {
			w.report(at.to(given[1]), "cannot stand beside %s", given[0])
		}
	case AtLeastOne:
		if len(given) == 0 {
			w.report(at, "needs %s", choices(r.Names))
		}
	case Ordered:
		less, isLess := members[r.Names[0]].(int64)
		more, isMore := members[r.Names[1]].(int64)
		if isLess && isMore && less > more {
			w.report(at.to(r.Names[0]), "is %d, more than %s, which is %d", less, r.Names[1], more)
		}
	case OnlyWith:
		other, is := members[r.Names[1]].(string)
		if members[r.Names[0]] == r.Value && is && other != r.Other {
			w.report(at.to(r.Names[1]), "is %s, but %s %s allows %s alone", quote(other), r.Names[0], r.Value, r.Other)
		}
	}
}
