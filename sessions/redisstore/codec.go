package redisstore

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"texmlsrv/sessions"
)

// encode writes v as JSON that a person can read in redis-cli: markup is not
// escaped, which is for JSON inside of web pages.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// decode reads {revision, session, document, duplicates} as HMGET and the scripts return
// them. Without a session the error is sessions.ErrNotFound.
func decode(reply any) (*sessions.Session, error) {
	stored, ok := reply.([]any)
	if !ok || len(stored) < 4 {
		return nil, fmt.Errorf("unexpected reply of type %T", reply)
	}
	if stored[0] == nil && stored[1] == nil {
		return nil, sessions.ErrNotFound
	}
	revision, _ := stored[0].(string)
	body, _ := stored[1].(string)
	document, _ := stored[2].(string)

	var session sessions.Session
	if err := json.Unmarshal([]byte(body), &session); err != nil {
		return nil, fmt.Errorf("stored session: %w", err)
	}
	var err error
	if session.Revision, err = strconv.ParseInt(revision, 10, 64); err != nil {
		return nil, errors.New("stored session: its revision is not a number")
	}
	session.Document = []byte(document)
	if n, counted := stored[3].(string); counted {
		if session.Duplicates, err = strconv.Atoi(n); err != nil {
			return nil, errors.New("stored session: its duplicates are not a number")
		}
	}
	return &session, nil
}

// decodeList reads the entries of a list that a script returned.
func decodeList(reply any) ([]sessions.Entry, error) {
	items, _ := reply.([]any)
	lines := make([]string, len(items))
	for i, item := range items {
		lines[i], _ = item.(string)
	}
	return decodeEntries(lines)
}

func decodeEntries(lines []string) ([]sessions.Entry, error) {
	entries := make([]sessions.Entry, len(lines))
	for i, line := range lines {
		if err := json.Unmarshal([]byte(line), &entries[i]); err != nil {
			return nil, fmt.Errorf("stored entry %d: %w", i, err)
		}
	}
	return entries, nil
}
