// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// unrecognizedTitle is the heading of what was not recognised. Other parts refer to it.
const unrecognizedTitle = "Not recognised"

// mostGroups is the number of groups that are shown; the JSON has more of them.
const mostGroups = 10

// unrecognizedView is what was not recognised, in groups, and what can be done about it.
type unrecognizedView struct {
	Title string
	About string
	Runs  []unrecognizedRun
	More  string   // of the groups that are not shown; "" if all are
	Ways  []string // to name the code systems, codes and words
}

// UnrecognizedLine says in one line how many entries of the record were not recognised, with
// the group that leaves most criteria open; "" if everything was recognised or what was not
// leaves nothing open.
func UnrecognizedLine(r *matcher.Result) string {
	if len(r.Unrecognized) == 0 || len(r.Unrecognized[0].Criteria) == 0 {
		return ""
	}
	entries := r.UnrecognizedMore.Facts
	for i := range r.Unrecognized {
		entries += r.Unrecognized[i].Facts
	}
	first := &r.Unrecognized[0]
	if entries == first.Facts {
		return "Not recognised: " + groupName(first) + "; " + reasonText(first) + ". " + leavesText(r, first.Criteria) + " this."
	}
	return "Not recognised: " + count(entries, "entry", "entries") + " of the record, among them " + groupName(first) + "; " + reasonText(first) + ". " +
		leavesText(r, first.Criteria) + " these."
}

// unrecognizedRun is consecutive groups that leave the same criteria open.
type unrecognizedRun struct {
	Leaves string // "These leave open asthma, stroke"
	Groups []unrecognizedGroup
}

type unrecognizedGroup struct {
	Name   string // "67 medications coded in http://hospital.example/drugs, ..."
	Why    string // "no such code system is known"
	Record string
}

// addGroup adds a group to the last run, or to a new one.
func (v *unrecognizedView) addGroup(g unrecognizedGroup, leaves string) {
	if n := len(v.Runs); n == 0 || v.Runs[n-1].Leaves != leaves {
		v.Runs = append(v.Runs, unrecognizedRun{Leaves: leaves})
	}
	run := &v.Runs[len(v.Runs)-1]
	run.Groups = append(run.Groups, g)
}

