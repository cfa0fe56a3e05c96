package texml

import (
	"net"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// unplayable are extensions of audio that is neither MP3 nor WAV.
var unplayable = []string{
	".aac", ".aif", ".aiff", ".amr", ".au", ".flac", ".gsm", ".m4a", ".mid", ".mp4", ".oga", ".ogg", ".opus", ".ulaw", ".webm", ".wma",
}

// url checks a URL; stored says that it is the name of a file in Telnyx's media storage.
func (c *checker) url(at int, name, value string, kind URLKind, stored bool) {
	if stored && kind == MediaURL {
		return
	}
	u, err := url.Parse(value)
	switch {
	case value == "":
		c.report("TX301", at, "%s is empty", name)
	case strings.ContainsAny(value, " \t\r\n"):
		c.report("TX301", at, "%s has a space in it", name).Suggestion = strings.Join(strings.Fields(value), "%20")
	case kind == SocketURL && (err != nil || u.Scheme != "wss" && u.Scheme != "ws" || u.Host == ""):
		c.report("TX303", at, "%s=%q does not begin with wss://", name, value)
	case err != nil && !strings.Contains(value, ":"):
		c.report("TX301", at, "%s=%q is not a URL", name, value)
	case kind != SocketURL && (err != nil || !requestable(u, kind)):
		c.report("TX302", at, "%s=%q is not a URL that Telnyx can request", name, value)
	default:
		c.reachable(at, name, u, kind)
	}
}

// requestable reports whether Telnyx, which speaks HTTP, can request u.
func requestable(u *url.URL, kind URLKind) bool {
	if u.Scheme == "" {
		return kind != DataURL || u.Host != ""
	}
	return (strings.EqualFold(u.Scheme, "http") || strings.EqualFold(u.Scheme, "https")) && u.Host != ""
}

var hostLike = regexp.MustCompile(`^(www\.|[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.(com|net|org|io|dev|app|example|test|co|eu|de|fr|uk|us)/)`)

// reachable checks what may go wrong with a URL that is one.
func (c *checker) reachable(at int, name string, u *url.URL, kind URLKind) {
	extension := strings.ToLower(path.Ext(u.Path))
	switch {
	case strings.Contains(u.RawQuery, "&amp;"):
		c.report("TX307", at, "%s has &amp; in it after it was read: it is escaped twice", name)
	case u.Scheme == "" && u.Host == "" && hostLike.MatchString(u.Path):
		c.report("TX308", at, "%s is a relative path without a scheme", name).Suggestion = "https://" + u.Path
	case kind == MediaURL && u.Host == "":
		c.report("TX304", at, "%s is relative; audio needs an absolute URL", name)
	case unreachable(u.Hostname()):
		c.report("TX306", at, "%s is not a host that Telnyx can reach", u.Hostname())
	case (kind == MediaURL || kind == WaitMediaURL) && slices.Contains(unplayable, extension):
		c.report("TX305", at, "%s is %s; Telnyx plays MP3 and WAV", name, strings.TrimPrefix(extension, "."))
	}
}

// unreachable reports a host that is not public.
func unreachable(host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsUnspecified() || ip.IsLinkLocalUnicast()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal")
}
