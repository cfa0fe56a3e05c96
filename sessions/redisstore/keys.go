package redisstore

import (
	"errors"
	"strings"
)

var errCallSID = errors.New("the id of a call is neither empty nor holds { or }")

// key is the one place where names of keys are made. Without a call it is a
// key that all calls share.
func (s *Store) key(callSID, what string) string {
	if callSID == "" {
		return s.opts.Prefix + what
	}
	return s.opts.Prefix + "{" + callSID + "}:" + what
}

// callKeys returns the session, timeline and early keys of a call, in the order
// in which the scripts take them. Braces in a CallSid would end the hash tag
// early and could make the keys of one call those of another.
func (s *Store) callKeys(callSID string) ([]string, error) {
	if callSID == "" || strings.ContainsAny(callSID, "{}") {
		return nil, errCallSID
	}
	return []string{s.key(callSID, "session"), s.key(callSID, "timeline"), s.key(callSID, "early")}, nil
}
