// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology"
	"github.com/eligo-trials/eligo/rules/yamlwalk"
)

// Limits of one study.
const (
	maxFileSize    = 256 << 10 // bytes of a study or concept file
	maxLibrarySize = 2 << 20   // bytes of a file inside the program
	maxValueSet    = 16 << 20  // bytes of a value set
	maxFiles       = 200       // files that it reads
	maxRead        = 64 << 20  // bytes that it reads
	maxRules       = 64 << 10  // bytes of its rules
	maxCriteria    = 1000
)

// Load reads a study file with all that it imports: concept files and value
// sets, relative to the folder of the file that names them, and the concepts
// inside the program (builtin:common). It opens no URL.
//
// Where the study is wrong, the error is an [Errors] that lists everything
// that is wrong with it. Where the file cannot be read, it wraps that error.
func Load(path string) (*Study, error) {
	data, err := readFile(path, maxFileSize)
	if err != nil {
		return nil, fmt.Errorf("study file: %w", err)
	}
	l := newLoader(true)
	return l.loadStudy(yamlwalk.NewFile(path, 0, data, maxFileSize), data)
}

// Parse reads a study from memory; name stands for it in errors. It opens no
// file: a study that imports more than builtin: concepts is refused. Errors
// are as in [Load].
func Parse(name string, src []byte) (*Study, error) {
	l := newLoader(false)
	return l.loadStudy(yamlwalk.NewFile(name, 0, src, maxFileSize), src)
}

// LoadConcepts reads a concept file alone, in the order of the file. Its
// classes may name concepts of the file itself and of the library. A path such
// as builtin:common gives that part of the library. Errors are as in [Load].
func LoadConcepts(path string) ([]*terminology.Concept, error) {
	concepts, _, err := LocateConcepts(path)
	return concepts, err
}

// LocateConcepts is [LoadConcepts] that says as well where each concept is
// defined, by its name.
func LocateConcepts(path string) ([]*terminology.Concept, map[string]Position, error) {
	parts, err := library()
	if err != nil {
		return nil, nil, err
	}
	if strings.HasPrefix(path, terminology.BuiltinPrefix) {
		if parts[path] == nil {
			return nil, nil, fmt.Errorf("there is no %s%s", path, patient.DidYouMean(path, terminology.Library()))
		}
		return slices.Clone(parts[path].concepts), maps.Clone(parts[path].where), nil
	}
	data, err := readFile(path, maxFileSize)
	if err != nil {
		return nil, nil, fmt.Errorf("concept file: %w", err)
	}
	l := newLoader(true)
	for _, name := range terminology.Library() {
		l.fallback = append(l.fallback, parts[name])
	}
	list := l.conceptFile(yamlwalk.NewFile(path, 0, data, maxFileSize), nil)
	l.linkClasses()
	if err := l.AsErrors(); err != nil {
		return nil, nil, err
	}
	return list, l.placesOf(list), nil
}

func (l *loader) placesOf(concepts []*terminology.Concept) map[string]Position {
	places := map[string]Position{}
	for _, c := range concepts {
		places[c.Name] = l.names.meanings[c.Name].where
	}
	return places
}

// IsStudy tells a study file from a concept file by its keys. Of a file
// that is neither, or no YAML, it may say either: both loaders then tell why.
func IsStudy(src []byte) bool {
	root, faults := yamlwalk.NewFile("", 0, src, maxFileSize).Parse(plainData)
	if len(faults) > 0 || root.Kind != yamlwalk.Mapping {
		return false
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i].Value, root.Content[i+1]
		known := key == "study" || slices.Contains(studyKeys, key)
		if known && (value.Kind != yamlwalk.Mapping || key == "questions" || key == "define") {
			return true
		}
	}
	return false
}

type loader struct {
	yamlwalk.Problems
	names    namespace
	drafts   []*draft                      // concepts of files and of the study itself
	fallback []*libraryPart                // where members may be found besides
	allNames map[terminology.Kind][]string // see conceptNames

	mayOpen bool      // files
	digest  hash.Hash // of all that was read
	sources int       // read so far, this being the rank of the next
	// hashedLibrary says that the digest holds the library.
	hashedLibrary bool
	files         int   // opened so far
	bytes         int64 // read from them
	// unsure says that names are missing because a file could not be read:
	// that they are unknown is then no news.
	unsure bool
	// noRules says that a concept has no kind, about which every rule that
	// names it would complain.
	noRules   bool
	ruleBytes int // compiled so far
}

