// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"sync"

	"github.com/eligo-trials/eligo/rules/terminology"
	"github.com/eligo-trials/eligo/rules/yamlwalk"
)

// libraryPart is a concept file of the library.
type libraryPart struct {
	name     string // builtin:common
	data     []byte
	concepts []*terminology.Concept
	where    map[string]Position // of each concept
}

// library reads the concept files inside the program, once, so that all
// studies share their concepts. The parts stand alone: a class has members of
// its own part only.
var library = sync.OnceValues(func() (map[string]*libraryPart, error) {
	parts := map[string]*libraryPart{}
	for _, name := range terminology.Library() {
		data, err := terminology.LibraryFile(name)
		if err != nil {
			return nil, err
		}
		l := newLoader(false)
		list := l.conceptFile(yamlwalk.NewFile(name, 0, data, maxLibrarySize), nil)
		l.linkClasses()
		if err := l.Err(); err != nil {
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
