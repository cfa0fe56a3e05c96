package telnyx

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	firstWait   = 200 * time.Millisecond // before the second attempt, less a part of chance
	longestWait = 2 * time.Second
	mostDoubled = 8 // times that a wait is doubled, so that it stays a wait
)

// again decides whether a request is sent once more, and after which time.
//
// What no connection came about for, and what was refused with 429, was not
// carried out: it is always sent again. What may have been carried out (an answer
// of 408, 409 or 5xx, or none) is sent again only when carrying it out twice does
// no harm: commands, because Telnyx knows their command_id again, and changes
// that say the same twice.
func (a *API) again(ctx context.Context, r request, attempt int, err error) (time.Duration, bool) {
	if attempt >= a.o.Attempts || ctx.Err() != nil || !passing(err, r.repeat) {
		return 0, false
	}
	wait := backoff(attempt)
	if refused, is := errors.AsType[*APIError](err); is {
		wait = max(wait, refused.RetryAfter)
	}
	// A wait that outlasts the deadline is not begun: whoever asked can do
	// something else meanwhile.
	deadline, bounded := ctx.Deadline()
	return wait, !bounded || time.Until(deadline) > wait
}

// passing reports whether another attempt may end better, and may be made.
func passing(err error, repeat bool) bool {
	if failed, is := errors.AsType[*SendError](err); is {
		return repeat || !failed.Sent
	}
	refused, is := errors.AsType[*APIError](err)
	if !is {
		return false
	}
	switch refused.Status {
	case http.StatusTooManyRequests:
		return true
	case http.StatusRequestTimeout, http.StatusConflict:
		return repeat
	}
	return refused.Status >= 500 && repeat
}

// backoff doubles with every attempt. Up to half of it is left to chance, so that
// many callers who failed together do not come back together.
func backoff(attempt int) time.Duration {
	wait := min(firstWait<<min(attempt-1, mostDoubled), longestWait)
	return wait/2 + rand.N(wait/2)
}

// retryAfter reads how long an answer asks to wait: Retry-After in seconds or as
// a date, else Telnyx's x-ratelimit-reset in seconds. 0 is nothing said.
func retryAfter(h http.Header, status int, now time.Time) time.Duration {
	said := strings.TrimSpace(h.Get("Retry-After"))
	if at, err := http.ParseTime(said); err == nil {
		return max(0, at.Sub(now))
	}
	if said == "" && status == http.StatusTooManyRequests {
		said = strings.TrimSpace(h.Get("X-Ratelimit-Reset"))
	}
	seconds, err := strconv.ParseFloat(said, 64)
	if err != nil || !(seconds > 0) {
		return 0
	}
	return time.Duration(min(seconds, 24*60*60) * float64(time.Second))
}
