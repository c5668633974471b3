// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"cmp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher/internal/explain"
)

// Unrecognized is a group of facts that a concept of the study did not recognise, and the
// criteria that it leaves open.
type Unrecognized = explain.Unrecognized

// MostUnrecognized is the most groups that a result lists.
const MostUnrecognized = 50

// UnrecognizedMore counts the groups, and their facts, that a result does not list.
type UnrecognizedMore struct {
	Groups int `json:"groups"`
	Facts  int `json:"facts"`
}

// setUnrecognized lists the groups of facts that were not recognised, with the criteria
// that each leaves open.
func (r *Result) setUnrecognized(chart explain.Chart, findings []explain.Finding) {
	all := chart.Unrecognized()
	for i := range findings {
		for _, group := range findings[i].Unrecognized {
			all[group].Criteria = append(all[group].Criteria, r.Criteria[i].ID)
		}
	}
	slices.SortStableFunc(all, func(a, b Unrecognized) int {
		return cmp.Or(len(b.Criteria)-len(a.Criteria), b.Facts-a.Facts, strings.Compare(string(a.Domain), string(b.Domain)),
			strings.Compare(a.System, b.System), strings.Compare(a.Wording, b.Wording), strings.Compare(a.Code, b.Code))
	})
	for _, left := range all[min(len(all), MostUnrecognized):] {
		r.UnrecognizedMore.Groups++
		r.UnrecognizedMore.Facts += left.Facts
	}
	r.Unrecognized = all[:min(len(all), MostUnrecognized)]
}
