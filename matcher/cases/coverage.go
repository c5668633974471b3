// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Coverage counts the truths that cases have given the atoms of a study's
// rules. Built-in criteria do not count.
type Coverage struct {
	Seen, Of int      // truths: at most three for each atom
	Unseen   []Unseen // in the order of the study
}

// Unseen is an atom and the truths that no case gave it.
type Unseen struct {
	Pos       rules.Position // of the atom
	Criterion string
	Atom      string
	Missing   []language.Truth // of true, false and unknown, in this order
}

// Percent is rounded down: 100 means that no truth is missing.
func (c *Coverage) Percent() int {
	if c.Of == 0 {
		return 100
	}
	return 100 * c.Seen / c.Of
}

// MeasureCoverage measures the coverage of a study by the outcomes of its
// cases, from one file or several.
func MeasureCoverage(s *rules.Study, outcomes []Outcome) Coverage {
	type key struct {
		criterion string
		index     int
	}
	seen := map[key][]language.Truth{}
	for i := range outcomes {
		for _, a := range outcomes[i].Atoms {
			k := key{a.Criterion, a.Index}
			if !slices.Contains(seen[k], a.Truth) {
				seen[k] = append(seen[k], a.Truth)
			}
		}
	}
	var c Coverage
	for i := range s.Criteria {
		criterion := &s.Criteria[i]
		if criterion.Pos.Line == 0 {
			continue
		}
		for index, atom := range criterion.Form().Atoms() {
			u := Unseen{Pos: criterion.RuleAt(atom.Offset), Criterion: criterion.ID, Atom: atom.Source}
			for _, t := range possibleTruths(atom) {
				c.Of++
				if slices.Contains(seen[key{criterion.ID, index}], t) {
					c.Seen++
				} else {
					u.Missing = append(u.Missing, t)
				}
			}
			if len(u.Missing) > 0 {
				c.Unseen = append(c.Unseen, u)
			}
		}
	}
	return c
}

// possibleTruths lists the truths that an atom can have. A record without
// results does not show that there was none, so that tested is never false, and
// there may be more results than the counted ones.
func possibleTruths(atom *language.Form) []language.Truth {
	call := atom.Calls[0]
	switch {
	case call.Word.NoneIsUnknown:
		return []language.Truth{language.True, language.Unknown}
	case call.Word.Counts && call.Concept.Kind == terminology.ObservationKind && atom.Compare != nil:
		if slices.Contains([]string{">", ">=", "!="}, atom.Compare.Op) {
			return []language.Truth{language.True, language.Unknown}
		}
		return []language.Truth{language.False, language.Unknown}
	}
	return []language.Truth{language.True, language.False, language.Unknown}
}

// Outcome is the result of a case.
type Outcome struct {
	Case *Case
	// Result is the result of the study.
	Result matcher.Result
	// Diffs are the differences from the expectations of the case; none: it
	// passes.
	Diffs []Diff
	// Atoms are the truths of the atoms of the study's rules.
	Atoms []AtomTruth
}

// AtomTruth is the truth of a part of a rule that has no and, or, not and
// at_least left in it.
type AtomTruth = evaluate.AtomTruth

// Diff is one difference from the expectation of a case.
type Diff struct {
	Criterion string `json:"criterion,omitempty"` // empty: of the result as a whole
	What      string `json:"what"`                // verdict, truth, missing, reason, issues or assumed
	Want      string `json:"want"`
	Got       string `json:"got"`
	Reason    string `json:"reason,omitempty"` // of the criterion
}

// RunCases matches the cases that keep accepts (all if it is nil), in the order
// of the file.
func (f *File) RunCases(keep func(*Case) bool) ([]Outcome, error) {
	m, err := matcher.New(f.Study)
	if err != nil {
		return nil, err
	}
	reader := evaluate.NewReader(f.Study)
	var outcomes []Outcome
	for i := range f.Cases {
		c := &f.Cases[i]
		if keep != nil && !keep(c) {
			continue
		}
		results, err := m.Match(c.Person, c.Dates)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", c.Pos, c.Name(), err)
		}
		chart := reader.Read(c.Person)
		bound, err := chart.For(f.Study)
		if err != nil {
			return nil, err
		}
		outcomes = append(outcomes, Outcome{c, results[0], c.Compare(&results[0]), bound.AtomTruths(c.Dates)})
		chart.Release()
	}
	return outcomes, nil
}

// Compare lists the differences between a result and the expectations of the
// case.
func (c *Case) Compare(r *matcher.Result) []Diff {
	var diffs []Diff
	if c.Verdict != "" && (r.Verdict != c.Verdict || r.Awaits != c.Awaits) {
		diffs = append(diffs, Diff{What: "verdict", Want: verdictText(c.Verdict, c.Awaits), Got: verdictText(r.Verdict, r.Awaits), Reason: r.Summary})
	}
	for i := range r.Criteria {
		got := &r.Criteria[i]
		if want, asserted := c.Truth[got.ID]; asserted && want != got.Truth {
			diffs = append(diffs, Diff{got.ID, "truth", want.String(), got.Truth.String(), got.Reason})
		}
		if want, asserted := c.Missing[got.ID]; asserted {
			if got, want := reasonText(missingReasons(got)), reasonText(want); got != want {
				diffs = append(diffs, Diff{r.Criteria[i].ID, "missing", want, got, r.Criteria[i].Reason})
			}
		}
		if words := c.Reason[got.ID]; !strings.Contains(strings.ToLower(got.Reason), strings.ToLower(words)) {
			diffs = append(diffs, Diff{got.ID, "reason", words, got.Reason, ""})
		}
	}
	for _, d := range []Diff{
		{What: "issues", Want: c.Issues, Got: strings.Join(r.Data.Issues, "; ")},
		{What: "assumed", Want: c.Assumed, Got: assumedText(r)},
	} {
		if !strings.Contains(d.Got, d.Want) {
			diffs = append(diffs, d)
		}
	}
	return diffs
}

func assumedText(r *matcher.Result) string {
	all := make([]string, len(r.Data.Assumed))
	for i, a := range r.Data.Assumed {
		all[i] = a.String()
	}
	return strings.Join(all, "; ")
}

func verdictText(v matcher.Verdict, a matcher.Awaits) string {
	if a == matcher.AwaitsNothing || a == "" {
		return string(v)
	}
	return string(v) + ", awaits " + string(a)
}

func missingReasons(c *matcher.Criterion) []matcher.Why {
	var list []matcher.Why
	for _, m := range c.Missing {
		list = append(list, m.Why)
	}
	return list
}

func reasonText(list []matcher.Why) string {
	var words []string
	for _, w := range list {
		words = append(words, string(w))
	}
	slices.Sort(words)
	return cmp.Or(strings.Join(slices.Compact(words), ", "), "nothing")
}
