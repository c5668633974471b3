// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"cmp"
	"reflect"
	"strconv"
	"time"
)

// newest leaves one version of every resource: the one last updated, else of
// the highest version number, else the first of a history Bundle, which lists
// the newest first (https://hl7.org/fhir/R4/http.html#history). Where none of
// this decides and the two differ, neither may be read.
func (g *gathering) newest() {
	deletions := map[[2]string][]identity{}
	for _, d := range g.deletions {
		deletions[d.at.key()] = append(deletions[d.at.key()], d)
	}
	g.persons = newestOf(g.persons, deletions,
		func(p *person) *identity { return &p.identity },
		func(p *person) { p.refuse("the Patient is there twice, and which is newer cannot be told") })
	g.drugs = newestOf(g.drugs, deletions,
		func(d *drug) *identity { return &d.identity },
		func(d *drug) { d.faults = append(d.faults, twice) })
	g.statements = newestOf(g.statements, deletions,
		func(s **statement) *identity { return &(*s).identity },
		func(s **statement) { (*s).faults = append((*s).faults, twice) })
}

const twice = "the resource is there twice, and which is newer cannot be told"

func newestOf[T any](all []T, deletions map[[2]string][]identity, of func(*T) *identity, clash func(*T)) []T {
	type place struct{ at, home address }
	seen := make(map[place]int, len(all))
	kept := all[:0]
	for i := range all {
		id := of(&all[i])
		where := place{at: id.at}
		if id.home.urn != "" {
			where.home = id.home
		}
		j, again := seen[where]
		if id.at.id == "" && where.home == (address{}) || !again {
			seen[where] = len(kept)
			kept = append(kept, all[i])
			continue
		}
		switch earlier := of(&kept[j]); newer(id.version, earlier.version) {
		case 1:
			kept[j] = all[i]
		case 0:
			order := earlier.version.order
			earlier.version.order = id.version.order
			if !reflect.DeepEqual(kept[j], all[i]) {
				clash(&kept[j])
			}
			earlier.version.order = order
		}
	}
	if len(deletions) == 0 {
		return kept
	}
	left := kept[:0]
	for i := range kept {
		switch id := of(&kept[i]); deleted(id, deletions[id.at.key()]) {
		case 1:
			continue
		case 0:
			clash(&kept[i])
		}
		left = append(left, kept[i])
	}
	return left
}

// deleted says whether a deletion is newer (1), surely is not (-1), or may be
// (0).
func deleted(id *identity, deletions []identity) int {
	found := -1
	for _, d := range deletions {
		if d.at.base == "" || id.at.base == "" || d.at.base == id.at.base {
			found = max(found, newer(d.version, id.version))
		}
	}
	return found
}

// newer says whether a is newer than b (1), older (-1), or cannot be told (0).
func newer(a, b version) int {
	at, errA := time.Parse(time.RFC3339, a.updated)
	bt, errB := time.Parse(time.RFC3339, b.updated)
	if errA == nil && errB == nil && !at.Equal(bt) {
		return at.Compare(bt)
	}
	an, errA := strconv.ParseUint(a.number, 10, 63)
	bn, errB := strconv.ParseUint(b.number, 10, 63)
	if errA == nil && errB == nil && an != bn {
		return cmp.Compare(an, bn)
	}
	if a.history && b.history {
		return cmp.Compare(b.order, a.order)
	}
	return 0
}
