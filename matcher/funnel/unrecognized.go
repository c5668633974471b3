// SPDX-License-Identifier: Apache-2.0

package funnel

import (
	"cmp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Unrecognized counts the people of whom something was not recognised that leaves a criterion
// open. It counts what a result lists, which is at most [matcher.MostUnrecognized] groups for
// a person.
type Unrecognized struct {
	People int64 `json:"people"`
	// Undetermined of these people fail no criterion: for them it matters.
	Undetermined int64 `json:"undetermined"`
	// Groups are those that most undetermined people have first, then those that most people
	// have, then by their text.
	Groups []UnrecognizedCount `json:"groups"`
}

// UnrecognizedGroup is a code of a known code system, all codes of a system that is not known,
// or the entries of a domain without a code. It has no words, for these can be about a person.
type UnrecognizedGroup struct {
	Domain patient.Domain `json:"domain"`
	// Reason tells apart the entries without a code: terminology.UnknownWording,
	// NoWording or Uninterpreted. For the others it is UnknownCode.
	Reason        terminology.Reason `json:"reason"`
	System        string             `json:"system,omitzero"`
	SystemUnknown bool               `json:"system_unknown,omitzero"`
	Code          string             `json:"code,omitzero"`
}

// UnrecognizedCount counts the people that a group leaves a criterion open for. A person can
// be in several rows.
type UnrecognizedCount struct {
	UnrecognizedGroup
	People       int64 `json:"people"`
	Undetermined int64 `json:"undetermined"`
	Facts        int64 `json:"facts"` // entries of these people's records
}

// The bounds of the groups of a study, as for missing facts: groups beyond maxGroups are
// counted together, and so are the codes of a system that are longer than any code, which
// may be words.
const (
	maxGroups = 1 << 16
	maxCode   = 24
)

type groupCount struct {
	personCount
	undetermined, facts int64
}

type unrecognizedGroups struct {
	keyed[UnrecognizedGroup, groupCount]
}

func (l *unrecognizedGroups) countOf(g UnrecognizedGroup) *groupCount {
	if l.find(g) < 0 { // the tally must not hold the memory of a record
		g.System, g.Code = strings.Clone(g.System), strings.Clone(g.Code)
	}
	return l.valueOf(g, UnrecognizedGroup{Domain: patient.Conditions, Reason: terminology.UnknownCode, System: otherFacts}, maxGroups)
}

func groupOf(u *matcher.Unrecognized) UnrecognizedGroup {
	g := UnrecognizedGroup{Domain: u.Domain, Reason: u.Reason, System: u.System, SystemUnknown: u.SystemUnknown}
	if u.Code != "" || u.System != "" {
		g.Reason = terminology.UnknownCode
	}
	if !u.SystemUnknown && len(u.Code) <= maxCode && !strings.ContainsAny(u.Code, " \t\n") {
		g.Code = u.Code
	}
	return g
}

// addUnrecognized counts what a result lists as not recognised.
func (t *Tally) addUnrecognized(r *matcher.Result) {
	undetermined := int64(0)
	if r.Verdict == matcher.Undetermined {
		undetermined = 1
	}
	for i := range r.Unrecognized {
		u := &r.Unrecognized[i]
		if len(u.Criteria) == 0 {
			break // those behind it leave nothing open either
		}
		if i == 0 {
			t.counts.Unrecognized.People++
			t.counts.Unrecognized.Undetermined += undetermined
		}
		count := t.unrecognized.countOf(groupOf(u))
		if count.addPerson(t.serial) {
			count.undetermined += undetermined
		}
		count.facts += int64(u.Facts)
	}
}

func (l *unrecognizedGroups) addGroups(o *unrecognizedGroups) {
	for i := range o.values {
		from, to := &o.values[i], l.countOf(o.keys[i])
		to.people += from.people
		to.undetermined += from.undetermined
		to.facts += from.facts
	}
}

func (l *unrecognizedGroups) sorted() []UnrecognizedCount {
	counts := make([]UnrecognizedCount, len(l.keys))
	for i, g := range l.keys {
		c := &l.values[i]
		counts[i] = UnrecognizedCount{g, c.people, c.undetermined, c.facts}
	}
	slices.SortFunc(counts, func(a, b UnrecognizedCount) int {
		return cmp.Or(cmp.Compare(b.Undetermined, a.Undetermined), cmp.Compare(b.People, a.People),
			strings.Compare(string(a.Domain), string(b.Domain)), strings.Compare(a.System, b.System), strings.Compare(a.Code, b.Code), cmp.Compare(a.Reason, b.Reason))
	})
	return counts
}

func (a *audit) checkUnrecognized(s *StudySummary) {
	u := &s.Unrecognized
	a.checkAtMost("people with something not recognised", u.People, s.Totals.Assessed)
	a.checkAtMost("people with something not recognised, undetermined", u.Undetermined, min(u.People, s.Totals.Undetermined))
	seen := map[UnrecognizedGroup]bool{}
	for i := range u.Groups {
		g := &u.Groups[i]
		name := strings.Join([]string{"not recognised", string(g.Domain), g.System, g.Code}, " ")
		if seen[g.UnrecognizedGroup] {
			a.addError("%s is there twice", name)
		}
		seen[g.UnrecognizedGroup] = true
		a.checkAtMost(name, g.People, u.People)
		a.checkAtMost(name+", undetermined", g.Undetermined, min(g.People, u.Undetermined))
		a.checkAtMost(name+", facts", g.Facts, maxCount)
	}
}
