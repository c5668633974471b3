// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"errors"
	"path/filepath"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/yamlwalk"
)

// options are the rules for the YAML of a file of cases.
var options = yamlwalk.Options{Aliases: true, MaxDepth: 32}

// reader reads one file of cases. It collects errors and continues.
type reader struct {
	yamlwalk.Walker
	folder   string // of the file
	patients string // folder of the profiles
	profiles map[string]*patient.Profile
	criteria []string // of the study; nil if the study could not be read
	anchors  []string
}

// newReader parses the document of a file of cases; it is nil if the file has faults.
func newReader(path string, data []byte) (*reader, *yamlwalk.Node) {
	r := &reader{
		Walker: yamlwalk.Walker{Problems: &yamlwalk.Problems{}, File: yamlwalk.NewFile(path, 0, data, maxFileSize), EmptyMappings: true},
		folder: filepath.Dir(path), profiles: map[string]*patient.Profile{},
	}
	root, faults := r.File.Parse(options)
	for _, f := range faults {
		r.AddProblem(0, f)
	}
	return r, root
}

// addErrors adds the errors of a file that the file of cases names; they follow its
// own. An error without a position has that of the name.
func (r *reader) addErrors(n *yamlwalk.Node, field string, err error) {
	var all rules.Errors
	if !errors.As(err, &all) {
		r.AddError(n, "%s: %s", field, err)
	}
	for _, e := range all {
		r.AddProblem(1, e)
	}
}
