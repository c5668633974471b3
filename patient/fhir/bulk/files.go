// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"bytes"
	"cmp"
	"errors"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/eligo-trials/eligo/patient/internal/lines"
)

// sideFolders are the folders in which clients put the files that are no output.
var sideFolders = []string{"deleted", "error", "errors"}

func (x *export) listFiles() (err error) {
	if x.manifest, err = readManifest(x.inFolder("manifest.json")); err != nil {
		return err
	}
	if err := x.listFolder(""); err != nil {
		return err
	}
	for _, sub := range sideFolders {
		if err := x.listFolder(sub); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if len(x.files) == 0 {
		return errors.New("no NDJSON file is here")
	}
	return x.checkRestrictions()
}

func (x *export) listFolder(sub string) error {
	entries, err := os.ReadDir(x.inFolder(sub))
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := path.Join(sub, e.Name())
		listed := x.manifest.findOutput(e.Name())
		info, err := os.Stat(x.inFolder(name))
		switch {
		case err != nil:
			return err // a link to nothing: data that is missing
		case info.IsDir():
			if sub != "" || !slices.Contains(sideFolders, name) {
				x.o.notify("the folder %s is not read", x.inFolder(name))
			}
			continue
		case name == "manifest.json":
			continue
		case !info.Mode().IsRegular(), lines.FileKind(name) != "ndjson" && listed == nil:
			x.o.notify("%s is not read: it is no NDJSON file", x.inFolder(name))
			continue
		}
		f := &exportFile{path: x.inFolder(name), name: name, kind: kindInName(e.Name())}
		if listed != nil {
			f.listed, listed.file = listed, f
			f.kind = cmp.Or(listed.kind, f.kind)
		}
		x.files = append(x.files, f)
	}
	return nil
}

// findOutput finds the output whose file has the name, or had it before it was
// packed or unpacked.
func (m *manifest) findOutput(name string) *manifestOutput {
	plain := func(s string) string { return strings.TrimSuffix(strings.TrimSuffix(s, ".gz"), ".ndjson") }
	for i := range m.outputs {
		if o := &m.outputs[i]; o.file == nil && o.fileName() != "" && plain(o.fileName()) == plain(name) {
			return o
		}
	}
	return nil
}

// kindInName finds a resource type in "1.Condition.ndjson.gz"; empty where there
// is none that is read.
func kindInName(name string) string {
	for word := range strings.FieldsFuncSeq(name, func(c rune) bool { return !unicode.IsLetter(c) }) {
		if isRead(word) {
			return word
		}
	}
	return ""
}

// IsExport reports whether dir is the folder of a Bulk Data export: it has a
// manifest.json with a member "output", or an NDJSON file that begins with a
// resource other than a Bundle.
func IsExport(dir string) bool {
	if m, err := readManifest(filepath.Join(dir, "manifest.json")); err == nil && m.found {
		return true
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, e := range entries {
		if lines.FileKind(e.Name()) != "ndjson" {
			continue
		}
		if kind := firstKind(filepath.Join(dir, e.Name())); kind != "" && kind != "Bundle" {
			return true
		}
	}
	return false
}

// firstKind gives the type of the first resource of a file, as far as the
// beginning of the file shows it.
func firstKind(file string) string {
	head, err := lines.ReadHead(file)
	if err != nil {
		return ""
	}
	head = bytes.TrimLeft(lines.PlainHead(head), " \t\r\n")
	text, _, _ := bytes.Cut(head, []byte("\n"))
	var h lineHeader
	h.readHeader(text)
	return h.kind
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
