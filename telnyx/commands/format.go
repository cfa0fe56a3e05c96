package commands

import (
	"encoding/base64"
	"net/url"
	"strings"
	"unicode"
)

// fault says what is wrong with a text of a format, "" for nothing, and whether
// that is only a warning.
func (f Format) fault(s string) (message string, warning bool) {
	switch f {
	case Base64:
		return unless(isBase64(s), "is not base64"), false
	case URL:
		return unless(isURL(s), "is not a web address that begins with http:// or https://"), false
	case ToolURL:
		return unless(isToolURL(s), "is not a web address that begins with http:// or https://"), false
	case Party:
		return unless(isParty(s), "is neither a number like +13125550100 nor a SIP address"), false
	case VoiceName:
		return unless(knownVoice(s), "is "+quote(s)+"; voices are known as Provider.Model.Voice"), true
	case Digit:
		return unless(len(s) == 1 && only(s, "0123456789*#"), "is not one of the keys 0-9 * #"), false
	case Digits:
		return unless(only(s, "0123456789ABCD*#"), "has something else than the keys 0-9 A-D * #"), false
	case CallerName:
		return unless(strings.IndexFunc(s, notInName) < 0, "has something else than letters, digits, spaces and -_~!.+"), false
	}
	return "", false
}

func unless(well bool, message string) string {
	if well {
		return ""
	}
	return message
}

func only(s, characters string) bool { return strings.Trim(s, characters) == "" }

// isBase64 takes no line breaks, which Go's decoder skips.
func isBase64(s string) bool {
	_, err := base64.StdEncoding.DecodeString(s)
	return err == nil && !strings.ContainsAny(s, "\r\n")
}

func isURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && !strings.ContainsFunc(s, unicode.IsSpace)
}

// isToolURL looks at the beginning alone: what is behind may hold variables.
func isToolURL(s string) bool {
	rest, secure := strings.CutPrefix(s, "https://")
	if !secure {
		var open bool
		if rest, open = strings.CutPrefix(s, "http://"); !open {
			return false
		}
	}
	return rest != "" && rest[0] != '/'
}

// isParty takes E.164 numbers and SIP addresses, and leaves names of Telnyx's
// variables alone.
func isParty(s string) bool {
	if strings.Contains(s, "{{") {
		return true
	}
	if number, is := strings.CutPrefix(s, "+"); is {
		return len(number) >= 2 && len(number) <= 15 && number[0] != '0' && only(number, "0123456789")
	}
	address := strings.TrimPrefix(strings.TrimPrefix(s, "sips:"), "sip:")
	return address != "" && (address != s || strings.Contains(s, "@")) && !strings.ContainsFunc(s, unicode.IsSpace)
}

func notInName(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" -_~!.+", r)
}
