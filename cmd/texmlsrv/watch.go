package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	saveQuiet = 100 * time.Millisecond // without a change until a save is taken to be over
	savePause = 2 * time.Second        // at most, when changes do not cease
	linkLimit = 40                     // symbolic links on the way to one file
)

// watch is a folder that is read, and watched for changes of all that was read
// of it, or was looked for: each place is watched before it is read, so that no
// change comes between. It is made anew for every reading.
//
// It watches folders, never files: most editors save by renaming a new file
// over the old one, and a watched file would be lost with that.
type watch struct {
	fs.FS
	root    string // absolute, without symbolic links
	watcher *fsnotify.Watcher
	paths   map[string]bool              // whose change matters
	folders map[string]bool              // in which whatever changes matters
	read    map[string][sha256.Size]byte // the content of the files that were read, by name
	failed  error                        // the first folder that could not be watched
}

func newWatch(folder string) (*watch, error) {
	root, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("--watch: %w", err)
	}
	w := &watch{
		FS: os.DirFS(root), root: root, watcher: watcher,
		paths: map[string]bool{}, folders: map[string]bool{}, read: map[string][sha256.Size]byte{},
	}
	if real, ok := w.look(root); ok {
		w.root = real
	}
	return w, nil
}

// Close ends the watching.
func (w *watch) Close() { _ = w.watcher.Close() }

// Open opens a file to be read once, and has its changes noticed.
func (w *watch) Open(name string) (fs.File, error) {
	w.lookAt(name)
	return w.FS.Open(name)
}

// Stat has the changes of a file noticed, also its coming.
func (w *watch) Stat(name string) (fs.FileInfo, error) {
	w.lookAt(name)
	return fs.Stat(w.FS, name)
}

// ReadFile reads a file and remembers what it held.
func (w *watch) ReadFile(name string) ([]byte, error) {
	w.lookAt(name)
	content, err := fs.ReadFile(w.FS, name)
	if err == nil {
		w.read[name] = sha256.Sum256(content)
	}
	return content, err
}

// ReadDir lists a folder, and has whatever comes to it or goes noticed.
func (w *watch) ReadDir(name string) ([]fs.DirEntry, error) {
	if folder, ok := w.lookAt(name); ok {
		w.folders[folder] = true
		w.add(folder)
	}
	return fs.ReadDir(w.FS, name)
}

func (w *watch) lookAt(name string) (real string, ok bool) {
	return w.look(filepath.Join(w.root, filepath.FromSlash(name)))
}

// look has changes of a path noticed: of the file, of every folder on the way to
// it from the root, and of every symbolic link. It gives the path without these;
// ok is false when there is no such file.
func (w *watch) look(path string) (real string, ok bool) {
	done, rest := split(path)
	for links := 0; len(rest) > 0; {
		next := filepath.Join(done, rest[0])
		if len(rest) == 1 || next == w.root || strings.HasPrefix(next, w.root+string(filepath.Separator)) {
			w.note(next)
		}
		info, err := os.Lstat(next)
		if err != nil {
			w.note(next) // it may come
			return "", false
		}
		done, rest = next, rest[1:]
		if info.Mode()&fs.ModeSymlink == 0 {
			continue
		}
		w.note(next)
		target, err := os.Readlink(next)
		if links++; err != nil || links > linkLimit {
			return "", false
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(next), target)
		}
		var before []string
		done, before = split(target)
		rest = append(before, rest...)
	}
	return done, true
}

// split parts an absolute path into where it begins and the names from there.
func split(path string) (root string, names []string) {
	root = filepath.VolumeName(path) + string(filepath.Separator)
	for name := range strings.SplitSeq(strings.TrimPrefix(filepath.Clean(path), root), string(filepath.Separator)) {
		if name != "" {
			names = append(names, name)
		}
	}
	return root, names
}

// note has changes of one path noticed, in the folder that it stands in.
func (w *watch) note(path string) {
	w.paths[path] = true
	w.add(filepath.Dir(path))
}

// add watches a folder. One that is gone, or that nobody may read, says so when
// it is read.
func (w *watch) add(folder string) {
	err := w.watcher.Add(folder)
	if err == nil || w.failed != nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return
	}
	w.failed = fmt.Errorf("--watch: %s cannot be watched: %w", folder, err)
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EMFILE) {
		w.failed = fmt.Errorf("%w (the system allows no more watches; on Linux see fs.inotify in sysctl)", w.failed)
	}
}

// changed waits until something has changed, and the save that did it is over.
// It returns false when the context ends first.
func (w *watch) changed(ctx context.Context) bool {
	var quiet, latest <-chan time.Time
	for {
		matters := false
		select {
		case <-ctx.Done():
			return false
		case <-quiet:
			return true
		case <-latest:
			return true
		case event, open := <-w.watcher.Events:
			if !open {
				return false
			}
			matters = w.paths[event.Name] || w.folders[filepath.Dir(event.Name)] || w.folders[event.Name]
		case _, open := <-w.watcher.Errors: // changes were lost: whatever was read may be old
			if !open {
				return false
			}
			matters = true
		}
		if matters {
			quiet = time.After(saveQuiet)
			if latest == nil {
				latest = time.After(savePause)
			}
		}
	}
}
