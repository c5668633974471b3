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