// newUnrecognizedView is nil if everything was recognised.
func newUnrecognizedView(r *matcher.Result) *unrecognizedView {
	if len(r.Unrecognized) == 0 {
		return nil
	}
	v := &unrecognizedView{Title: unrecognizedTitle}
	all, opened, shown := r.UnrecognizedMore.Facts, 0, 0
	for i := range r.Unrecognized {
		g := &r.Unrecognized[i]
		all += g.Facts
		if len(g.Criteria) > 0 {
			opened++
		}
		if i < mostGroups && (len(g.Criteria) > 0 || opened == 0) { // those that leave something open come first
			v.addGroup(unrecognizedGroup{groupName(g), reasonText(g), g.Record}, leavesText(r, g.Criteria))
			shown++
		}
	}
	v.About = count(all, "entry of the record was", "entries of the record were") + " not recognised."
	if opened > 0 {
		v.About += " The criteria below stay open until it is known what " + plural(all, "it is", "they are") + "."
	} else {
		v.About += " This leaves no criterion open."
	}
	if n := len(r.Unrecognized) + r.UnrecognizedMore.Groups - shown; n > 0 {
		v.More = count(n, "more group", "more groups") + " of such entries"
		if opened <= shown && r.UnrecognizedMore.Groups == 0 {
			v.More += ", which " + plural(n, "leaves", "leave") + " nothing open"
		}
	}
	v.Ways = waysOut(r.Unrecognized)
	return v
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// domainCount counts entries of a domain: "1 allergy", "67 medications".
func domainCount(domain patient.Domain, n int) string {
	one := strings.TrimSuffix(string(domain), "s")
	if domain == patient.Allergies {
		one = "allergy"
	}
	return count(n, one, string(domain))
}

// groupName names a group by its own words or code, and how many entries it has.
func groupName(g *matcher.Unrecognized) string {
	entries := domainCount(g.Domain, g.Facts)
	name, code := "", strings.TrimSpace(g.System+" "+g.Code)
	if g.Wording != "" {
		name = "“" + shortened(g.Wording) + "”"
	}
	switch {
	case g.SystemUnknown && g.Facts > 1 && name != "":
		return entries + " coded in " + shortened(g.System) + ", such as " + name
	case g.SystemUnknown && g.Facts > 1:
		return entries + " coded in " + shortened(g.System) + ", such as " + shortened(g.Code)
	case name == "" && code == "":
		return entries
	case name == "":
		name = shortened(code)
	case code != "":
		name += " (" + shortened(code) + ")"
	}
	return name + ", " + entries
}

// reasonText says why a group was not recognised.
func reasonText(g *matcher.Unrecognized) string {
	switch {
	case g.Forbidden != "":
		return plural(g.Facts, "its source forbids", "their source forbids") + " to interpret " + plural(g.Facts, "it", "them") + ": " + shortened(g.Forbidden)
	case g.SystemUnknown && g.Facts > 1:
		return "no such code system is known"
	case g.Reason == terminology.NoWording:
		return plural(g.Facts, "it has", "they have") + " neither a code nor words"
	case g.Code != "" && g.Wording != "":
		return "neither the code nor the words are known"
	case g.Code != "":
		return "the code is not known, and there are no words"
	}
	return "the words are not known"
}

// leavesText names at most five criteria.
func leavesText(r *matcher.Result, criteria []string) string {
	const most = 5
	switch n := len(criteria); {
	case n == 0:
		return "Nothing is left open by"
	case n > most+1:
		return fmt.Sprintf("%s and %d more of the %d criteria are left open by", strings.Join(criteria[:most], ", "), n-most, len(r.Criteria))
	}
	return strings.Join(criteria, ", ") + plural(len(criteria), " is", " are") + " left open by"
}

// waysOut says how the groups can be named, each way once.
func waysOut(groups []matcher.Unrecognized) (ways []string) {
	system := slices.IndexFunc(groups, func(g matcher.Unrecognized) bool { return g.SystemUnknown })
	if system >= 0 {
		ways = append(ways, "A code system that is not known: if it is the local name of one that is, say which, for instance --system "+
			groups[system].System+"="+likelySystem(&groups[system])+".")
	}
	if slices.ContainsFunc(groups, func(g matcher.Unrecognized) bool { return g.Code != "" || g.Wording != "" }) {
		ways = append(ways, "Codes and words: eligo terms review --from SOURCE writes a list of them to fill in, and --terms FILE uses it.")
	}
	if slices.ContainsFunc(groups, func(g matcher.Unrecognized) bool { return g.Code == "" && g.Wording == "" }) {
		ways = append(ways, "Entries without words, or not to be interpreted: a person must look at the record.")
	}
	return ways
}

// likelySystem is a code system that codes facts of the group's domain.
func likelySystem(g *matcher.Unrecognized) string {
	switch g.Domain {
	case patient.Conditions:
		return patient.ICD10CM
	case patient.Medications:
		return patient.RxNorm
	case patient.Observations:
		return patient.LOINC
	case patient.Immunizations:
		return patient.CVX
	}
	return patient.SNOMED
}

// mostAsked is the number of questions about entries that were not recognised that are
// asked one by one. More of them become one question, which refers to the list of groups.
const mostAsked = 3

// askUnrecognized is that question, of so many entries.
func askUnrecognized(entries int) string {
	return "What are the " + count(entries, "entry", "entries") + " listed under “" + unrecognizedTitle + "”?"
}

// entriesOf is how many entries of the record a question is about.
func entriesOf(facts int) int { return max(1, facts) }

// unrecognizedWashouts says how many medicines that were not recognised a washout may apply to,
// and which of them was taken last; "" if there are none.
func unrecognizedWashouts(r *matcher.Result) string {
	most, entries := 0, map[string]int{} // by criterion
	var last *matcher.Exposure
	var criteria []string
	for i := range r.Washout {
		x := &r.Washout[i]
		if !x.Reason.NotRecognized() {
			continue
		}
		criteria = appendNew(criteria, []string{x.Criterion})
		entries[x.Criterion] += entriesOf(x.Facts)
		most = max(most, entries[x.Criterion])
		if last == nil || x.Ongoing && !last.Ongoing || x.Ongoing == last.Ongoing && x.LastDose.Last() > last.LastDose.Last() {
			last = x
		}
	}
	if last == nil {
		return ""
	}
	view := newWashoutView(last)
	dose := view.Dose
	if !last.Ongoing {
		dose = "last dose " + dose
	}
	text := fmt.Sprintf("1 medication that was not recognised may need a washout: %s, %s (%s)", shortened(last.Medication), dose, last.Record)
	if most > 1 {
		text = fmt.Sprintf("%s that were not recognised may need a washout, such as %s, %s (%s)",
			count(most, "medication", "medications"), shortened(last.Medication), dose, last.Record)
	}
	return text + "; " + criteriaText(criteria) + "."
}

// criterionAsks are the questions to the record, at most maxListed, without those about
// several entries that were not recognised: the reason counts the entries, and the list of
// groups shows them.
func criterionAsks(c *matcher.Criterion) (asks []string) {
	several := severalUnrecognized(c)
	for i := range c.Missing {
		if m := &c.Missing[i]; !m.Question && !(several && m.Why == matcher.WhyNotRecognized) {
			asks = append(asks, m.Ask)
		}
	}
	if n := len(asks) - maxListed; n > 0 {
		asks = append(asks[:maxListed:maxListed], fmt.Sprintf("… and %d more.", n))
	}
	return asks
}

// severalUnrecognized reports whether several entries that were not recognised leave a
// criterion open.
func severalUnrecognized(c *matcher.Criterion) bool {
	entries := 0
	for i := range c.Missing {
		if m := &c.Missing[i]; m.Why == matcher.WhyNotRecognized {
			entries += entriesOf(m.Facts)
		}
	}
	return entries > 1
}