func newLoader(mayOpen bool) *loader {
	return &loader{names: newNamespace(), allNames: map[terminology.Kind][]string{}, mayOpen: mayOpen, digest: sha256.New(), sources: 1}
}

// plainData are the rules for the YAML of studies and concept files; a study needs 7
// levels.
var plainData = yamlwalk.Options{MaxDepth: 16}

// walker reads the nodes of one study or concept file.
type walker struct{ yamlwalk.Walker }

// parseFile parses a file. It is nil if the file has faults.
func (l *loader) parseFile(src *yamlwalk.File) (*walker, *yamlwalk.Node) {
	root, faults := src.Parse(plainData)
	for _, f := range faults {
		l.AddProblem(src.Rank, f)
		l.unsure = true
	}
	if root == nil {
		return nil, nil
	}
	return &walker{yamlwalk.Walker{Problems: &l.Problems, File: src}}, root
}

// hashSource adds a source to the digest, so that no two studies that differ in
// a byte of any file share one.
func (l *loader) hashSource(what, name string, data []byte) {
	fmt.Fprintf(l.digest, "%s %q %d\n", what, name, len(data))
	l.digest.Write(data)
}

func (l *loader) sha256() string { return hex.EncodeToString(l.digest.Sum(nil)) }

// openFile reads a file that a study names, relative to the folder of the file
// that names it. It reports why it cannot, and gives the path for messages.
func (l *loader) openFile(w *walker, n *yamlwalk.Node, ref string, most int64) (path string, data []byte, ok bool) {
	if !w.reference(n, ref) {
		return "", nil, false
	}
	if !l.mayOpen {
		w.AddError(n, "%s is a file of its own; a study that is not read from a file can import builtin: only (use Load)", yamlwalk.QuoteValue(ref))
		return "", nil, false
	}
	if l.files++; l.files > maxFiles || l.bytes > maxRead {
		w.AddError(n, "the study reads more than %d files or %d MiB", maxFiles, maxRead>>20)
		return "", nil, false
	}
	path = filepath.Join(filepath.Dir(w.File.Name), filepath.FromSlash(ref))
	data, err := readFile(path, most)
	if err != nil {
		var inner *os.PathError
		if errors.As(err, &inner) {
			err = inner.Err
		}
		w.AddError(n, "cannot read %s: %v", yamlwalk.QuoteValue(ref), err)
		return "", nil, false
	}
	l.bytes += int64(len(data))
	return path, data, true
}

// reference reports whether ref can name a file beside the study.
func (w *walker) reference(n *yamlwalk.Node, ref string) bool {
	switch {
	case ref == "":
		return false
	case strings.Contains(ref, "://"):
		w.AddError(n, "%s is a URL; a study is read from local files only", yamlwalk.QuoteValue(ref))
		return false
	case strings.HasPrefix(ref, "/") || strings.ContainsAny(ref, `\:`):
		w.AddError(n, "%s must be a path relative to this file, written with /", yamlwalk.QuoteValue(ref))
		return false
	}
	return true
}

// readFile reads a regular file, but no more than a byte above the limit.
func readFile(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &os.PathError{Op: "read", Path: path, Err: errors.New("it is not a regular file")}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most+1))
}

// libraryPart is a concept file of the library.
type libraryPart struct {
	name     string // builtin:common
	data     []byte
	concepts []*terminology.Concept
	where    map[string]Position // of each concept
}

// library reads the concept files inside the program, once, so that all
// studies share their concepts. A class may have members of another part.
var library = sync.OnceValues(func() (map[string]*libraryPart, error) {
	parts := map[string]*libraryPart{}
	l := newLoader(false)
	for rank, name := range terminology.Library() {
		data, err := terminology.LibraryFile(name)
		if err != nil {
			return nil, err
		}
		list := l.conceptFile(yamlwalk.NewFile(name, rank, data, maxLibrarySize), nil)
		parts[name] = &libraryPart{name, data, list, nil}
	}
	l.linkClasses()
	if err := l.AsErrors(); err != nil {
		return nil, err
	}
	for _, part := range parts {
		part.where = l.placesOf(part.concepts)
	}
	return parts, nil
})
