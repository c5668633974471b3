// SPDX-License-Identifier: Apache-2.0

// Package matcher decides whether a person may join a study, and why:
//
//	study, err := rules.Load("trial.yaml")   // every mistake has its file, line and column
//	m, err := matcher.New(study)             // of one or more studies; once
//	p, err := fhir.Decode(bundle, fhir.Options{})
//	results, err := m.Match(p, matcher.Dates{Screening: patient.NewDay(2026, 11, 22)})
//	for _, c := range results[0].Criteria {
//		fmt.Println(results[0].Verdict, c.ID, c.Label, c.Reason)
//	}
//
// With [LookAhead] a [Result] also holds the days on which the verdict changes, [Rank]
// orders the studies of one person, and [Matcher.Screen] matches a source of people on
// all cores.
//
// The package may import patient and rules. It holds no clock (the screening day is an
// argument), no global state and no log.
package matcher

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/matcher/internal/explain"
	"github.com/eligo-trials/eligo/matcher/internal/pipeline"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// Dates are the days that patients are matched for: the screening day, which
// must be given, and the studies' further dates.
type Dates = language.Dates

// Matcher matches patients with studies. It is immutable and safe for
// concurrent use.
type Matcher struct {
	studies   []study
	readers   []*evaluate.Reader
	explainer explain.Explainer
	anchors   map[string]bool
}

// study is a study with the reader that serves it.
type study struct {
	*rules.Study
	reader  int              // index in the Matcher's readers
	domains []patient.Domain // of the facts that its rules use
}

// New makes a Matcher of one or more studies. It refuses two studies of one id.
func New(studies ...*rules.Study) (*Matcher, error) {
	if len(studies) == 0 {
		return nil, errors.New("no study to match with")
	}
	m := &Matcher{anchors: map[string]bool{}}
	seen := map[string]bool{}
	var groups [][]*rules.Study // of studies with the same local code systems and terminology
	for _, s := range studies {
		if seen[s.ID] {
			return nil, fmt.Errorf("study %s is given twice", s.ID)
		}
		seen[s.ID] = true
		for _, a := range s.Anchors {
			m.anchors[a] = true
		}
		g := slices.IndexFunc(groups, func(g []*rules.Study) bool {
			return maps.Equal(g[0].Systems, s.Systems) && g[0].Terminology == s.Terminology
		})
		if g < 0 {
			g, groups = len(groups), append(groups, nil)
		}
		groups[g] = append(groups[g], s)
		m.studies = append(m.studies, study{s, g, s.Reads()})
	}
	for _, g := range groups {
		m.readers = append(m.readers, evaluate.NewReader(g...))
	}
	return m, nil
}

// Option is an optional argument of [Matcher.Match].
type Option interface{ applyTo(*settings) }

type settings struct{ ahead *LookAhead }

// Match decides each study for one patient and returns the results in the order of
// [New]. It returns an error, and no result, for a profile that is not valid (a
// [patient.Errors]), for dates without a screening day and for a date that no study
// declares. With [LookAhead] the results also say when the verdict changes.
//
// Match does not change the profile, and is safe for concurrent use.
func (m *Matcher) Match(p *patient.Profile, d Dates, options ...Option) ([]Result, error) {
	var s settings
	for _, o := range options {
		o.applyTo(&s)
	}
	return m.match(p, d, s.ahead)
}

func (m *Matcher) match(p *patient.Profile, d Dates, ahead *LookAhead) ([]Result, error) {
	if err := m.checkDates(d); err != nil {
		return nil, err
	}
	if !p.Validated() {
		checked := *p // the caller may share the profile
		if err := checked.Validate(); err != nil {
			return nil, err
		}
		p = &checked
	}
	charts := make([]*evaluate.Chart, len(m.readers))
	for i, r := range m.readers {
		charts[i] = r.Read(p)
		defer charts[i].Release()
	}
	results := make([]Result, len(m.studies))
	for i := range m.studies {
		s := &m.studies[i]
		chart, err := charts[s.reader].For(s.Study)
		if err != nil {
			return nil, err
		}
		explained := m.explainer.For(chart)
		results[i] = s.decide(p, explained, d)
		if ahead == nil {
			continue
		}
		if err := s.addDates(&results[i], explained, d, ahead); err != nil {
			return nil, err
		}
	}
	return results, nil
}

func (m *Matcher) checkDates(d Dates) error {
	if d.Screening == 0 || !d.Screening.Bounded() {
		return errors.New("no screening day is given")
	}
	if d.Record != 0 && (d.Record > d.Screening || !d.Record.Bounded()) {
		return fmt.Errorf("the record is read as of %s, which is after the screening day", d.Record)
	}
	for _, name := range slices.Sorted(maps.Keys(d.Anchors)) {
		if !m.anchors[name] {
			known := slices.Sorted(maps.Keys(m.anchors))
			if len(known) == 0 {
				return fmt.Errorf("unknown date %s: the study declares no dates", name)
			}
			return fmt.Errorf("unknown date %s: the study declares %s", name, strings.Join(known, ", "))
		}
	}
	return nil
}

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

// Version is the version of the engine, as results name it: that of this module
// in the program if it is a released one, and developmentVersion otherwise, so
// that the results of untagged builds do not change with every commit.
var Version = engineVersion(debug.ReadBuildInfo())

const developmentVersion = "0.1.0"

const modulePath = "github.com/eligo-trials/eligo"

var (
	releasedVersion = regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)
	commitVersion   = regexp.MustCompile(`\d{14}-[0-9a-f]{12}$`) // of an untagged commit
)

// engineVersion finds the version of this module among the modules of a
// program, of which it may be the main one or a dependency.
func engineVersion(info *debug.BuildInfo, ok bool) string {
	if !ok {
		return developmentVersion
	}
	for _, m := range append([]*debug.Module{&info.Main}, info.Deps...) {
		if m.Path == modulePath && m.Replace == nil && releasedVersion.MatchString(m.Version) && !commitVersion.MatchString(m.Version) {
			return strings.TrimPrefix(m.Version, "v")
		}
	}
	return developmentVersion
}
