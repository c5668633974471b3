// SPDX-License-Identifier: Apache-2.0

package funnel

import (
	"cmp"
	"slices"
	"strings"
)

// MostNear is the number of people of each kind of near miss that are named. Of
// more, those with the first ids in the order of bytes are named, so that the list
// does not depend on how the work was divided. All of them are counted.
const MostNear = 1000

// nearMisses counts people and keeps the first [MostNear] of them. It holds at
// most twice as many.
type nearMisses struct {
	people int64
	list   []NearMiss
	full   bool     // people were left out
	last   NearMiss // the last that can still be kept, if full
}

func (n *nearMisses) addPerson(patient, criterion string) {
	n.people++
	miss := NearMiss{patient, criterion}
	if n.full && compareNearMisses(miss, n.last) >= 0 {
		return
	}
	miss.Patient = strings.Clone(patient)
	n.keepPerson(miss)
}

func (n *nearMisses) keepPerson(miss NearMiss) {
	if n.list == nil {
		n.list = make([]NearMiss, 0, 2*MostNear)
	}
	n.list = append(n.list, miss)
	if len(n.list) < 2*MostNear {
		return
	}
	slices.SortFunc(n.list, compareNearMisses)
	clear(n.list[MostNear:])
	n.list = n.list[:MostNear]
	n.full, n.last = true, n.list[MostNear-1]
}

func (n *nearMisses) addPeople(o *nearMisses) {
	n.people += o.people
	for _, miss := range o.list {
		n.keepPerson(miss)
	}
}

// sorted gives the people that are kept, in order.
func (n *nearMisses) sorted() NearMissList {
	list := append([]NearMiss{}, n.list...)
	slices.SortFunc(list, compareNearMisses)
	return NearMissList{People: n.people, Patients: list[:min(len(list), MostNear)]}
}

// counts is the inverse of sorted.
func (l *NearMissList) counts() nearMisses {
	n := nearMisses{people: l.People}
	for _, miss := range l.Patients {
		n.keepPerson(miss)
	}
	return n
}

func compareNearMisses(a, b NearMiss) int {
	return cmp.Or(strings.Compare(a.Patient, b.Patient), strings.Compare(a.Criterion, b.Criterion))
}
