// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"

	"github.com/eligo-trials/eligo/matcher/funnel"
)

// inShort writes the totals in sentences.
func inShort(s *funnel.StudySummary) []string {
	t := &s.Totals
	read := count(t.Records, "record was", "records were") + " read"
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
	text := []string{read + " Of the " + count(t.Assessed, "person", "people") + " assessed, " +
		part(t.Eligible, "is eligible", "are eligible") + " as far as the record shows, " +
		part(t.Ineligible, "is not", "are not") + ", and " +
		part(t.Undetermined, "cannot be decided yet", "cannot be decided yet") + "."}
	if t.Undetermined > 0 {
		text = append(text, undecidedText(t))
	}
	return append(text, topCriteria(s)...)
}

// undecidedText divides the undetermined by the information they wait for.
func undecidedText(t *funnel.Totals) string {
	const answers = " only for answers that a person must give: everything that the record can decide speaks for joining."
	const data = " for something that the record does not hold."
	switch {
	case t.Awaits.Data == 0:
		return count(t.Undetermined, "person waits", "people wait") + answers
	case t.Awaits.Answers == 0:
		return count(t.Undetermined, "person waits", "people wait") + data
	}
	return "Of the " + thousands(t.Undetermined) + " not decided, " + count(t.Awaits.Answers, "waits", "wait") + answers +
		" " + count(t.Awaits.Data, "waits", "wait") + data
}

// topCriteria names the criterion that excludes most people, and the one that most
// people fail alone.
func topCriteria(s *funnel.StudySummary) []string {
	var most, alone *funnel.CriterionSummary
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
