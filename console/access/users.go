package access

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"
)

const usersMost = 1 << 20 // bytes of a users file

// tokenPrefix begins every token, so that one that got lost is recognised.
const tokenPrefix = "texmlsrv_"

// tokenLine begins what the users file says of a token.
const tokenLine = "sha256:"

var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$`)

// CheckName refuses what cannot be the name of a person or a program.
func CheckName(name string) error {
	if !nameForm.MatchString(name) {
		return fmt.Errorf("a name is letters, digits and . _ @ + -, 64 at most, not %q", name)
	}
	return nil
}

// Line is a line of the users file: a name, a role, and what HashPassword or
// NewToken say.
func Line(name string, role Role, secret string) string {
	return name + " " + role.String() + " " + secret
}

// NewToken is a token for a program, and what the users file says of it.
func NewToken() (token, secret string) {
	token = tokenPrefix + newSecret()
	return token, tokenLine + hash(token)
}

// MistakesError are the mistakes in a users file.
type MistakesError struct {
	File     string
	Mistakes []Mistake
}

// Mistake is one of them.
type Mistake struct {
	Line    int // from 1
	Message string
}

func (e *MistakesError) Error() string {
	lines := make([]string, len(e.Mistakes))
	for i, m := range e.Mistakes {
		lines[i] = fmt.Sprintf("%s:%d: %s", e.File, m.Line, m.Message)
	}
	return strings.Join(lines, "\n")
}

// user is somebody that the users file tells of.
type user struct {
	name     string
	role     Role
	password hashed
	stamp    string // changes with the line: what was signed in with another does not count any more
}

// people are those that a users file tells of.
type people struct {
	byName  map[string]user // who has a password
	byToken map[string]user // by the hash of their token
}

// parseUsers reads a users file: a line is "name role secret", lines that are
// empty or begin with # say nothing.
func parseUsers(file string, text []byte) (people, error) {
	p := people{byName: map[string]user{}, byToken: map[string]user{}}
	wrong := &MistakesError{File: file}
	lines := map[string]int{}
	for i, line := range strings.Split(string(bytes.TrimPrefix(text, []byte("\ufeff"))), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		err := p.add(strings.Fields(line), lines, i+1)
		if err != nil {
			wrong.Mistakes = append(wrong.Mistakes, Mistake{Line: i + 1, Message: err.Error()})
		}
	}
	if len(wrong.Mistakes) > 0 {
		return people{}, wrong
	}
	return p, nil
}

// add takes the words of a line.
func (p people) add(words []string, lines map[string]int, number int) error {
	if len(words) != 3 {
		return fmt.Errorf("a line is a name, a role and a secret, not %d words", len(words))
	}
	if err := CheckName(words[0]); err != nil {
		return err
	}
	if before, is := lines[words[0]]; is {
		return fmt.Errorf("%s is on line %d already", words[0], before)
	}
	lines[words[0]] = number
	role, err := ParseRole(words[1])
	if err != nil {
		return err
	}
	u := user{name: words[0], role: role, stamp: hash(strings.Join(words, " "))}
	if id, is := strings.CutPrefix(words[2], tokenLine); is {
		if sum, err := base64.RawURLEncoding.DecodeString(id); err != nil || len(sum) != 32 {
			return errors.New("the hash of the token is damaged")
		}
		p.byToken[id] = u
		return nil
	}
	u.password, err = parseHashed(words[2])
	p.byName[u.name] = u
	return err
}

// Users is a users file. What is changed in it counts at once.
type Users struct {
	path string

	mu     sync.Mutex
	people people
	at     time.Time // of the file that was read last
	size   int64
	failed func(error)
}

// OpenUsers reads a users file. The error is *MistakesError for what stands in
// it. When the file is changed later and that is a mistake, failed is told once
// and what was read before still counts.
func OpenUsers(path string, failed func(error)) (*Users, error) {
	u := &Users{path: path, failed: failed}
	if err := u.read(); err != nil {
		return nil, err
	}
	return u, nil
}

// Exposed reports whether others on this machine can read the file.
func (u *Users) Exposed() bool {
	info, err := os.Stat(u.path)
	return err == nil && info.Mode().Perm()&0o004 != 0
}

// read reads the file, if it is not the one that was read last.
func (u *Users) read() error {
	f, err := os.Open(u.path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return &fs.PathError{Op: "read", Path: u.path, Err: errors.New("is a folder")}
	case info.ModTime().Equal(u.at) && info.Size() == u.size:
		return nil
	}
	u.at, u.size = info.ModTime(), info.Size()
	text, err := io.ReadAll(io.LimitReader(f, usersMost+1))
	switch {
	case err != nil:
		return err
	case len(text) > usersMost:
		return fmt.Errorf("%s is larger than %d bytes", u.path, usersMost)
	}
	p, err := parseUsers(u.path, text)
	if err != nil {
		return err
	}
	u.people = p
	return nil
}

// now are the people that the file tells of now. A file that is gone, or wrong,
// leaves those before: a slip while editing must not lock everybody out.
func (u *Users) now() people {
	u.mu.Lock()
	defer u.mu.Unlock()
	at, size := u.at, u.size
	if err := u.read(); err != nil && (!at.Equal(u.at) || size != u.size) && u.failed != nil {
		u.failed(err)
	}
	return u.people
}

// named is the user with a name and a password.
func (u *Users) named(name string) (user, bool) {
	found, is := u.now().byName[name]
	return found, is
}

// withToken is the program with a token.
func (u *Users) withToken(token string) (user, bool) {
	found, is := u.now().byToken[hash(token)]
	return found, is
}
