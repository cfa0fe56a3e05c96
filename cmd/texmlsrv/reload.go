package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"texmlsrv/calls"
	"texmlsrv/console/flowview"
	"texmlsrv/flows"
	"texmlsrv/flows/problems"
)

// reloader serves what is saved in a folder of flows. What is broken is told
// and not served: callers go on with what was good last.
type reloader struct {
	folder  string // as the person who called wrote it
	env     flows.Environment
	served  *flows.Release
	good    *watch // the reading that is served; nil when the folder is not watched
	latest  *watch // what was read last
	told    string // what was wrong with that, as it was printed; "" when it was good
	warning error  // about the watching

	now   func() time.Time
	found atomic.Pointer[flowview.Checked] // in what was read last, for the console
}

// checked is what was found in the flows that were read last.
func (r *reloader) checked() flowview.Checked { return *r.found.Load() }

// note keeps what was found.
func (r *reloader) note(found problems.List) {
	r.found.Store(&flowview.Checked{Found: found, Refused: found.Err() != nil, At: r.now()})
}

// close ends the watching.
func (r *reloader) close() {
	if r.latest != nil {
		r.latest.Close()
	}
}

// run reads the flows anew whenever they were saved, until the context ends. It
// returns at once when they are not watched.
func (r *reloader) run(ctx context.Context, service *calls.Service, stderr io.Writer) {
	for r.latest != nil && r.latest.changed(ctx) {
		w, err := newWatch(r.folder)
		if err != nil { // the old one still works
			fmt.Fprintf(stderr, "texmlsrv: %v\n", err)
			continue
		}
		var text bytes.Buffer
		if release := r.reload(w, &text); release != nil {
			service.Serve(release)
		}
		_, _ = stderr.Write(text.Bytes()) // in one piece: the log goes there, too
	}
}

// reload reads the flows through w, and writes what a person should know. It
// gives what is to be served from now on; nil when that stays.
func (r *reloader) reload(w *watch, out io.Writer) *flows.Release {
	release, found := flows.Inspect(w, r.env)
	before := r.latest
	r.latest = w
	before.Close()
	if w.failed != nil && r.warning == nil {
		fmt.Fprintf(out, "texmlsrv: %v; changes may go unnoticed\n", w.failed)
	}
	r.warning = w.failed
	r.note(slices.Clone(found))
	if found.Err() != nil {
		r.refuse(before, release, found, out)
		return nil
	}
	changed := changes(r.good, w)
	if len(changed) == 0 && r.told == "" {
		return nil
	}
	if len(changed) == 0 {
		changed = []string{"as it was"}
	}
	r.told, r.good, r.served = "", w, release
	fmt.Fprintf(out, "reloaded: %s (release %s)\n", strings.Join(changed, ", "), release.ID)
	warn(out, found, r.folder)
	return release
}

// refuse says what is wrong, as check does. What was said already is not
// said again, unless the flows were saved again.
func (r *reloader) refuse(before *watch, release *flows.Release, found problems.List, out io.Writer) {
	var text bytes.Buffer
	found = below(r.folder, found)
	_ = printHuman(&text, found) // to a buffer it cannot fail
	fmt.Fprintf(&text, "texmlsrv: %s in %s; still served: release %s\n", tally(found), count(len(release.Flows), "flow"), r.served.ID)
	if text.String() == r.told && maps.Equal(before.read, r.latest.read) {
		return
	}
	r.told = text.String()
	_, _ = text.WriteTo(out)
}

// warn says that there are warnings, and how to see them.
func warn(out io.Writer, found problems.List, folder string) {
	if n := len(found); n > 0 {
		fmt.Fprintf(out, "texmlsrv: %s in the flows; %s shows what\n", count(n, "warning"), strings.TrimSpace("texmlsrv check "+folder))
	}
}

// changes are the flows, and the files that they share, in which two readings
// differ, sorted.
func changes(before, after *watch) []string {
	differ := map[string]bool{}
	for name, sum := range after.read {
		if old, had := before.read[name]; !had || old != sum {
			differ[part(name)] = true
		}
	}
	for name := range before.read {
		if _, has := after.read[name]; !has {
			differ[part(name)] = true
		}
	}
	var told []string
	for _, name := range slices.Sorted(maps.Keys(differ)) {
		switch had, has := before.holds(name), after.holds(name); {
		case !had:
			name += " (new)"
		case !has:
			name += " (gone)"
		}
		told = append(told, name)
	}
	return told
}

// part is the flow that a file belongs to, or the file where flows share it.
func part(name string) string {
	first, _, _ := strings.Cut(name, "/")
	return first
}

// holds reports whether any file of a part was read.
func (w *watch) holds(name string) bool {
	for file := range w.read {
		if part(file) == name {
			return true
		}
	}
	return false
}
