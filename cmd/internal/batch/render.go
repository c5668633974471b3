// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"slices"
	"sync"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/report"
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

// isWanted reports whether results with the verdict are written.
func (r *renderer) isWanted(v matcher.Verdict) bool {
	return len(r.job.Only) == 0 || slices.Contains(r.job.Only, v)
}

// addResult appends the lines of a result.
func (p *rendered) addResult(result *matcher.Result) {
	p.lines++
	p.text[toResults] = append(result.AppendJSON(p.text[toResults]), '\n')
	p.text[toTable] = report.AppendCSV(p.text[toTable], result)
}
