package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"texmlsrv/console/web"
)

//go:embed assets
var assetFiles embed.FS

// assets are the files that pages refer to. All styles are one file, and so are
// all scripts, each in the order of their names. A path holds the hash of what
// it leads to, so browsers may keep it for ever.
type assets struct {
	files map[string][]byte
	paths map[string]string
}

func loadAssets() (*assets, error) {
	a := &assets{files: map[string][]byte{}, paths: map[string]string{}}
	for name, pattern := range map[string]string{"console.css": "assets/*.css", "console.js": "assets/*.js", "icon.svg": "assets/icon.svg"} {
		body, err := joined(pattern)
		if err != nil {
			return nil, fmt.Errorf("console: assets: %w", err)
		}
		sum := sha256.Sum256(body)
		a.files[name] = body
		a.paths[name] = "/assets/" + hex.EncodeToString(sum[:8]) + "/" + name
	}
	return a, nil
}

// joined is all files that match, one after another.
func joined(pattern string) ([]byte, error) {
	names, err := fs.Glob(assetFiles, pattern)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for _, name := range names {
		body, err := assetFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		out.Write(body)
		if !bytes.HasSuffix(body, []byte("\n")) {
			out.WriteByte('\n')
		}
	}
	return out.Bytes(), nil
}

// path is where a file is reached.
func (a *assets) path(name string) (string, error) {
	p, is := a.paths[name]
	if !is {
		return "", fmt.Errorf("no asset %s", name)
	}
	return p, nil
}

// asset serves a file. One of another version is not there: what it would be
// kept as would be wrong for ever.
func (s *server) asset(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	if s.assets.paths[name] != r.URL.Path {
		return web.Refuse(http.StatusNotFound, "There is no such file", "")
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	if strings.HasSuffix(name, ".svg") {
		w.Header().Set("Content-Type", "image/svg+xml")
	}
	_, _ = w.Write(s.assets.files[name]) // the reader is gone: nobody to tell
	return nil
}
