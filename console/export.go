package console

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"texmlsrv/console/listing"
	"texmlsrv/console/web"
	"texmlsrv/sessions"
)

// exportAction is the audit trail's word for an export.
const exportAction = "export"

// exported is a call as it leaves the console: without names, whole numbers and
// anything that was said, gathered or summed up.
type exported struct {
	SID        string                `json:"call_sid"`
	Direction  string                `json:"direction"`
	From       string                `json:"from"` // the last four digits
	To         string                `json:"to"`
	Began      time.Time             `json:"began_at"`
	Ended      time.Time             `json:"ended_at,omitzero"`
	Seconds    float64               `json:"seconds"` // so far, while it runs
	Ending     string                `json:"ending"`  // "" while it runs
	Flow       string                `json:"flow"`
	Step       string                `json:"step"`
	Turn       int                   `json:"turn"`
	Outcome    string                `json:"outcome"`
	Release    string                `json:"release"`
	Duplicates int                   `json:"duplicates"`
	Marks      map[sessions.Mark]int `json:"marks"`
}

func exportedOf(s *sessions.Session, now time.Time) exported {
	end := now
	if s.Ended() {
		end = s.EndedAt
	}
	e := exported{
		SID: s.Call.SID, Direction: s.Call.Direction, From: sessions.MaskNumber(s.Call.From), To: sessions.MaskNumber(s.Call.To),
		Began: s.BeganAt.UTC(), Ended: s.EndedAt.UTC(), Seconds: end.Sub(s.BeganAt).Round(time.Millisecond).Seconds(), Ending: s.Ending,
		Flow: s.Flow, Step: s.Step, Turn: s.Turn, Outcome: s.Outcome, Release: s.Release, Duplicates: s.Duplicates, Marks: s.Marks,
	}
	if s.Reveals(s.Outcome) {
		e.Outcome = sessions.Mask
	}
	if e.Marks == nil {
		e.Marks = map[sessions.Mark]int{}
	}
	return e
}

// header are the columns of a table.
var header = []string{
	"call_sid", "direction", "from", "to", "began_at", "ended_at", "seconds", "ending",
	"flow", "step", "turn", "outcome", "release", "duplicates", "marks",
}

// secondsColumn is the one whose numbers may be negative: a clock was put right.
const secondsColumn = 6

// cells are a call as a row of a table.
func (e exported) cells() []string {
	ended := ""
	if !e.Ended.IsZero() {
		ended = e.Ended.Format(time.RFC3339)
	}
	var marks []string
	for _, mark := range slices.Sorted(maps.Keys(e.Marks)) {
		marks = append(marks, listing.Repeated(string(mark), e.Marks[mark]))
	}
	cells := []string{
		e.SID, e.Direction, e.From, e.To, e.Began.Format(time.RFC3339), ended, strconv.FormatFloat(e.Seconds, 'f', -1, 64), e.Ending,
		e.Flow, e.Step, strconv.Itoa(e.Turn), e.Outcome, e.Release, strconv.Itoa(e.Duplicates), strings.Join(marks, ", "),
	}
	for i, cell := range cells {
		if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n") && i != secondsColumn {
			cells[i] = "'" + cell // spreadsheets would compute it
		}
	}
	return cells
}

// export streams all calls that the list was asked for, page by page.
func (s *server) export(w http.ResponseWriter, r *http.Request) error {
	q, err := readCallQuery(r.URL.Query())
	if err != nil {
		return err
	}
	format := q.Values.Get("format")
	if format != "csv" && format != "json" {
		return web.Refuse(http.StatusBadRequest, "There is no such export", "format is csv or json.")
	}
	q.Limit, q.After = sessions.PageMost, ""
	page, err := s.Finder.Search(r.Context(), q.Query)
	if err != nil {
		return fmt.Errorf("console: export: %w", err)
	}
	// What was searched for may be what a caller said.
	web.Note(r, format+", "+q.Conditions(), "")
	if err := web.Record(r); err != nil {
		return err
	}
	w.Header().Set("Content-Type", map[string]string{"csv": "text/csv; charset=utf-8", "json": "application/json"}[format])
	w.Header().Set("Content-Disposition", `attachment; filename="calls.`+format+`"`)
	w.Header().Set("Texmlsrv-About", strconv.Itoa(max(page.About, len(page.Sessions))))
	out := exportTo(w, format)
	if err := s.exportPages(r.Context(), http.NewResponseController(w), out, q.Query, page); err != nil {
		s.Log.Warn("console: an export broke off", "error", err)
		panic(http.ErrAbortHandler) // half a file must not look like a whole one
	}
	return nil
}

// exportPages writes a page and all that come after it.
func (s *server) exportPages(ctx context.Context, to *http.ResponseController, out exporter, q sessions.Query, page sessions.Page) error {
	for {
		if err := to.SetWriteDeadline(time.Now().Add(exportTimeout)); err != nil {
			return err
		}
		for _, session := range page.Sessions {
			if err := out.write(exportedOf(session, s.Now())); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return out.end()
		}
		if err := out.flush(); err != nil {
			return err
		}
		if err := to.Flush(); err != nil {
			return err
		}
		q.After = page.Next
		var err error
		if page, err = s.Finder.Search(ctx, q); err != nil {
			return err
		}
	}
}

// exportTimeout is how long a page of an export may take to be sent.
const exportTimeout = time.Minute

// exporter writes calls in a format.
type exporter interface {
	write(e exported) error
	flush() error
	end() error
}

func exportTo(w io.Writer, format string) exporter {
	if format == "json" {
		return &jsonExport{to: w, next: "["}
	}
	table := &tableExport{csv.NewWriter(w)}
	_ = table.Write(header) // the writer keeps its error
	return table
}

// tableExport writes CSV.
type tableExport struct{ *csv.Writer }

func (t *tableExport) write(e exported) error { return t.Write(e.cells()) }

func (t *tableExport) flush() error {
	t.Flush()
	return t.Error()
}

func (t *tableExport) end() error { return t.flush() }

// jsonExport writes one list, a call a line.
type jsonExport struct {
	to   io.Writer
	next string // before the next call
}

func (j *jsonExport) write(e exported) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = io.WriteString(j.to, j.next+"\n"+string(body))
	j.next = ","
	return err
}

func (j *jsonExport) flush() error { return nil }

func (j *jsonExport) end() error {
	closing := "\n]\n"
	if j.next == "[" {
		closing = "[]\n"
	}
	_, err := io.WriteString(j.to, closing)
	return err
}
