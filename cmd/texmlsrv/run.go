package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"reflect"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"texmlsrv/flows/problems"
)

// Exit codes, the same for every command.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitInvalid = 3 // a flow, template, scenario or document is wrong: trying again will not help
)

// app is what every command gets from the outside.
type app struct {
	ctx     context.Context //nolint:containedctx // of one run of one command; a signal ends it
	unheed  func()          // from then on a signal ends the program at once
	environ []string
	stdin   io.Reader
	stdout  io.Writer // data
	stderr  io.Writer // everything else
}

// commands is the command line. Each command is a struct of its flags, in a
// file of its own.
type commands struct {
	Call    callCommand    `cmd:"" help:"Talk to a flow in the terminal, as its caller."`
	Serve   serveCommand   `cmd:"" help:"Answer Telnyx: serve flows over HTTP."`
	Check   checkCommand   `cmd:"" help:"Find the mistakes in flows and templates."`
	Fmt     fmtCommand     `cmd:"" help:"Write flows and templates in their canonical form."`
	Test    testCommand    `cmd:"" help:"Play the scenarios of flows, and tell what went another way."`
	Graph   graphCommand   `cmd:"" help:"Draw a flow."`
	Init    initCommand    `cmd:"" help:"Make a folder with flows to change, and what an editor needs to help."`
	Render  renderCommand  `cmd:"" help:"Print the document of a step, as it would be sent."`
	Trigger triggerCommand `cmd:"" help:"Send one signed request to a running server, as Telnyx would."`
	Dial    dialCommand    `cmd:"" help:"Call somebody, and begin with a flow."`
	Doctor  doctorCommand  `cmd:"" help:"Find out what is wrong with a set-up, or with a request that was refused."`
	Users   usersCommand   `cmd:"" help:"Who may use the console."`
	Tokens  tokensCommand  `cmd:"" help:"Which programs may use the console's API."`
	Schema  schemaCommand  `cmd:"" help:"Print a schema, for editors and other tools."`
	Version versionCommand `cmd:"" help:"Say which texmlsrv this is."`
}

// usageError is a mistake in how a command was called.
type usageError struct{ error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// reason is what an error says behind a prefix: to whoever wrote a flag, the
// flag says more than the package that read it.
func reason(err error, prefix string) string {
	text := err.Error()
	_, after, found := strings.Cut(text, prefix)
	if !found {
		return text
	}
	return after
}

// run is the whole program; its result is the exit code.
func run(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	a := &app{ctx: ctx, unheed: stop, environ: environ, stdin: stdin, stdout: stdout, stderr: stderr}
	helped := false
	parser, err := kong.New(&commands{},
		kong.Name("texmlsrv"),
		kong.Description("The application behind a Telnyx TeXML URL: flows of TeXML documents, AI gathers, sessions in Redis."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { helped = true }),
		kong.Resolvers(environment(environ)),
		kong.TypeMapper(reflect.TypeFor[time.Duration](), kong.MapperFunc(readDuration)),
	)
	if err != nil {
		return report(stderr, err)
	}
	args = asked(args)
	command, err := parser.Parse(args)
	if helped {
		return exitDone
	}
	if err != nil {
		return report(stderr, usage("%s", strings.Replace(err.Error(), `one of "",`, "one of ", 1))) // nothing is no word to give
	}
	for _, warning := range strayVariables(environ, parser.Model.Node) {
		fmt.Fprintln(stderr, "texmlsrv: "+warning)
	}
	return report(stderr, command.Run(a))
}

// asked takes help for what it is: nothing, and "help serve", ask for it, too.
func asked(args []string) []string {
	if len(args) == 0 {
		return []string{"--help"}
	}
	if args[0] == "help" {
		return append(args[1:len(args):len(args)], "--help")
	}
	return args
}

// report prints an error where there is one, and gives the exit code.
func report(stderr io.Writer, err error) int {
	var usage usageError
	var wrong problems.List
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errPrinted):
		return exitInvalid
	case errors.As(err, &wrong):
		fmt.Fprintf(stderr, "%v\ntexmlsrv: %s in the flows\n", wrong, count(len(wrong), "problem"))
		return exitInvalid
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "texmlsrv: %v\nTry: texmlsrv --help\n", err)
		return exitUsage
	}
	fmt.Fprintf(stderr, "texmlsrv: %v\n", err)
	return exitFailed
}
