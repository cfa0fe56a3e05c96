// Command texmlsrv answers Telnyx with TeXML documents: it serves flows, and
// checks them.
package main

import (
	"context"
	"os"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}
