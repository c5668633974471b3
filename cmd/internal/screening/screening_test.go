// SPDX-License-Identifier: Apache-2.0

package screening_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/eligo-trials/eligo/cmd/internal/screening"
	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// logBook is a screening log in memory.
type logBook struct {
	entries []screenlog.Entry
	err     error
}

func (l *logBook) Append(_ context.Context, entries ...screenlog.Entry) ([]screenlog.Receipt, error) {
	if l.err != nil {
		return nil, l.err
	}
	l.entries = append(l.entries, entries...)
	return make([]screenlog.Receipt, len(entries)), nil
}

func request(t *testing.T) *screening.Request {
	t.Helper()
	study, err := rules.Parse("s.yaml", []byte("study: S\ndates: [first_dose]\ninclusion:\n  - {id: adult, quote: \"Adults\", rule: age >= 18}\n"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := matcher.New(study)
	if err != nil {
		t.Fatal(err)
	}
	return &screening.Request{Matcher: m, Dates: matcher.Dates{Screening: patient.NewDay(2026, 11, 22)}, By: "nurse", Channel: screenlog.API}
}

func decode(text string) func() (*patient.Profile, error) {
	return func() (*patient.Profile, error) {
		return document.Decode([]byte(text), document.Options{Complete: []patient.Domain{patient.Conditions}})
	}
}

const person = `{"id": "p", "birth_date": "1970-01-01"}`

// An assumption is in the result and in the log, after the dates.
func TestScreenRecordsAssumptions(t *testing.T) {
	log := &logBook{}
	service := screening.Service{Log: log, Slots: make(chan struct{}, 1)}
	for _, when := range []*matcher.LookAhead{nil, {}} {
		log.entries = nil
		r := request(t)
		r.When = when
		done, err := service.Screen(t.Context(), decode(person), r)
		if err != nil {
			t.Fatal(err)
		}
		if got := done.Results[0].Data.Assumed; !slices.Equal(got, []matcher.Assumption{{Kind: matcher.AssumedDate, Date: "first_dose"}, {Kind: matcher.AssumedComplete, Domain: patient.Conditions}}) {
			t.Errorf("assumed %q", got)
		}
		if (done.Results[0].Outlook != "") != (when != nil) {
			t.Errorf("with dates ahead %v, the outlook is %q", when != nil, done.Results[0].Outlook)
		}
		d := log.entries[0].Decision
		if len(done.Receipts) != 1 || !slices.Equal(d.Complete, []patient.Domain{patient.Conditions}) || d.By != "nurse" || (d.Horizon != "") != (when != nil) {
			t.Errorf("logged %+v", d)
		}
	}
}

// No result is given that is not logged, and each error is of its own type.
func TestScreenErrors(t *testing.T) {
	full := errors.New("the disk is full")
	service := screening.Service{Log: &logBook{err: full}}
	done, err := service.Screen(t.Context(), decode(person), request(t))
	var unlogged *screening.LogError
	if done != nil || !errors.As(err, &unlogged) || !errors.Is(err, full) {
		t.Errorf("a log that fails: %v, %v", done, err)
	}
	var unread *screening.PatientError
	var all patient.Errors
	if done, err = service.Screen(t.Context(), decode(`{"id": "p", "sexx": "male"}`), request(t)); done != nil || !errors.As(err, &unread) || !errors.As(err, &all) {
		t.Errorf("a bad record: %v, %v", done, err)
	}
	busy := screening.Service{Slots: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if done, err = busy.Screen(ctx, decode(person), request(t)); done != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("no slot: %v, %v", done, err)
	}
}
