// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/funnel"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// maxCohortGroups is the number of groups of a cohort that are shown.
const maxCohortGroups = 12

// cohortUnrecognized is what was not recognised of a cohort.
type cohortUnrecognized struct {
	About string // "" if everything was recognised
	Rows  []cohortGroup
	More  string
	Ways  []string
}

type cohortGroup struct {
	funnel.UnrecognizedCount
	Name string
}

func newCohortUnrecognized(u *funnel.Unrecognized) (v cohortUnrecognized) {
	if u.People == 0 {
		return v
	}
	v.About = count(u.People, "person has", "people have") + " entries that were not recognised and that leave a criterion open. For " +
		thousands(u.Undetermined) + " of them it matters, as no criterion keeps them out."
	for _, g := range u.Groups[:min(len(u.Groups), maxCohortGroups)] {
		v.Rows = append(v.Rows, cohortGroup{g, cohortGroupName(&g.UnrecognizedGroup)})
	}
	if n := len(u.Groups) - len(v.Rows); n > 0 {
		v.More = count(n, "more row", "more rows") + " in summary.json."
	}
	all := make([]matcher.Unrecognized, len(u.Groups))
	for i, g := range u.Groups {
		all[i] = matcher.Unrecognized{Domain: g.Domain, System: g.System, SystemUnknown: g.SystemUnknown, Code: g.Code}
		if g.Reason == terminology.UnknownWording {
			all[i].Wording = "words"
		}
	}
	v.Ways = waysOut(all)
	return v
}

// cohortGroupName names a group without the words of a record.
func cohortGroupName(g *funnel.UnrecognizedGroup) string {
	switch {
	case g.SystemUnknown:
		return "all codes of " + shortened(g.System) + ", which is no known code system"
	case g.System != "" && g.Code == "":
		return "other codes of " + shortened(g.System)
	case g.System != "" || g.Code != "":
		return strings.TrimSpace(shortened(g.System) + " " + g.Code)
	case g.Reason == terminology.Uninterpreted:
		return "entries that their source forbids to interpret"
	case g.Reason == terminology.NoWording:
		return "entries with neither a code nor words"
	}
	return "words without a code"
}

// UnrecognizedText writes what was not recognised of a cohort in a few lines, those that
// leave most people undecided first; "" if everything was.
func UnrecognizedText(u *funnel.Unrecognized) string {
	const most = 3
	v := newCohortUnrecognized(u)
	if v.About == "" {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "  not recognised: %s for %s, %s of them undetermined\n",
		count(len(u.Groups), "code, code system or kind of entry", "codes, code systems or kinds of entry"), count(u.People, "person", "people"), thousands(u.Undetermined))
	named := 0
	for i := range v.Rows {
		row := &v.Rows[i]
		if row.Undetermined == 0 || named == most {
			break // the rows that leave most people undecided come first
		}
		named++
		fmt.Fprintf(&b, "    %s (%s): leaves %s undecided\n", row.Name, row.Domain, count(row.Undetermined, "person", "people"))
	}
	if more := len(u.Groups) - named; named > 0 && more > 0 {
		fmt.Fprintf(&b, "    and %s more, in summary.json and on the page\n", thousands(int64(more)))
	}
	for _, way := range v.Ways {
		fmt.Fprintf(&b, "    %s\n", way)
	}
	return b.String()
}
