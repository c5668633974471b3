// SPDX-License-Identifier: Apache-2.0

package review

import (
	"regexp"
	"strings"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// unitlessName matches names of observations that have no unit.
var unitlessName = regexp.MustCompile(`(?i)\b(scores?|scale|index|indices|class|classification|grade|stage|staging|status|count of|number of|ratio|inr|ph|points?|sum|ecog|karnofsky|nyha|mrss|das28|sledai)\b`)

// checkUnits finds numbers of observations without a unit. Scores, which have
// none, are recognized by their names.
func (f *finder) checkUnits() {
	f.eachCriterion(func(c *rules.Criterion) {
		said := map[*terminology.Concept]bool{}
		for _, k := range c.Form().AllCalls() {
			if k.Concept == nil || !k.Word.Measured || k.Concept.Unit != "" || said[k.Concept] || isScore(k.Concept) {
				continue
			}
			said[k.Concept] = true
			f.addFinding("number-without-unit", c.RuleAt(k.Offset), c.ID, "%s is compared, and the concept %s has no unit: a result that comes with one stays unknown", k.Text, k.Concept.Name).
				setHint("give the concept the unit of the protocol, as in unit: mg/dL; what is measured in nothing says so in its label: score, index, ratio, ...").
				addRelated(f.study.Place(k.Concept.Name), "the concept")
		}
	})
}

func isScore(c *terminology.Concept) bool {
	return unitlessName.MatchString(c.Label + " " + strings.ReplaceAll(c.Name, "_", " ") + " " + strings.Join(c.Names, " "))
}
