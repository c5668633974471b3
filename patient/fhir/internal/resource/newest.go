// SPDX-License-Identifier: Apache-2.0

package resource

import (
	"cmp"
	"reflect"
	"strconv"
	"time"
)

// keepNewest leaves one version of every resource: the one last updated, else of
// the highest version number, else the first of a history Bundle, which lists
// the newest first (https://hl7.org/fhir/R4/http.html#history). Where none of
// this decides and the two differ, neither may be read.
func (g *Collection) keepNewest() {
	deletions := map[[2]string][]identity{}
	for _, d := range g.deletions {
		deletions[d.address.lookupKey()] = append(deletions[d.address.lookupKey()], d)
	}
	g.patients = keepNewestOf(g.patients, deletions,
		func(p *patientResource) *identity { return &p.identity },
		func(p *patientResource) {
			p.addRefusal("the Patient is there twice, and which is newer cannot be told")
		})
	g.drugs = keepNewestOf(g.drugs, deletions,
		func(d *drug) *identity { return &d.identity },
		func(d *drug) { d.faults = append(d.faults, twice) })
	g.statements = keepNewestOf(g.statements, deletions,
		func(s **statement) *identity { return &(*s).identity },
		func(s **statement) { (*s).faults = append((*s).faults, twice) })
}

const twice = "the resource is there twice, and which is newer cannot be told"

func keepNewestOf[T any](all []T, deletions map[[2]string][]identity, of func(*T) *identity, clash func(*T)) []T {
	type place struct{ at, home Address }
	seen := make(map[place]int, len(all))
	kept := all[:0]
	for i := range all {
		id := of(&all[i])
		where := place{at: id.address}
		if id.fullURL.URN != "" {
			where.home = id.fullURL
		}
		j, again := seen[where]
		if id.address.ID == "" && where.home == (Address{}) || !again {
			seen[where] = len(kept)
			kept = append(kept, all[i])
			continue
		}
		switch earlier := of(&kept[j]); Newer(id.version, earlier.version) {
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
		switch id := of(&kept[i]); compareDeletions(id, deletions[id.address.lookupKey()]) {
		case 1:
			continue
		case 0:
			clash(&kept[i])
		}
		left = append(left, kept[i])
	}
	return left
}

// compareDeletions says whether a deletion is newer (1), surely is not (-1), or may be
// (0).
func compareDeletions(id *identity, deletions []identity) int {
	found := -1
	for _, d := range deletions {
		if d.address.Base == "" || id.address.Base == "" || d.address.Base == id.address.Base {
			found = max(found, Newer(d.version, id.version))
		}
	}
	return found
}

// Newer says whether a is newer than b (1), older (-1), or cannot be told (0).
func Newer(a, b Version) int {
	at, errA := time.Parse(time.RFC3339, a.Updated)
	bt, errB := time.Parse(time.RFC3339, b.Updated)
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
