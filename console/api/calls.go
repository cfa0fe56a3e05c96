package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"texmlsrv/console/listing"
	"texmlsrv/console/story"
	"texmlsrv/console/web"
	"texmlsrv/sessions"
)

func listParams() []string { return append(listing.Params(), listing.ParamAfter, paramLimit) }

func exportParams() []string { return append(listing.Params(), paramFormat) }

const paramLimit = "limit"

// callList is a part of the list of calls.
type callList struct {
	page
	About int `json:"about"` // how many there are on all pages: exact when all are known
}

// calls lists calls, newest first.
func (a *api) calls(w http.ResponseWriter, r *http.Request) error {
	asked, err := listing.Read(r.URL.Query())
	if err != nil {
		return err
	}
	if asked.Limit, err = limit(r); err != nil {
		return err
	}
	found, err := a.Finder.Search(r.Context(), asked.Query)
	if err != nil {
		return fmt.Errorf("api: search: %w", err)
	}
	rows := make([]listing.Row, len(found.Sessions))
	for i, s := range found.Sessions {
		rows[i] = listing.RowOf(s)
	}
	goesOn(w, r, found.Next)
	return answer(w, r, callList{page{rows, found.Next}, max(found.About, len(rows))})
}

// limit is how many things a page holds at most; 0 where that is not said.
func limit(r *http.Request) (int, error) {
	text := r.URL.Query().Get(paramLimit)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > sessions.PageMost {
		return 0, web.Refuse(http.StatusBadRequest, "That is no limit", fmt.Sprintf("limit is a number from 1 to %d.", sessions.PageMost))
	}
	return n, nil
}

// callView is a call.
type callView struct {
	*story.Story
	Turn    int  `json:"turn"` // of the document last sent
	Running bool `json:"running"`
}

// call tells a call.
func (a *api) call(w http.ResponseWriter, r *http.Request) error {
	return a.tell(w, r, func(s *sessions.Session, t *story.Story) (any, error) {
		return callView{t, s.Turn, !s.Ended()}, nil
	})
}

// turns lists the turns of a call.
func (a *api) turns(w http.ResponseWriter, r *http.Request) error {
	return a.tell(w, r, func(_ *sessions.Session, t *story.Story) (any, error) { return page{Items: t.Turns}, nil })
}

// beside lists all that came and went beside the turns of a call.
func (a *api) beside(w http.ResponseWriter, r *http.Request) error {
	return a.tell(w, r, func(_ *sessions.Session, t *story.Story) (any, error) {
		all := t.Besides()
		if all == nil {
			all = []story.Beside{}
		}
		return page{Items: all}, nil
	})
}

// turnView is a turn with everything behind it.
type turnView struct {
	Turn   story.Turn  `json:"turn"`
	Behind *story.Body `json:"behind"`
}

// turn tells everything behind a turn.
func (a *api) turn(w http.ResponseWriter, r *http.Request) error {
	return a.tell(w, r, func(_ *sessions.Session, t *story.Story) (any, error) {
		i, err := turnAsked(t, r)
		if err != nil {
			return nil, err
		}
		return turnView{t.Turns[i], t.Body(i)}, nil
	})
}

func turnAsked(t *story.Story, r *http.Request) (int, error) {
	i := t.Find(r.PathValue("turn"), r.URL.Query().Get("index"))
	if i < 0 {
		return 0, web.Refuse(http.StatusNotFound, "The call has no such turn", "The list of its turns has those that there are.")
	}
	return i, nil
}

// document is the document of a turn as people may see it.
func (a *api) document(w http.ResponseWriter, r *http.Request) error {
	session, timeline, err := a.load(r.Context(), r.PathValue("sid"))
	if err != nil {
		return err
	}
	told := story.Of(session, timeline, a.Now())
	i, err := turnAsked(told, r)
	if err != nil {
		return err
	}
	var text strings.Builder
	for _, line := range told.Body(i).Document {
		text.WriteString(line.String() + "\n")
	}
	body := []byte(text.String())
	return send(w, r, "application/xml; charset=utf-8", body, tagOf(body))
}

// load is all that is known of a call.
func (a *api) load(ctx context.Context, sid string) (*sessions.Session, []sessions.Entry, error) {
	session, err := a.Store.Load(ctx, sid)
	if err != nil {
		return nil, nil, fmt.Errorf("api: %w", err)
	}
	timeline, err := a.Store.Timeline(ctx, sid)
	if err != nil {
		return nil, nil, fmt.Errorf("api: %w", err)
	}
	return session, timeline, nil
}

// view is what is told of a call.
type view func(*sessions.Session, *story.Story) (any, error)

// tell answers with a view of a call. Of a running one each answer differs from
// the one before, because the time goes on: its tag is a weak one, and is about
// all else.
func (a *api) tell(w http.ResponseWriter, r *http.Request, v view) error {
	session, timeline, err := a.load(r.Context(), r.PathValue("sid"))
	if err != nil {
		return err
	}
	body, err := v.at(a.Now(), session, timeline)
	if err != nil {
		return err
	}
	tag := tagOf(body)
	if !session.Ended() {
		still, err := v.at(session.SentAt, session, timeline)
		if err != nil {
			return err
		}
		tag = "W/" + tagOf(still)
	}
	return send(w, r, "application/json", body, tag)
}

func (v view) at(now time.Time, s *sessions.Session, timeline []sessions.Entry) ([]byte, error) {
	told, err := v(s, story.Of(s, timeline, now))
	if err != nil {
		return nil, err
	}
	return encoded(told)
}
