// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"slices"

	"github.com/eligo-trials/eligo/matcher/internal/explain"
	"github.com/eligo-trials/eligo/patient"
)

// NearMiss is the one criterion that keeps a person out.
type NearMiss struct {
	Criterion string `json:"criterion"`
	// By is the only thing that could change it: time; a fact that is not on record
	// today, such as a new result or a stopped medicine; or nothing, as long as the
	// record is right.
	By ChangedBy `json:"by"`
	// ClearsOn is that of the criterion.
	ClearsOn patient.Day `json:"clears_on,omitzero"`
}

// addNearMiss adds the criterion that fails, if it is the only one.
func addNearMiss(r *Result, chart explain.Chart, d Dates) {
	if len(r.Blocking) != 1 {
		return
	}
	i := slices.IndexFunc(r.Criteria, func(c Criterion) bool { return c.Outcome == Fail })
	r.NearMiss = &NearMiss{r.Blocking[0], chart.ChangedBy(d, i), r.Criteria[i].ClearsOn}
}
