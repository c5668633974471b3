// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"strconv"
)

// thousands writes a number as people read it: 1,234,567.
func thousands(n int64) string {
	digits := strconv.FormatInt(n, 10)
	out := make([]byte, 0, len(digits)+len(digits)/3)
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 && digits[i-1] != '-' {
			out = append(out, ',')
		}
		out = append(out, digits[i])
	}
	return string(out)
}

// share writes a part of a whole in percent. Only nothing is 0% and only all
// of it is 100%.
func share(part, whole int64) string {
	if whole == 0 {
		return "–"
	}
	tenths := (part*1000 + whole/2) / whole
	switch {
	case part == 0:
		return "0%"
	case part == whole:
		return "100%"
	case tenths == 0:
		return "<0.1%"
	case tenths >= 1000:
		return ">99.9%"
	}
	return fmt.Sprintf("%d.%d%%", tenths/10, tenths%10)
}

// amount writes a number with the words that agree with it.
func amount(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

// inShort says what the totals come to.
func inShort(s *StudySummary) []string {
	t := &s.Totals
	read := amount(t.Records, "record was", "records were") + " read"
	switch {
	case t.Rejected == 0:
		read += ", and every one could be used."
	default:
		read += "; " + thousands(t.Rejected) + " could not be used."
	}
	if t.Assessed == 0 {
		return []string{read + " So nobody was assessed."}
	}
	part := func(n int64, one, many string) string {
		verb := many
		if n == 1 {
			verb = one
		}
		return fmt.Sprintf("%s (%s) %s", thousands(n), share(n, t.Assessed), verb)
	}
	text := []string{read + " Of the " + amount(t.Assessed, "person", "people") + " assessed, " +
		part(t.Eligible, "is eligible", "are eligible") + " as far as the record shows, " +
		part(t.Ineligible, "is not", "are not") + ", and " +
		part(t.Undetermined, "cannot be decided yet", "cannot be decided yet") + "."}
	if t.Undetermined > 0 {
		text = append(text, undecided(t))
	}
	return append(text, foremost(s)...)
}

// undecided says what the undetermined wait for.
func undecided(t *Totals) string {
	const answers = " only for answers that a person must give: everything that the record can decide speaks for joining."
	const data = " for something that the record does not hold."
	switch {
	case t.Awaits.Data == 0:
		return amount(t.Undetermined, "person waits", "people wait") + answers
	case t.Awaits.Answers == 0:
		return amount(t.Undetermined, "person waits", "people wait") + data
	}
	return "Of the " + thousands(t.Undetermined) + " not decided, " + amount(t.Awaits.Answers, "waits", "wait") + answers +
		" " + amount(t.Awaits.Data, "waits", "wait") + data
}

// foremost names the criterion that keeps out most people, and the one that
// alone keeps out most.
func foremost(s *StudySummary) []string {
	var most, alone *CriterionSummary
	for i := range s.Criteria {
		c := &s.Criteria[i]
		if c.Fails > 0 && (most == nil || c.Fails > most.Fails) {
			most = c
		}
		if c.Sole > 0 && (alone == nil || c.Sole > alone.Sole) {
			alone = c
		}
	}
	if most == nil {
		return nil
	}
	text := fmt.Sprintf("The criterion that keeps out most people is %s (%s).", Plain(most.ID), thousands(most.Fails))
	if alone != nil {
		text += fmt.Sprintf(" The one that most people fail alone is %s (%s): no other criterion is known to keep them out.",
			Plain(alone.ID), thousands(alone.Sole))
	}
	return []string{text}
}
