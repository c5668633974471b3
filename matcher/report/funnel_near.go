// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"slices"
	"strings"
)

// MostNear is how many people of each kind of near miss are named. Of more,
// those are named whose ids come first in the order of bytes, so that the list
// does not depend on how the work was divided. All of them are counted.
const MostNear = 1000

// nearest keeps the first people of a list that may be long. It holds at most
// twice as many as it keeps.
type nearest struct {
	people int64
	list   []NearMiss
	full   bool     // people were left out
	last   NearMiss // the last that can still be kept, if full
}

func (n *nearest) add(patient, criterion string) {
	n.people++
	miss := NearMiss{patient, criterion}
	if n.full && compareNear(miss, n.last) >= 0 {
		return
	}
	miss.Patient = strings.Clone(patient)
	n.keep(miss)
}

func (n *nearest) keep(miss NearMiss) {
	if n.list == nil {
		n.list = make([]NearMiss, 0, 2*MostNear)
	}
	n.list = append(n.list, miss)
	if len(n.list) < 2*MostNear {
		return
	}
	slices.SortFunc(n.list, compareNear)
	clear(n.list[MostNear:])
	n.list = n.list[:MostNear]
	n.full, n.last = true, n.list[MostNear-1]
}

func (n *nearest) merge(o *nearest) {
	n.people += o.people
	for _, miss := range o.list {
		n.keep(miss)
	}
}

// named gives the people that are kept, in order.
func (n *nearest) named() NearMissList {
	list := append([]NearMiss{}, n.list...)
	slices.SortFunc(list, compareNear)
	return NearMissList{People: n.people, Patients: list[:min(len(list), MostNear)]}
}

func compareNear(a, b NearMiss) int {
	return cmp.Or(strings.Compare(a.Patient, b.Patient), strings.Compare(a.Criterion, b.Criterion))
}
