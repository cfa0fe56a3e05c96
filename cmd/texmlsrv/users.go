package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"texmlsrv/console/access"
)

const (
	passwordLeast = 12   // characters
	passwordMost  = 1024 // bytes
)

type usersCommand struct {
	Add usersAddCommand `cmd:"" help:"Print a line of the users file: somebody who may sign in with a password."`
}

type usersAddCommand struct {
	Name string `arg:"" help:"Name to sign in with."`
	Role string `required:"" enum:"viewer,operator" help:"What they may do: viewer looks, operator also helps running calls and reveals values."`
}

// Run asks for a password and prints the line.
func (c *usersAddCommand) Run(a *app) error {
	role, err := nameAndRole(c.Name, c.Role)
	if err != nil {
		return err
	}
	password, err := askPassword(a, c.Name)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.stdout, access.Line(c.Name, role, access.HashPassword(password)))
	return err
}

func nameAndRole(name, role string) (access.Role, error) {
	if err := access.CheckName(name); err != nil {
		return access.None, usageError{err}
	}
	r, err := access.ParseRole(role)
	if err != nil {
		return access.None, usageError{err}
	}
	return r, nil
}

// askPassword asks on a terminal, twice and without showing it; otherwise the
// first line of standard input is the password.
func askPassword(a *app, name string) (string, error) {
	f, is := a.stdin.(*os.File)
	if !is || !term.IsTerminal(int(f.Fd())) {
		return checkPassword(passwordLine(a.stdin))
	}
	password, err := checkPassword(hidden(a, f, "Password for "+name+": "))
	if err != nil {
		return "", err
	}
	again, err := hidden(a, f, "Once more: ")
	switch {
	case err != nil:
		return "", err
	case again != password:
		return "", errors.New("those were two passwords; nothing was printed")
	}
	return password, nil
}

func hidden(a *app, f *os.File, prompt string) (string, error) {
	fmt.Fprint(a.stderr, prompt)
	text, err := term.ReadPassword(int(f.Fd()))
	fmt.Fprintln(a.stderr)
	return string(text), err
}

func passwordLine(r io.Reader) (string, error) {
	if r == nil {
		return "", nil
	}
	line, err := bufio.NewReader(io.LimitReader(r, passwordMost+2)).ReadString('\n')
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return strings.TrimRight(line, "\r\n"), err
}

func checkPassword(password string, err error) (string, error) {
	switch {
	case err != nil:
		return "", fmt.Errorf("reading the password: %w", err)
	case len([]rune(password)) < passwordLeast:
		return "", usage("a password must have %d characters or more", passwordLeast)
	case len(password) > passwordMost:
		return "", usage("a password must have %d bytes or less", passwordMost)
	}
	return password, nil
}

type tokensCommand struct {
	Add tokensAddCommand `cmd:"" help:"Make a token for a program, and print the line of the users file that lets it in."`
}

type tokensAddCommand struct {
	Name string `arg:"" help:"Name of the program, as the audit trail will say it."`
	Role string `required:"" enum:"viewer,operator" help:"What it may do: viewer looks, operator also helps running calls and reveals values."`
}

// Run prints the line as data, and the token, which is kept nowhere, beside it.
func (c *tokensAddCommand) Run(a *app) error {
	role, err := nameAndRole(c.Name, c.Role)
	if err != nil {
		return err
	}
	token, secret := access.NewToken()
	fmt.Fprintf(a.stderr, "token         %s\n              it is not shown again; send it as: Authorization: Bearer …\n", token)
	_, err = fmt.Fprintln(a.stdout, access.Line(c.Name, role, secret))
	return err
}
