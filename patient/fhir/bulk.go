// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/eligo-trials/eligo/patient"
)

// Bulk reads the folder of a Bulk Data export
// (https://hl7.org/fhir/uv/bulkdata/): NDJSON files of resources in any number
// and order, gzipped or not, with or without manifest.json. The resources of
// one patient are gathered from all files, in bounded memory, and each Patient
// gives one record. The section "Bulk Data" of the package has the rules.
//
// Records come in the order of the patients' ids, byte by byte, whatever the
// memory and the names of the files. Before them come those lines that cannot
// be used and whose patient is not known, in the order of the files.
//
// Each error is a [*patient.RecordError]. One whose Cut is set and whose Source
// is a file says that the rest of this file is lost; one whose Source is the
// folder is the end of the source: the export cannot be used, or not on, or ctx
// has ended.
func Bulk(ctx context.Context, dir string, o SourceOptions) patient.Lazy {
	return func(yield func(patient.Record) bool) {
		x := &export{ctx: ctx, dir: dir, o: &o, yield: yield, scratch: &scratch{parent: o.TempDir}}
		defer x.scratch.remove()
		if err := x.run(); err != nil && !x.stopped {
			x.give(patient.Unreadable(&patient.RecordError{Source: dir, Err: err, Cut: true}))
		}
	}
}

// export is a Bulk Data export that is being read.
type export struct {
	ctx      context.Context
	dir      string
	o        *SourceOptions
	yield    func(patient.Record) bool
	stopped  bool // yield wants no more
	files    []*file
	manifest manifest
	scratch  *scratch
	people   *sorter // by the id of the patient
	drugs    *sorter // by the id of the Medication
	counts   map[string]int
	doubts   doubts
	gone     deletions
	outcomes outcomes
	bases    []string // of absolute references to patients, up to two
	nobodys  int      // resources about something that is no patient
	header   header   // of the line at hand
	check    scanner  // used again for each line
}

// errStopped ends the reading where yield wants no more.
var errStopped = errors.New("the source is not wanted any more")

func (x *export) give(r patient.Record) { x.stopped = x.stopped || !x.yield(r) }

// reject gives a record that cannot be used.
func (x *export) reject(e *patient.RecordError) error {
	if x.give(patient.Unreadable(e)); x.stopped {
		return errStopped
	}
	return nil
}

func (x *export) run() error {
	if err := x.o.check(); err != nil {
		return err
	}
	if x.o.PatientID != "" {
		return errors.New("PatientID chooses from a Bundle, and this is an export")
	}
	if err := x.list(); err != nil {
		return err
	}
	memory := x.o.Memory
	if memory <= 0 {
		memory = DefaultMemory
	}
	x.people = newSorter(memory-memory/8, x.scratch)
	x.drugs = newSorter(memory/8, x.scratch)
	x.gone.limit = max(memory/4, 1<<20)
	defer x.people.close()
	defer x.drugs.close()
	x.counts = map[string]int{}
	for i := range x.files {
		if err := x.readFile(i); err != nil {
			return err
		}
	}
	if err := x.shareDrugs(); err != nil {
		return err
	}
	if err := x.checkCounts(); err != nil {
		return err
	}
	x.tell()
	return x.patients()
}

// tell notes what was not read.
func (x *export) tell() {
	for _, kind := range sortedKeys(x.counts) {
		if n := x.counts[kind]; !isRead(kind) {
			x.o.note("%d %s are not read", n, kind)
		}
	}
	if x.nobodys > 0 {
		x.o.note("%d resources are about something that is no patient", x.nobodys)
	}
	if n := x.outcomes.total(); n > 0 {
		x.o.note("%s", x.outcomes.String())
	}
	if n := len(x.gone.at); n > 0 {
		x.o.note("%d resources are named as deleted", n)
	}
}

// isRead reports whether resources of a type come to more than a count.
func isRead(kind string) bool {
	_, fact := readings[kind]
	return fact || kind == "Patient" || kind == "Medication" || kind == "Bundle" || kind == "OperationOutcome"
}

// file is a file of the export.
type file struct {
	path   string
	name   string // as records cite it
	kind   string // of its resources, as far as it can be told before they are read
	listed *output
	mixed  bool // it holds more than one type
	lines  int  // that are not blank
}

// cite names a line of the file as the place of a fact.
func (f *file) cite(number int) string {
	return cite(fmt.Sprintf("%s:%d", f.name, number))
}

func (f *file) fail(number int, err error) *patient.RecordError {
	return &patient.RecordError{Source: f.path, Line: number, Err: err}
}

func (x *export) path(name string) string { return filepath.Join(x.dir, name) }
