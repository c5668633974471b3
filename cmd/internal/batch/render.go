// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
)

type rendered struct {
	results  []matcher.Result    // for the tallies
	text     [outputCount][]byte // by the index of the file
	lines    int                 // of results.ndjson
	clearing int                 // rows of clearing.csv
	rejected bool
	cut      bool
	id       string
	hash     uint64 // of the id
	err      error
}

const maxSpare = 1 << 20 // bytes of a rendered that is reused

// renderer renders records. It is safe for concurrent use.
type renderer struct {
	job   *Job
	done  int64 // records of the shard before the first
	spare sync.Pool
}

func (r *renderer) takeSpare() *rendered {
	if p, ok := r.spare.Get().(*rendered); ok {
		return p
	}
	return &rendered{}
}

func (r *renderer) release(p *rendered) {
	text, size := p.text, 0
	for i := range text {
		size += cap(text[i])
		text[i] = text[i][:0]
	}
	if size <= maxSpare {
		*p = rendered{text: text}
		r.spare.Put(p)
	}
}

func (r *renderer) render(s matcher.RecordResults) *rendered {
	p := r.takeSpare()
	p.rejected = s.Err != nil
	record := r.job.Shard.sourceNumber(r.done + int64(s.Number))
	if p.rejected {
		reject := newReject(&s, record, r.job.Source)
		p.cut = reject.Cut
		p.text[toRejects], p.err = reject.appendLine(p.text[toRejects])
	} else {
		p.id, p.hash, p.results = s.Patient, hashID(s.Patient), s.Results
		for i := range p.results {
			text, rows := report.AppendClearing(p.text[toClearing], record, &p.results[i])
			p.text[toClearing], p.clearing = text, p.clearing+rows
			if p.err == nil && r.isWanted(p.results[i].Verdict) {
				p.addResult(&p.results[i])
			}
		}
	}
	p.text[toPositions] = position{p.rejected, p.lines, p.id}.appendTo(p.text[toPositions])
	return p
}

func (r *renderer) isWanted(v matcher.Verdict) bool {
	return len(r.job.Only) == 0 || slices.Contains(r.job.Only, v)
}

func (p *rendered) addResult(result *matcher.Result) {
	p.lines++
	p.text[toResults] = append(result.AppendJSON(p.text[toResults]), '\n')
	p.text[toTable] = report.AppendCSV(p.text[toTable], result)
}

// RejectSchema names the JSON form of [Reject]. It changes when the form does.
const RejectSchema = "eligo.reject/1"

// Reject is a line of rejects.ndjson: a record that could not be used.
type Reject struct {
	Schema  string `json:"schema"`
	Record  int64  `json:"record"`            // its number in the source, from 1
	Source  string `json:"source"`            // the file, without the folders around it
	Line    int    `json:"line,omitzero"`     // where it begins, from 1
	Entry   int    `json:"entry,omitzero"`    // in a list of records, from 1
	Patient string `json:"patient,omitempty"` // the id, where it could be read
	// Error lists all problems. It repeats no more of the record than the
	// messages of the decoder do, which may quote a short value.
	Error []string `json:"error"`
	Cut   bool     `json:"cut,omitzero"` // records behind it in its file, if any, are lost
}

func newReject(s *matcher.RecordResults, number int64, src *Source) Reject {
	r := Reject{
		Schema: RejectSchema, Record: number, Source: src.relativePlace(s.Place.Source),
		Line: s.Place.Line, Entry: s.Place.Entry, Patient: s.Patient,
	}
	err := s.Err
	var e *patient.RecordError
	if errors.As(err, &e) {
		r.Cut, err = e.Cut, e.Err
	}
	r.Error = errorTexts(err)
	return r
}

func errorTexts(err error) []string {
	var fields patient.Errors
	switch {
	case err == nil:
		return []string{"cannot be used"}
	case errors.As(err, &fields):
		texts := make([]string, len(fields))
		for i := range fields {
			texts[i] = fields[i].Error()
		}
		return texts
	}
	if cause := fileio.Cause(err); cause != err { // without the folders around the source
		return []string{cause.Error()}
	}
	return strings.Split(err.Error(), "\n")
}

func (r *Reject) appendLine(b []byte) ([]byte, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return b, err
	}
	return append(append(b, text...), '\n'), nil
}

// MaxWatched is the number of ids that are remembered to find duplicates. Each
// takes some 11 bytes, 21 at most. Later ids are compared with these only.
const MaxWatched = 12_000_000

const maxNamed = 20 // duplicate ids in Duplicates.First

// Duplicates counts assessed patients with the id of an earlier one. Each has
// results of its own and counts in the totals.
type Duplicates struct {
	Records int64    `json:"records"` // number of such patients
	First   []string `json:"first"`   // the first ids, each once
	Watched int64    `json:"watched"` // ids that were remembered, at most MaxWatched
}

// duplicateIDs finds duplicate ids. It keeps 64 bits of a hash of each id: among
// ten million ids, the chance of a collision is three in a million.
type duplicateIDs struct {
	Duplicates
	limit int
	slots []uint64 // open addressing; 0 is free
}

func newDuplicateIDs(most int) *duplicateIDs {
	return &duplicateIDs{limit: most, slots: make([]uint64, 1<<10), Duplicates: Duplicates{First: []string{}}}
}

// hashID hashes an id. The hash is never 0.
func hashID(id string) uint64 {
	sum := sha256.Sum256([]byte(id))
	return max(binary.LittleEndian.Uint64(sum[:8]), 1)
}

func (w *duplicateIDs) add(id string, hash uint64) {
	at := w.findSlot(hash)
	if w.slots[at] == hash {
		w.countDuplicate(id)
		return
	}
	if int(w.Watched) >= w.limit {
		return
	}
	if 4*int(w.Watched) >= 3*len(w.slots) {
		w.growTable()
		at = w.findSlot(hash)
	}
	w.slots[at] = hash
	w.Watched++
}

func (w *duplicateIDs) countDuplicate(id string) {
	w.Records++
	if len(w.First) < maxNamed && !slices.Contains(w.First, id) {
		w.First = append(w.First, id)
	}
}

func (w *duplicateIDs) findSlot(hash uint64) int {
	mask := len(w.slots) - 1
	for at := int(hash>>1) & mask; ; at = (at + 1) & mask {
		if w.slots[at] == 0 || w.slots[at] == hash {
			return at
		}
	}
}

func (w *duplicateIDs) growTable() {
	old := w.slots
	w.slots = make([]uint64, 2*len(old))
	for _, hash := range old {
		if hash != 0 {
			w.slots[w.findSlot(hash)] = hash
		}
	}
}
