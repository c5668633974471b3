// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"embed"
	"slices"
	"strings"
)

// BuiltinPrefix starts the name of a part of the library.
const BuiltinPrefix = "builtin:"

// libraryFiles are the concept files inside the program, one for each part.
//
//go:embed library/*.yaml
var libraryFiles embed.FS

// Library lists the concept files inside the program, sorted, as studies import
// them: builtin:common.
func Library() []string {
	entries, err := libraryFiles.ReadDir("library")
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".yaml"); ok {
			names = append(names, BuiltinPrefix+name)
		}
	}
	slices.Sort(names)
	return names
}

// LibraryFile gives the YAML of one of the concept files that [Library] lists.
func LibraryFile(name string) ([]byte, error) {
	return libraryFiles.ReadFile("library/" + strings.TrimPrefix(name, BuiltinPrefix) + ".yaml")
}
