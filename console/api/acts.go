package api

import (
	"fmt"
	"net/http"

	"texmlsrv/console/story"
	"texmlsrv/console/web"
)

// revealed is one value that is masked everywhere else.
type revealed struct {
	SID   string `json:"sid"`
	Name  string `json:"name"`
	Value string `json:"value"`
}

// reveal tells a sensitive value to an operator who says why. It is written down
// before it is told; the value itself is written down nowhere.
func (a *api) reveal(w http.ResponseWriter, r *http.Request) error {
	var asked struct {
		Name string `json:"name"`
		Why  string `json:"why"`
	}
	if err := receive(w, r, &asked); err != nil {
		return err
	}
	web.Note(r, web.Shortened(asked.Name, nameMost), web.Shortened(asked.Why, web.WhyMost))
	if err := web.CheckWhy(asked.Why); err != nil {
		return err
	}
	session, err := a.Store.Load(r.Context(), r.PathValue("sid"))
	if err != nil {
		return fmt.Errorf("api: %w", err)
	}
	shown, hidden := story.Reveal(session, asked.Name)
	if !hidden {
		web.Note(r, "", asked.Why)
		return web.Refuse(http.StatusNotFound, "There is no such hidden value", "It may have been forgotten since.")
	}
	body, err := encoded(revealed{session.Call.SID, asked.Name, shown})
	if err != nil {
		return err
	}
	return give(w, body)
}
