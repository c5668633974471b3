// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// besides are the folders in which clients put the files that are no output.
var besides = []string{"deleted", "error", "errors"}

// list finds the files and what the manifest says of them.
func (x *export) list() (err error) {
	if x.manifest, err = readManifest(x.path("manifest.json")); err != nil {
		return err
	}
	if err := x.listFolder(""); err != nil {
		return err
	}
	for _, sub := range besides {
		if err := x.listFolder(sub); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if len(x.files) == 0 {
		return errors.New("no NDJSON file is here")
	}
	return x.restrictions()
}

func (x *export) listFolder(sub string) error {
	entries, err := os.ReadDir(x.path(sub))
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := path.Join(sub, e.Name())
		listed := x.manifest.lists(e.Name())
		info, err := os.Stat(x.path(name))
		switch {
		case err != nil:
			return err // a link to nothing: data that is missing
		case info.IsDir():
			if sub != "" || !slices.Contains(besides, name) {
				x.o.note("the folder %s is not read", x.path(name))
			}
			continue
		case name == "manifest.json":
			continue
		case !info.Mode().IsRegular(), kindOfFile(name) != "ndjson" && listed == nil:
			x.o.note("%s is not read: it is no NDJSON file", x.path(name))
			continue
		}
		f := &file{path: x.path(name), name: name, kind: kindInName(e.Name())}
		if listed != nil {
			f.listed, listed.file = listed, f
			f.kind = cmp.Or(listed.kind, f.kind)
		}
		x.files = append(x.files, f)
	}
	return nil
}

// lists finds the output whose file has the name, or had it before it was
// packed or unpacked.
func (m *manifest) lists(name string) *output {
	plain := func(s string) string { return strings.TrimSuffix(strings.TrimSuffix(s, ".gz"), ".ndjson") }
	for i := range m.outputs {
		if o := &m.outputs[i]; o.file == nil && o.base() != "" && plain(o.base()) == plain(name) {
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

// IsBulk reports whether dir is the folder of a Bulk Data export: it has a
// manifest.json with a member "output", or an NDJSON file that begins with a
// resource other than a Bundle.
func IsBulk(dir string) bool {
	if m, err := readManifest(filepath.Join(dir, "manifest.json")); err == nil && m.found {
		return true
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, e := range entries {
		if kindOfFile(e.Name()) != "ndjson" {
			continue
		}
		switch kind := firstKind(filepath.Join(dir, e.Name())); kind {
		case "", "Bundle":
		default:
			return true
		}
	}
	return false
}

// firstKind gives the type of the first resource of a file, as far as the
// beginning of the file shows it.
func firstKind(file string) string {
	head, err := readHead(file)
	if err != nil {
		return ""
	}
	if isGzip(head) {
		z, err := gzip.NewReader(bytes.NewReader(head))
		if err != nil {
			return ""
		}
		plain := make([]byte, 64<<10)
		n, _ := io.ReadFull(z, plain) // an early end is expected
		head = plain[:n]
	}
	head = bytes.TrimLeft(bytes.TrimPrefix(head, bom), " \t\r\n")
	text, _, _ := bytes.Cut(head, []byte("\n"))
	var h header
	h.read(text)
	return h.kind
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
