// SPDX-License-Identifier: Apache-2.0

// Package bulk turns a Bulk Data export of FHIR R4 (https://hl7.org/fhir/uv/bulkdata/)
// into profiles ([Records]). It reads resources by the rules of package fhir; this
// text has the rules for the export as a whole.
//
// The package may import packages patient and fhir, the internal packages of both
// and the standard library.
//
// # Domains that are supplied
//
// Each line is read as the resource type that it holds, whatever the name of its
// file. Lines of types that are not read cost next to nothing, and a file that
// holds nothing else is not read to its end.
//
// A resource type with at least one resource in the export was exported, and its
// domain is supplied for every Patient of the export; so is one of which
// manifest.json says that there are 0. A type without resources is treated as in a
// Bundle: not supplied, unless Options.Complete names the domain. The day of
// transactionTime is the last that the record reaches.
//
// # Exports that may not be complete
//
// An export that may not be complete never says that a fact is absent. Every
// patient then gets one more entry in each domain in doubt, which may be anything
// and names the reason; for results it is an issue. The cases are:
//   - a file is cut short or damaged, or a line cannot be read or has no subject
//     that can be told: the domain of its type, or every domain;
//   - manifest.json lists files or counts that are not here: that type;
//   - manifest.json says _since or has a further page, resources are named as
//     deleted (as in an export of changes), or the server reported an
//     error: every domain; and _typeFilter: that type. In these cases the domain
//     is supplied only for patients who have a resource of it, and
//     Options.Complete removes the doubt.
//
// A line that cannot be read and names one patient becomes an entry of that
// patient that may be anything. The parameters of a POST request are not in the
// manifest, and without a manifest no parameters are known.
//
// An export is refused if its manifest.json is no JSON, if it was made with
// _elements, or if its deletions cannot be read.
//
// # Versions and references
//
// A deleted resource is gone, unless its lastUpdated is after its deletion. Of
// several versions under one patient the newest counts, as in a Bundle; a
// version that names another patient stays with that patient. Absolute references
// to patients are trusted if all of the export have one base.
//
// A Patient that cannot be read is one error, and so is an id that resources
// refer to and no Patient has. Lines over [patient.MaxRecord] are skipped.
package bulk

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
	"github.com/eligo-trials/eligo/patient/fhir/internal/resource"
	"github.com/eligo-trials/eligo/patient/internal/json"
)

// Options say how an export is read.
type Options struct {
	fhir.Options
	// Memory is how many bytes of an export are held before the rest is written to
	// temporary files; 0 is [DefaultMemory]. The process takes about twice as much.
	Memory int64
	// TempDir is where the temporary files are; empty is [os.TempDir]. They hold
	// patient data, which only the user of the process can read, and are gone
	// when the source ends, however it ends.
	TempDir string
	// Note, if not nil, receives messages about the export as a whole, such
	// as a file that is not read.
	Note func(string)
}

func (o *Options) notify(format string, args ...any) {
	if o.Note != nil {
		o.Note(fmt.Sprintf(format, args...))
	}
}

// DefaultMemory is the memory that an export takes by default, in bytes.
const DefaultMemory = 128 << 20

// Records reads the folder of a Bulk Data export
// (https://hl7.org/fhir/uv/bulkdata/): NDJSON files of resources in any number
// and order, gzipped or not, with or without manifest.json. The resources of
// one patient are gathered from all files, in bounded memory, and each Patient
// gives one record.
//
// Records come in the order of the patients' ids, byte by byte, whatever the
// memory and the names of the files. Before them come those lines that cannot
// be used and whose patient is not known, in the order of the files.
//
// Each error is a [*patient.RecordError]. One whose Cut is set and whose Source
// is a file says that the rest of this file is lost; one whose Source is the
// folder is the end of the source: the export cannot be used, or not on, or ctx
// has ended.
func Records(ctx context.Context, dir string, o Options) patient.Lazy {
	return func(yield func(patient.Record) bool) {
		x := &export{ctx: ctx, dir: dir, o: &o, yield: yield, scratch: &tempFolder{parent: o.TempDir}}
		defer x.scratch.removeAll()
		if err := x.readExport(); err != nil && !x.stopped {
			_ = x.yieldRecord((&patient.RecordError{Place: patient.Place{Source: dir}, Err: err, Cut: true}).Record())
		}
	}
}

type export struct {
	ctx            context.Context
	dir            string
	o              *Options
	yield          func(patient.Record) bool
	stopped        bool // yield wants no more
	files          []*exportFile
	manifest       manifest
	scratch        *tempFolder
	patientLines   *externalSorter // by the id of the patient
	drugLines      *externalSorter // by the id of the Medication
	counts         map[string]int
	doubts         resource.Doubts
	deletions      deletionSet
	outcomes       outcomeCounts
	bases          []string     // of absolute references to patients, up to two
	aboutNoPatient int          // resources about something that is no patient
	header         lineHeader   // of the line at hand
	checker        json.Checker // used again for each line
}

var errStopped = errors.New("the source is not wanted any more")

func (x *export) yieldRecord(r patient.Record) error {
	if x.stopped = x.stopped || !x.yield(r); x.stopped {
		return errStopped
	}
	return nil
}

func (x *export) readExport() error {
	if err := x.o.Check(); err != nil {
		return err
	}
	if x.o.PatientID != "" {
		return errors.New("PatientID chooses from a Bundle, and this is an export")
	}
	if err := x.listFiles(); err != nil {
		return err
	}
	memory := x.o.Memory
	if memory <= 0 {
		memory = DefaultMemory
	}
	x.patientLines = newSorter(memory-memory/8, x.scratch)
	x.drugLines = newSorter(memory/8, x.scratch)
	x.deletions.limit = max(memory/4, 1<<20)
	defer x.patientLines.closeRuns()
	defer x.drugLines.closeRuns()
	x.counts = map[string]int{}
	for i := range x.files {
		if err := x.readFile(i); err != nil {
			return err
		}
	}
	if err := x.distributeDrugs(); err != nil {
		return err
	}
	if err := x.checkCounts(); err != nil {
		return err
	}
	x.notifySkipped()
	return x.yieldPatients()
}

func (x *export) notifySkipped() {
	for _, kind := range sortedKeys(x.counts) {
		if n := x.counts[kind]; !isRead(kind) {
			x.o.notify("%d %s are not read", n, kind)
		}
	}
	if x.aboutNoPatient > 0 {
		x.o.notify("%d resources are about something that is no patient", x.aboutNoPatient)
	}
	if n := x.outcomes.total(); n > 0 {
		x.o.notify("%s", x.outcomes.String())
	}
	if n := len(x.deletions.at); n > 0 {
		x.o.notify("%d resources are named as deleted", n)
	}
}

// isRead reports whether resources of a type are read, and not only counted.
func isRead(kind string) bool {
	_, fact := resource.DomainOf(kind)
	return fact || kind == "Patient" || kind == "Medication" || kind == "Bundle" || kind == "OperationOutcome"
}

type exportFile struct {
	path   string
	name   string // as records cite it
	kind   string // of its resources, as far as it can be told before they are read
	listed *manifestOutput
	mixed  bool // it holds more than one type
	lines  int  // that are not blank
}

// citeLine names a line of the file as the place of a fact.
func (f *exportFile) citeLine(number int) string {
	return resource.Cite(fmt.Sprintf("%s:%d", f.name, number))
}

func (f *exportFile) lineError(number int, err error) *patient.RecordError {
	return &patient.RecordError{Place: patient.Place{Source: f.path, Line: number}, Err: err}
}

func (x *export) inFolder(name string) string { return filepath.Join(x.dir, name) }
