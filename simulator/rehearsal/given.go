package rehearsal

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"texmlsrv/flows"
	"texmlsrv/flows/schemas"
)

// Canned reads what look-ups bring, by step (flow/step, or a step of flow), as
// people write it; by flow/step it comes out. Its error says which step makes no
// look-up, or whose answer cannot be read.
func Canned(release *flows.Release, flow string, answers map[string]string) (map[string]flows.Found, error) {
	out := map[string]flows.Found{}
	for _, name := range slices.Sorted(maps.Keys(answers)) {
		place := name
		if !strings.Contains(name, "/") {
			place = flow + "/" + name
		}
		in, own, _ := strings.Cut(place, "/")
		known := release.Flows[in]
		if known == nil || known.Steps[own] == nil || known.Steps[own].Lookup == nil {
			return nil, fmt.Errorf("there is no step %s that looks something up", name)
		}
		found, err := Found(answers[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[place] = found
	}
	return out, nil
}

// Found is what a look-up brings, as a person writes it: JSON, a status such as
// 409, timeout, or connection.
func Found(text string) (flows.Found, error) {
	text = strings.TrimSpace(text)
	if text == "timeout" || text == "connection" {
		return flows.Found{Failed: text}, nil
	}
	if code, err := strconv.Atoi(text); err == nil && code >= 100 && code <= 599 {
		if code >= 400 {
			return flows.Found{Code: code, Failed: "status"}, nil
		}
		return flows.Found{Code: code}, nil
	}
	value, err := schemas.DecodeJSON([]byte(text))
	if err != nil {
		return flows.Found{}, errors.New("this is neither JSON nor a status such as 409, nor timeout or connection")
	}
	return flows.Found{Code: 200, Result: value}, nil
}

// Zone is the one in which a call to a number reads its times.
func Zone(release *flows.Release, flow, called string) *time.Location {
	zone := release.Flows[flow].Zone
	if number, has := release.App.Numbers[called]; has && number.Zone != nil {
		zone = number.Zone
	}
	if zone == nil {
		zone = time.UTC
	}
	return zone
}

// Instant reads when a call begins, as people write it: in a zone, unless it says
// another. Its error says what would be one.
func Instant(text string, zone *time.Location) (time.Time, error) {
	written := strings.Replace(strings.TrimSpace(text), " ", "T", 1)
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", time.RFC3339} {
		if at, err := time.ParseInLocation(layout, written, zone); err == nil {
			return at.In(zone), nil
		}
	}
	return time.Time{}, fmt.Errorf("must look like 2026-12-25T10:00, not %q", text)
}
