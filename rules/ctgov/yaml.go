// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/eligo-trials/eligo/rules"
)

const preface = `# Drafted from the record of ClinicalTrials.gov by "eligo draft". Nobody has reviewed it.
# - A criterion marked "draft: true" has a rule that was read from its quote; "understood" says as what. Compare the two, mend
#   the rule or make it a question, and remove the mark.
# - Every other criterion asks a person. Yes means included for an inclusion, and excluded for an exclusion.
`

func (d *Draft) studyYAML(library []string) []byte {
	var b strings.Builder
	b.WriteString(preface)
	fmt.Fprintf(&b, "study: %s\n", d.record.ID)
	if title := quoteYAML(d.record.Title); title != `""` {
		fmt.Fprintf(&b, "title: %s\n", title)
	}
	if version := quoteYAML(d.record.Version); version != `""` {
		fmt.Fprintf(&b, "version: %s\n", version)
	}
	if d.record.Source != "" {
		fmt.Fprintf(&b, "source: %s\n", d.record.Source)
	}
	fmt.Fprintf(&b, "text: %s\n", d.TextName)
	if len(d.anchors) > 0 {
		fmt.Fprintf(&b, "dates: [%s]\n", strings.Join(d.anchors, ", "))
	}
	fmt.Fprintf(&b, "concepts: [%s]\n", strings.Join(library, ", "))
	if len(d.stubs) > 0 {
		b.WriteString("\n# The library lacks these. As long as they have no codes and no names, rules that name them stay unknown.\ndefine:\n")
		for _, s := range d.stubs {
			fmt.Fprintf(&b, "  %s: {kind: %s, label: %s", s.Name, s.Kind, quoteYAML(s.Label))
			if s.Unit != "" {
				fmt.Fprintf(&b, ", unit: %s", quoteYAML(s.Unit))
			}
			b.WriteString("}\n")
		}
	}
	if len(d.questions) > 0 {
		b.WriteString("\nquestions:\n")
		for _, q := range d.questions {
			fmt.Fprintf(&b, "  %s:\n    ask: %s\n", q.ID, quoteYAML(q.Ask))
			if q.Who != "" {
				fmt.Fprintf(&b, "    who: %s\n", quoteIfNeeded(q.Who))
			}
		}
	}
	for _, side := range []rules.Side{rules.Inclusion, rules.Exclusion} {
		d.writeSide(&b, side)
	}
	if len(d.NotCriteria) > 0 {
		b.WriteString("\nnot_criteria:\n")
		for _, n := range d.NotCriteria {
			fmt.Fprintf(&b, "  - quote: %s\n    reason: %s\n", quoteYAML(n.Quote), n.Reason)
		}
	}
	return []byte(b.String())
}

func (d *Draft) writeSide(b *strings.Builder, side rules.Side) {
	first := true
	for i := range d.Criteria {
		c := &d.Criteria[i]
		if c.Side != side {
			continue
		}
		if first {
			fmt.Fprintf(b, "\n%s:\n", side)
		} else {
			b.WriteByte('\n')
		}
		first = false
		if c.note != "" {
			fmt.Fprintf(b, "  # %s\n", c.note)
		}
		fmt.Fprintf(b, "  - id: %s\n    quote: %s\n", c.ID, quoteYAML(c.Quote))
		writeRule(b, c.Rule)
		if c.mark {
			b.WriteString("    draft: true\n")
		}
		if c.Understood != "" {
			fmt.Fprintf(b, "    understood: %s\n", quoteYAML(c.Understood))
		}
	}
}

// ruleWidth is the maximum number of columns of a rule.
const ruleWidth = 120

func writeRule(b *strings.Builder, rule string) {
	rule = strings.Join(strings.Fields(rule), " ")
	if plain := rule != "" && (rule[0] >= 'a' && rule[0] <= 'z' || rule[0] == '(') && !strings.Contains(rule, ": ") && !strings.Contains(rule, " #"); !plain {
		fmt.Fprintf(b, "    rule: %s\n", quoteYAML(rule))
		return
	}
	if len(rule)+len("    rule: ") <= ruleWidth {
		fmt.Fprintf(b, "    rule: %s\n", rule)
		return
	}
	b.WriteString("    rule: >-\n")
	line := "     "
	for _, w := range strings.Split(rule, " ") {
		if len(line)+1+len(w) > ruleWidth || (w == "or" || w == "and") && len(line) > ruleWidth*3/4 {
			b.WriteString(line + "\n")
			line = "     "
		}
		line += " " + w
	}
	b.WriteString(line + "\n")
}

// quoteYAML writes a text in double quotes, or in single quotes if it holds
// double ones or backslashes.
func quoteYAML(text string) string {
	text = strings.Join(strings.Fields(legible(text)), " ")
	if strings.ContainsAny(text, `"\`) {
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(text); err != nil {
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func quoteIfNeeded(text string) string {
	if strings.ContainsFunc(text, func(c rune) bool { return (c < 'a' || c > 'z') && c != ' ' }) {
		return quoteYAML(text)
	}
	return text
}
