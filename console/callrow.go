package console

import (
	"texmlsrv/console/listing"
	"texmlsrv/sessions"
)

// callRow is a call as a row of the page.
type callRow struct {
	listing.Row
	ID, Href string
}

func rowOf(s *sessions.Session) callRow {
	return callRow{Row: listing.RowOf(s), ID: "c-" + s.Call.SID, Href: callPath(s.Call.SID)}
}
