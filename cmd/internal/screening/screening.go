// SPDX-License-Identifier: Apache-2.0

// Package screening screens one person: it reads the record, matches it and writes
// the decisions to the screening log. The command line, the web page, the JSON API
// and CDS Hooks all use it.
//
// Its folders are the studies in use (studydir), the formats of records (document)
// and the formats of results (output). It may import them, screenlog and the
// packages outside of cmd.
package screening

import (
	"context"

	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// Appender appends entries to the screening log: a [screenlog.Log].
type Appender interface {
	Append(ctx context.Context, entries ...screenlog.Entry) ([]screenlog.Receipt, error)
}

// Service screens people. It is safe for concurrent use.
type Service struct {
	// Log is the screening log; nil if none is kept. A decision that cannot be
	// appended is given to nobody.
	Log Appender
	// Slots, if not nil, has room for as many values as people may be decoded and
	// matched at one time.
	Slots chan struct{}
}

// Request holds the studies, the dates and the user of a screening.
type Request struct {
	Matcher *matcher.Matcher
	Dates   matcher.Dates
	When    *matcher.LookAhead // how far to look ahead; nil: not at all
	By      string             // the user; "" is not known
	Channel screenlog.Channel
	// Card, if not nil, gives the uuid of the CDS Hooks card that shows the result
	// of a study, "" if none does.
	Card func(studyID string) string
}

// Screened is the outcome of [Service.Screen].
type Screened struct {
	Profile  *patient.Profile // as it was matched
	Results  []matcher.Result // in the order of the matcher's studies
	Receipts []screenlog.Receipt
}

// PatientError says why a record could not be read.
type PatientError struct{ Err error }

// Error gives the message of the reader.
func (e *PatientError) Error() string { return e.Err.Error() }

// Unwrap gives the error of the reader, which may be a [patient.Errors].
func (e *PatientError) Unwrap() error { return e.Err }

// LogError says why decisions could not be written to the screening log. They must
// not be shown.
type LogError struct{ Err error }

// Error gives the message of the log.
func (e *LogError) Error() string { return e.Err.Error() }

// Unwrap gives the error of the log, which may be [screenlog.ErrRefused].
func (e *LogError) Unwrap() error { return e.Err }

// Screen decodes a record, matches it and records the decisions. The profile that
// decode gives must have passed [patient.Profile.Validate]. The error may be a
// [*PatientError], a [*LogError], the cause of ctx's end, or one of the matcher.
func (s *Service) Screen(ctx context.Context, decode func() (*patient.Profile, error), r *Request) (*Screened, error) {
	done, err := s.decodeAndMatch(ctx, decode, r)
	if err != nil {
		return nil, err
	}
	done.Receipts, err = s.Record(ctx, done.Profile, done.Results, r)
	if err != nil {
		return nil, err
	}
	return done, nil
}

// decodeAndMatch holds a slot while it works.
func (s *Service) decodeAndMatch(ctx context.Context, decode func() (*patient.Profile, error), r *Request) (*Screened, error) {
	if s.Slots != nil {
		select {
		case s.Slots <- struct{}{}:
			defer func() { <-s.Slots }()
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	p, err := decode()
	if err != nil {
		return nil, &PatientError{err}
	}
	results, err := r.MatchProfile(p)
	return &Screened{Profile: p, Results: results}, err
}

// MatchProfile matches a profile, with dates ahead if they are asked for.
func (r *Request) MatchProfile(p *patient.Profile) ([]matcher.Result, error) {
	if r.When == nil {
		return r.Matcher.Match(p, r.Dates)
	}
	return r.Matcher.Match(p, r.Dates, *r.When)
}

// Record appends the decisions to the screening log, all of them or none. It does
// nothing if no log is kept. The error of the log is a [*LogError].
func (s *Service) Record(ctx context.Context, p *patient.Profile, results []matcher.Result, r *Request) ([]screenlog.Receipt, error) {
	if s.Log == nil {
		return nil, nil
	}
	entries := make([]screenlog.Entry, len(results))
	for i := range results {
		asked := screenlog.Asked{Dates: r.Dates, When: r.When, By: r.By, Channel: r.Channel}
		if r.Card != nil {
			asked.Card = r.Card(results[i].Study.ID)
		}
		decision, err := screenlog.Decided(p, &results[i], asked)
		if err != nil {
			return nil, err
		}
		entries[i].Decision = decision
	}
	receipts, err := s.Log.Append(ctx, entries...)
	if err != nil {
		return nil, &LogError{err}
	}
	return receipts, nil
}
