// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
	"github.com/eligo-trials/eligo/patient/fhir/internal/json"
	"github.com/eligo-trials/eligo/patient/fhir/internal/resource"
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
			x.yieldRecord((&patient.RecordError{Place: patient.Place{Source: dir}, Err: err, Cut: true}).Record())
		}
	}
}

// export is a Bulk Data export that is being read.
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

// errStopped ends the reading where yield wants no more.
var errStopped = errors.New("the source is not wanted any more")

func (x *export) yieldRecord(r patient.Record) { x.stopped = x.stopped || !x.yield(r) }

// rejectRecord gives a record that cannot be used.
func (x *export) rejectRecord(e *patient.RecordError) error {
	if x.yieldRecord(e.Record()); x.stopped {
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

// notifySkipped reports the resources that were not read.
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

// isRead reports whether resources of a type come to more than a count.
func isRead(kind string) bool {
	_, fact := resource.DomainOf(kind)
	return fact || kind == "Patient" || kind == "Medication" || kind == "Bundle" || kind == "OperationOutcome"
}

// exportFile is a file of the export.
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
