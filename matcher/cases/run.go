// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
)

// Outcome is what a case came to.
type Outcome struct {
	Case *Case
	// Result is what the study says.
	Result matcher.Result
	// Diffs are what differs from what the case expects; none: it passes.
	Diffs []Diff
	// Atoms are the truths of the atoms of the study's rules.
	Atoms []AtomTruth
}

// AtomTruth is the truth of a part of a rule that has no and, or, not and
// at_least left in it.
type AtomTruth = evaluate.AtomTruth

// Diff is one thing that is not as a case expects.
type Diff struct {
	Criterion string `json:"criterion,omitempty"` // empty: of the result as a whole
	What      string `json:"what"`                // verdict, truth, missing, reason, issues or assumed
	Want      string `json:"want"`
	Got       string `json:"got"`
	Reason    string `json:"reason,omitempty"` // what the criterion says for itself
}

// Run matches the cases that keep takes (all of them where it is nil), in the
// order of the file.
func (f *File) Run(keep func(*Case) bool) ([]Outcome, error) {
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

// Compare tells how a result differs from what the case expects.
func (c *Case) Compare(r *matcher.Result) []Diff {
	var diffs []Diff
	if c.Verdict != "" && (r.Verdict != c.Verdict || r.Awaits != c.Awaits) {
		diffs = append(diffs, Diff{What: "verdict", Want: verdictWords(c.Verdict, c.Awaits), Got: verdictWords(r.Verdict, r.Awaits), Reason: r.Summary})
	}
	for i := range r.Criteria {
		got := &r.Criteria[i]
		if want, asserted := c.Truth[got.ID]; asserted && want != got.Truth {
			diffs = append(diffs, Diff{got.ID, "truth", want.String(), got.Truth.String(), got.Reason})
		}
		if want, asserted := c.Missing[got.ID]; asserted {
			if got, want := whyWords(whysOf(got)), whyWords(want); got != want {
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

func verdictWords(v matcher.Verdict, a matcher.Awaits) string {
	if a == matcher.AwaitsNothing || a == "" {
		return string(v)
	}
	return string(v) + ", awaits " + string(a)
}

func whysOf(c *matcher.Criterion) []matcher.Why {
	var list []matcher.Why
	for _, m := range c.Missing {
		list = append(list, m.Why)
	}
	return list
}

func whyWords(list []matcher.Why) string {
	var words []string
	for _, w := range list {
		words = append(words, string(w))
	}
	slices.Sort(words)
	return cmp.Or(strings.Join(slices.Compact(words), ", "), "nothing")
}
