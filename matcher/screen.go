// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"context"
	"errors"
	"iter"
	"runtime"

	"github.com/eligo-trials/eligo/patient"
)

// Screened is what one record of a source came to.
type Screened struct {
	Number  int           // of the record in its source, from 1
	Place   patient.Place // of the record, as far as its source tells
	Patient string        // the person's id, where it could be read
	Results []Result      // of every study, in the order of New; nil with an error
	// Err says why the record could not be used: a [*patient.RecordError].
	Err error
}

// Screening is how many people are screened at once.
type Screening struct {
	Matcher *Matcher
	Dates   Dates
	When    *When // nil: no dates ahead
	Workers int   // goroutines that decode and match; 0 is GOMAXPROCS
}

// Screen decides each study for each patient of src, on all cores. Results come
// in the order of the source, those of one patient in the order of New.
//
// An error that is a [*patient.RecordError] is one record that could not be
// used. Any other error is the last: of the dates, as for [Matcher.Match], or
// the cause of ctx's end.
//
// See [Screen] for what is held in memory, and for breaking off.
func (m *Matcher) Screen(ctx context.Context, src patient.Source, d Dates) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		for s, err := range m.ScreenAll(ctx, patient.LazyOf(src), d) {
			if err == nil {
				err = s.Err
			}
			if err != nil && !yield(Result{}, err) {
				return
			}
			for i := range s.Results {
				if !yield(s.Results[i], nil) {
					return
				}
			}
		}
	}
}

// ScreenAll is [Matcher.Screen] record by record, so that none is lost, and
// with the decoding done on all cores as well. Its error, if any, is the last
// thing that it gives: the screening could not begin, or ctx ended it. What
// came before it is then the beginning of src, without a gap.
func (m *Matcher) ScreenAll(ctx context.Context, src patient.Lazy, d Dates) iter.Seq2[Screened, error] {
	return Screen(ctx, src, Screening{Matcher: m, Dates: d}, func(s Screened) Screened { return s })
}

// Screen is [Matcher.ScreenAll] for a caller with work of its own to be done on
// all cores, such as the writing of JSON: render is called by the workers, for
// many records at once, and what it makes comes in the order of the source.
//
// The source is read in a goroutine of its own. A few hundred records are in
// flight at a time, or fewer where they are large: 64 MiB of text, or a single
// record. Where ctx ends, the error comes at once; where the caller breaks off,
// or after that error, Screen waits until render and the source have returned,
// so that both can be closed. A source that waits for input must be woken by
// whoever ends ctx. A panic in the source, in matching or in render goes on in
// the caller's goroutine.
func Screen[T any](ctx context.Context, src patient.Lazy, s Screening, render func(Screened) T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		if err := s.Matcher.checkDates(s.Dates); err != nil {
			yield(none, err)
			return
		}
		workers := s.Workers
		if workers <= 0 {
			workers = runtime.GOMAXPROCS(0)
		}
		l := newLine(ctx, src, workers, func(number int, r patient.Record) T {
			return render(s.screen(number, r))
		})
		l.run(yield)
	}
}

// screen decodes and matches one record.
func (s *Screening) screen(number int, r patient.Record) Screened {
	done := Screened{Number: number, Place: r.Place}
	p, err := r.Decode()
	if p != nil && err == nil {
		done.Patient = p.ID
		done.Results, err = s.Matcher.match(p, s.Dates, s.When)
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
