package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"texmlsrv/simulator"
)

// saver writes a conversation as a scenario.
type saver struct {
	command *callCommand
	flow    string
}

// takes refuses a file that cannot be written; "" is none.
func (s *saver) takes(file string) error {
	if file == "" {
		return nil
	}
	_, err := s.path(file)
	return err
}

// path is where a scenario goes: a name goes into the flow's folder of
// scenarios, anything else is a path.
func (s *saver) path(file string) (string, error) {
	if !strings.ContainsAny(file, `/\`) && filepath.Ext(file) == "" {
		if s.command.Templates == "" {
			return "", fmt.Errorf("the flows that come with the program cannot be added to: give a path, such as ./%s.yaml", file)
		}
		file = filepath.Join(s.command.Templates, s.flow, "scenarios", file+".yaml")
	}
	if _, err := os.Stat(file); err == nil {
		return "", fmt.Errorf("%s is there already; choose another name", file)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return file, nil
}

// save writes the scenario where one is wanted.
func (s *saver) save(ctx context.Context, l *callLine, r *simulator.Record, w *callWorld) error {
	file := l.talk.SaveAs()
	if file == "" {
		file = s.command.Save
	}
	if file == "" {
		return nil
	}
	path, err := s.path(file)
	if err != nil {
		return err
	}
	text, err := w.Scenario(ctx, r.Call, l.talk.Story()).YAML()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(l.app.stderr, "texmlsrv: the conversation is saved as %s\n", path)
	return nil
}
