package console

import (
	"net/http"

	"texmlsrv/console/web"
)

// Routes is the route table.
func Routes() []web.Route { return new(server).routes() }

// NewWith is New with other rows.
func NewWith(d Deps, rows []web.Route) (http.Handler, error) {
	s, err := newServer(d)
	if err != nil {
		return nil, err
	}
	return s.handler(rows), nil
}
