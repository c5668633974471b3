// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"slices"
	"sync"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
)

// rendered holds the text of one record for each file, and its counts.
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
	job     *Job
	encoder *encoder
	done    int64 // records of the shard before the first
	spare   sync.Pool
	assumed sync.Map // number of the record to domains that are taken to be complete
}

func (r *renderer) takeSpare() *rendered {
	if p, ok := r.spare.Get().(*rendered); ok {
		return p
	}
	return &rendered{}
}

// release makes the memory of a record that is written available to another.
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

// render renders the results of a record, or the reject of one with an error.
func (r *renderer) render(s matcher.Screened) *rendered {
	p := r.takeSpare()
	p.rejected = s.Err != nil
	record := r.job.Shard.sourceNumber(r.done + int64(s.Number))
	if p.rejected {
		reject := newReject(&s, record, r.job.Source)
		p.cut = reject.Cut
		p.text[toRejects], p.err = reject.appendLine(p.text[toRejects])
	} else {
		p.id, p.hash, p.results = s.Patient, hashID(s.Patient), s.Results
		r.assume(s.Number, p.results)
		for i := range p.results {
			text, rows := report.AppendClearing(p.text[toClearing], record, &p.results[i])
			p.text[toClearing], p.clearing = text, p.clearing+rows
			if p.err == nil && r.isWanted(p.results[i].Verdict) {
				p.addResult(r.encoder, &p.results[i])
			}
		}
	}
	p.text[toPositions] = position{p.rejected, p.lines, p.id}.appendTo(p.text[toPositions])
	return p
}

// isWanted reports whether results with the verdict are written.
func (r *renderer) isWanted(v matcher.Verdict) bool {
	return len(r.job.Only) == 0 || slices.Contains(r.job.Only, v)
}

// addResult appends the lines of a result.
func (p *rendered) addResult(e *encoder, result *matcher.Result) {
	text, err := e.append(p.text[toResults], result)
	if err != nil {
		p.err = err
		return
	}
	p.lines++
	p.text[toResults] = append(text, '\n')
	p.text[toTable] = report.AppendCSV(p.text[toTable], result)
}

// completing applies what the command line says of all profiles. What it takes
// on trust goes to the results of the record by its number.
func (r *renderer) completing(src patient.Lazy) patient.Lazy {
	return func(yield func(patient.Record) bool) {
		number := 0
		for record := range src {
			number++
			n, inner := number, record
			record.Decode = func() (*patient.Profile, error) {
				p, assumed, err := r.job.Source.complete(inner)
				if err == nil && len(assumed) > 0 {
					r.assumed.Store(n, assumed)
				}
				return p, err
			}
			if !yield(record) {
				return
			}
		}
	}
}

// assume says in the results what was taken on trust.
func (r *renderer) assume(number int, results []matcher.Result) {
	assumed, ok := r.assumed.LoadAndDelete(number)
	if !ok {
		return
	}
	for i := range results {
		for _, d := range assumed.([]patient.Domain) {
			results[i].Data.Assumed = append(results[i].Data.Assumed, string(d)+" = complete")
		}
	}
}
