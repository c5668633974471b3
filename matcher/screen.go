// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"context"
	"errors"
	"iter"
	"runtime"

	"github.com/eligo-trials/eligo/matcher/internal/pipeline"
	"github.com/eligo-trials/eligo/patient"
)

// RecordResults are the results of one record of a source.
type RecordResults struct {
	Number  int           // of the record in its source, from 1
	Place   patient.Place // of the record, if its source tells
	Patient string        // the person's id, if it could be read
	Results []Result      // of every study, in the order of New; nil with an error
	// Err is a [*patient.RecordError]: why the record could not be used.
	Err error
}

// ScreenOptions say how a source of people is screened.
type ScreenOptions struct {
	Dates   Dates
	Ahead   *LookAhead // nil: no dates ahead
	Workers int        // goroutines that decode and match; 0 is GOMAXPROCS
}

// Screen decodes and matches each record of a source, on all cores, and yields the
// results in the order of the source. A record that cannot be used has its place
// among them.
//
// An error is the last element: the dates are wrong, as for [Matcher.Match], or ctx
// ended, which gives its cause. The results before it are then a beginning of the
// source without a gap. See [ScreenAndRender] for memory and for breaking off.
func (m *Matcher) Screen(ctx context.Context, src patient.Lazy, o ScreenOptions) iter.Seq2[RecordResults, error] {
	return ScreenAndRender(ctx, m, src, o, func(r RecordResults) RecordResults { return r })
}

// ScreenAndRender is [Matcher.Screen] for a caller with work of its own to be done
// on all cores, such as writing JSON: the workers call render, for many records at
// once, and its values come in the order of the source.
//
// The source is read in a goroutine of its own. A few hundred records are in flight
// at a time, or fewer if they are large: 64 MiB of text, or a single record. If ctx
// ends, the error comes at once. If the caller breaks off, or after that error, the
// sequence waits until render and the source have returned, so that both can be
// closed; a source that waits for input must be woken by the code that ends ctx. A
// panic in the source, in matching or in render is raised again in the caller's
// goroutine.
func ScreenAndRender[T any](ctx context.Context, m *Matcher, src patient.Lazy, o ScreenOptions, render func(RecordResults) T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if err := m.checkDates(o.Dates); err != nil {
			var none T
			yield(none, err)
			return
		}
		workers := o.Workers
		if workers <= 0 {
			workers = runtime.GOMAXPROCS(0)
		}
		pipeline.Run(ctx, src, workers, func(number int, r patient.Record) T {
			return render(m.screenRecord(number, r, &o))
		})(yield)
	}
}

func (m *Matcher) screenRecord(number int, r patient.Record, o *ScreenOptions) RecordResults {
	done := RecordResults{Number: number, Place: r.Place}
	p, err := r.Decode()
	if p != nil && err == nil {
		done.Patient = p.ID
		done.Results, err = m.match(p, o.Dates, o.Ahead)
	}
	if err == nil {
		return done
	}
	var e *patient.RecordError
	if !errors.As(err, &e) {
		e = &patient.RecordError{Place: r.Place, Patient: done.Patient, Err: err}
		err = e
	}
	if done.Place == (patient.Place{}) {
		done.Place = e.Place
	}
	if done.Patient == "" {
		done.Patient = e.Patient
	}
	done.Results, done.Err = nil, err
	return done
}
