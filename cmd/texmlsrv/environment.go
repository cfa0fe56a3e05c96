package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"texmlsrv/flows/problems"
)

const ownVariable = "TEXMLSRV_"

// variableOf is the environment variable of a flag.
func variableOf(flag string) string {
	return ownVariable + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// platformNames are flags that also listen to the names Telnyx's and Redis'
// own tools use.
var platformNames = map[string]string{
	"redis-url":  "REDIS_URL",
	"public-key": "TELNYX_PUBLIC_KEY",
	"api-key":    "TELNYX_API_KEY",
	"base-url":   "TELNYX_BASE_URL",
}

// environment gives flags their values from TEXMLSRV_<FLAG>, so that a flag
// and its variable cannot drift apart.
func environment(environ []string) kong.Resolver {
	values := map[string]string{}
	for _, pair := range environ {
		key, value, _ := strings.Cut(pair, "=")
		values[key] = value
	}
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		for _, name := range []string{variableOf(flag.Name), platformNames[flag.Name]} {
			if v := values[name]; name != "" && v != "" {
				return v, nil
			}
		}
		return nil, nil // kong's way of saying: not set here
	})
}

// strayVariables warns of variables that begin as ours do and set no flag of any
// command. It is a warning: another version may know them.
func strayVariables(environ []string, all *kong.Node) (warnings []string) {
	known := variablesOf(all)
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, ownVariable) || value == "" || slices.Contains(known, name) {
			continue
		}
		warning := fmt.Sprintf("the variable %s sets nothing; %s", name, problems.Nearest(name, known))
		warnings = append(warnings, strings.TrimSuffix(warning, "; "))
	}
	slices.Sort(warnings)
	return warnings
}

// variablesOf lists the variables of a command's flags, and of its commands'.
func variablesOf(node *kong.Node) (all []string) {
	for _, flag := range node.Flags {
		all = append(all, variableOf(flag.Name))
	}
	for _, child := range node.Children {
		all = append(all, variablesOf(child)...)
	}
	return all
}
