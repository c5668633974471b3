// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"slices"
	"sync"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/report"
)

// rendered is what one record comes to, ready to be written.
type rendered struct {
	results  []matcher.Result    // for the tallies
	text     [outputCount][]byte // for each of the outputs
	lines    int                 // of results
	clearing int                 // rows of clearing.csv
	rejected bool
	cut      bool
	id       string
	hash     uint64 // of the id
	err      error
}

// largest is the memory of a record that is kept for another.
const largest = 1 << 20

// renderer makes them, for many records at once.
type renderer struct {
	job   *Job
	done  int64 // records of the shard before the first
	spare sync.Pool
}

func (r *renderer) blank() *rendered {
	if p, ok := r.spare.Get().(*rendered); ok {
		return p
	}
	return &rendered{}
}

// release gives the memory of a record that is written to another.
func (r *renderer) release(p *rendered) {
	text, size := p.text, 0
	for i := range text {
		size += cap(text[i])
		text[i] = text[i][:0]
	}
	if size <= largest {
		*p = rendered{text: text}
		r.spare.Put(p)
	}
}

// render makes what is written of a record.
func (r *renderer) render(s matcher.RecordResults) *rendered {
	p := r.blank()
	p.rejected = s.Err != nil
	record := r.job.Shard.record(r.done + int64(s.Number))
	if p.rejected {
		reject := newReject(&s, record, r.job.Source)
		p.cut = reject.Cut
		p.text[toRejects], p.err = reject.line(p.text[toRejects])
	} else {
		p.id, p.hash, p.results = s.Patient, hashOf(s.Patient), s.Results
		for i := range p.results {
			text, rows := report.AppendClearing(p.text[toClearing], record, &p.results[i])
			p.text[toClearing], p.clearing = text, p.clearing+rows
			if p.err == nil && r.wanted(p.results[i].Verdict) {
				p.add(&p.results[i])
			}
		}
	}
	p.text[toPositions] = position{p.rejected, p.lines, p.id}.appendTo(p.text[toPositions])
	return p
}

// wanted reports whether results with the verdict are written.
func (r *renderer) wanted(v matcher.Verdict) bool {
	return len(r.job.Only) == 0 || slices.Contains(r.job.Only, v)
}

// add renders a result.
func (p *rendered) add(result *matcher.Result) {
	p.lines++
	p.text[toResults] = append(result.AppendJSON(p.text[toResults]), '\n')
	p.text[toTable] = report.AppendCSV(p.text[toTable], result)
}
