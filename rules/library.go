// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"embed"
	"slices"
	"strings"
	"sync"
)

// builtinPrefix starts the name of a part of the library.
const builtinPrefix = "builtin:"

// libraryFiles are the concept files inside the program, one for each part.
//
//go:embed library/*.yaml
var libraryFiles embed.FS

// libraryPart is a concept file of the library.
type libraryPart struct {
	name     string // builtin:common
	data     []byte
	concepts []*Concept
	where    map[string]Position // of each concept
}

// library reads the concept files inside the program, once, so that all
// studies share their concepts. The parts stand alone: a class has members of
// its own part only.
var library = sync.OnceValues(func() (map[string]*libraryPart, error) {
	parts := map[string]*libraryPart{}
	for _, name := range Library() {
		data, err := libraryFiles.ReadFile("library/" + strings.TrimPrefix(name, builtinPrefix) + ".yaml")
		if err != nil {
			return nil, err
		}
		l := newLoader(false)
		list := l.conceptFile(newSourceFile(name, 0, data, maxLibrarySize), nil)
		l.link()
		if err := l.errors(); err != nil {
			return nil, err
		}
		part := &libraryPart{name, data, list, map[string]Position{}}
		for _, c := range list {
			part.where[c.Name] = l.names.meanings[c.Name].where
		}
		parts[name] = part
	}
	return parts, nil
})

// Library lists the concept files inside the program, as studies import them:
// builtin:common.
func Library() []string {
	entries, err := libraryFiles.ReadDir("library")
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".yaml"); ok {
			names = append(names, builtinPrefix+name)
		}
	}
	slices.Sort(names)
	return names
}
