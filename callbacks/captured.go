package callbacks

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
)

// Captured is a request that somebody wrote down, as it came over the wire.
type Captured struct {
	Method string
	Target string // path and query
	Header http.Header
	Body   []byte
}

// ParseCaptured reads a request as it goes over the wire: the request line,
// headers, an empty line, and the body to the end of the text, with whatever
// line breaks the file has. A line break that an editor put at the end of the
// file is dropped where Content-Length tells that it is no part of the body.
func ParseCaptured(text []byte) (Captured, error) {
	c := Captured{Header: http.Header{}}
	text = bytes.TrimLeft(text, "\r\n")
	line, rest, _ := bytes.Cut(text, []byte("\n"))
	words := strings.Fields(string(line))
	if len(words) < 2 || len(words) > 3 || !strings.HasPrefix(words[1], "/") && !strings.Contains(words[1], "://") {
		return c, errors.New("callbacks: the first line is not a request line, such as: POST /texml HTTP/1.1")
	}
	c.Method, c.Target = strings.ToUpper(words[0]), words[1]
	for number := 2; ; number++ {
		line, more, found := bytes.Cut(rest, []byte("\n"))
		rest = more
		header := strings.TrimRight(string(line), "\r")
		if header == "" {
			break
		}
		name, value, ok := strings.Cut(header, ":")
		if !ok || name == "" || strings.ContainsAny(name, " \t") {
			return c, fmt.Errorf("callbacks: line %d is not a header, such as Name: value; an empty line ends them", number)
		}
		c.Header.Add(name, strings.TrimSpace(value))
		if !found {
			break
		}
	}
	c.Body = bodyOf(c.Header, rest)
	return c, nil
}

// bodyOf is the body in what follows the headers.
func bodyOf(h http.Header, rest []byte) []byte {
	if strings.EqualFold(h.Get("Transfer-Encoding"), "chunked") {
		if whole, err := io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(rest))); err == nil {
			return whole
		}
	}
	n, err := strconv.Atoi(h.Get("Content-Length"))
	if err == nil && n >= 0 && n < len(rest) && len(bytes.Trim(rest[n:], "\r\n")) == 0 {
		return rest[:n]
	}
	return rest
}

// query is the query of the target, as it came.
func (c Captured) query() string {
	_, query, _ := strings.Cut(c.Target, "?")
	return query
}
