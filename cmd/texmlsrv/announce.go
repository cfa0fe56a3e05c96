package main

import (
	"cmp"
	"fmt"
	"io"
	"net"
	"strings"

	"texmlsrv/flows"
)

// announce says what an operator needs to know to point Telnyx here.
func (c *serveCommand) announce(w io.Writer, release *flows.Release, addr net.Addr, fetchKey string, people *runningConsole) {
	say := func(label, format string, args ...any) {
		fmt.Fprintf(w, "%-13s %s\n", label, fmt.Sprintf(format, args...))
	}
	base := strings.TrimSuffix(cmp.Or(c.PublicURL, "http://"+addr.String()), "/")
	say("texmlsrv", "%s, listening on http://%s", version(), addr)
	say("flows", "%s (release %s)", flowNames(release), release.ID)
	missing, unread := settingsOf(release, c.Templates != "")
	for _, line := range []string{missing, unread} {
		if line != "" {
			say("settings", "%s", line)
		}
	}
	if c.Watch {
		say("watched", "%s: what is saved there is served at once", c.Templates)
	}
	begin := "/texml"
	if _, ok := release.FlowFor(""); !ok {
		begin += "/<flow>"
	}
	say("portal URL", "%s%s?texml_key=%s", base, begin, fetchKey)
	say("", "the same as fallback URL; to begin with a certain flow: %s/texml/<flow>?texml_key=…", base)
	say("status URL", "%s/callbacks/status", base)
	say("webhook URL", "%s/webhooks", base)
	say("sessions", "%s", c.describeStore())
	say("commands", "%s", c.describeCommands())
	say("console", "%s", people.describe())
	say("verification", "%s", c.describeVerification())
}

// flowNames lists the flows, and which of them a call begins that names none.
func flowNames(release *flows.Release) string {
	names := release.Names()
	first, ok := release.FlowFor("")
	for i, name := range names {
		if ok && name == first {
			names[i] += " (default)"
		}
	}
	return strings.Join(names, ", ")
}

// settingsOf says what of the environment flows miss, and what none of them
// reads; "" where there is nothing to say. Nothing is missing while nothing is
// set for the flows that come with the program: they do without.
func settingsOf(release *flows.Release, theirs bool) (missing, unread string) {
	var miss, idle []string
	for _, s := range release.Settings() {
		theirs = theirs || s.Set
		if !s.Set {
			miss = append(miss, s.Variable)
		}
		if !s.Read {
			idle = append(idle, s.Variable)
		}
	}
	if miss != nil && theirs {
		missing = "read by flows, and not set in the environment: " + strings.Join(miss, ", ")
	}
	if idle != nil {
		unread = "set in the environment, and read by no flow: " + strings.Join(idle, ", ")
	}
	return missing, unread
}

func (c *serveCommand) describeStore() string {
	if c.RedisURL == "" {
		return "embedded: one process, nothing survives a restart (--redis-url)"
	}
	return "in Redis"
}

func (c *serveCommand) describeVerification() string {
	switch {
	case c.Verify == "off":
		return "OFF: anyone who reaches this address is believed"
	case c.Verify == "observe":
		return "observed: what would be refused is logged and answered"
	case len(c.PublicKey) == 0:
		return "no public key: only direct requests from this machine are answered (--public-key)"
	}
	return "requests must be signed by Telnyx"
}
