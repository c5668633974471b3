// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// sentences joins the sentences of the deciding atoms of a rule, each once.
type sentences struct {
	first string
	more  []string
}

func (s *sentences) addSentence(sentence string) {
	last := &s.first
	if n := len(s.more); n > 0 {
		last = &s.more[n-1]
	}
	switch lead, rest, ok := strings.Cut(sentence, ": "); {
	case ok && strings.HasPrefix(*last, lead+": ") && strings.HasSuffix(*last, ".") &&
		!strings.Contains(*last, rest) && !strings.Contains(*last+rest, "whether"):
		// The same finding compared twice: "age 47: 18 or more, 80 or less".
		*last = strings.TrimSuffix(*last, ".") + ", " + rest
	case sentence == "" || sentence == s.first:
	case s.first == "":
		s.first = sentence
	default:
		s.more = appendNew(s.more, sentence)
	}
}

func (s *sentences) String() string {
	if len(s.more) == 0 {
		return s.first
	}
	return s.first + " " + strings.Join(s.more, " ")
}

// addAtomSentence adds the sentence of an atom: the facts, their dates, how they compare, in
// which record; or the missing data.
func (v *evaluator) addAtomSentence(leaf *nodeResult, to *sentences) {
	if len(leaf.calls) == 0 {
		return
	}
	s := leaf.calls[0]
	switch word := s.call.Word; {
	case s.sentence != "":
		to.addSentence(s.sentence)
	case s.call.Question != nil:
		to.addSentence(v.answerSentence(s))
	case word.Says != language.Unknown && !word.Event:
		to.addSentence(v.answeredSentence(s))
	case word.Answer == language.TruthAnswer && s.truth == language.Unknown:
		v.addOpenSentences(s, to)
	case word.Answer == language.TruthAnswer:
		to.addSentence(v.eventSentence(s))
	case s.text != nil && s.text.known && leaf.truth == language.True && len(v.deciding) > 1:
		// That a question concerns women needs no saying beside the question.
	default:
		to.addSentence(v.comparisonSentence(leaf))
	}
}

func (v *evaluator) answerSentence(s *callResult) string {
	q := s.call.Question
	if len(s.gaps) > 0 && s.gaps[0].Why == WhyPartialDate {
		return "Answered on a day that may be after the screening day: " + q.Ask
	}
	if len(s.personal) == 0 {
		said, ok := v.none[s.call]
		if !ok {
			said = "Not answered: " + q.Ask
			v.none[s.call] = said
		}
		return said
	}
	if len(s.personal) == 2 {
		return "Answered both yes and no: " + q.Ask
	}
	a := &s.personal[0]
	said := "Answered " + a.Value
	if by, ok := strings.CutPrefix(a.Note, answeredBy); ok {
		said = strings.TrimSuffix(by, " ") + " answered " + a.Value
	}
	if !a.Start.IsZero() {
		said += " on " + a.Start.String()
	}
	return said + ": " + q.Ask
}

// answeredBy begins the note of an answer.
const answeredBy = "answered by "

// answeredSentence explains positive and negative.
func (v *evaluator) answeredSentence(s *callResult) string {
	if len(s.facts) == 0 {
		return v.gapSentence(s, &s.gaps[0])
	}
	found := capital(v.resultText(s.call.Concept, &s.facts[0]))
	if s.truth != language.Unknown {
		return found + v.citeRecords(s.facts, s.omitted) + "."
	}
	gap := &s.gaps[len(s.gaps)-1]
	switch gap.Why {
	case WhyConflict:
		return fmt.Sprintf("%s: results of one day contradict each other%s.", capital(s.call.Concept.Label), v.citeRecords(s.facts, s.omitted))
	case WhyUnconfirmed:
		return found + ": not final" + v.citeRecords(s.facts, s.omitted) + "."
	case WhyMayBe, WhyPartialDate:
		return v.openSentence(s, gap.Why, s.facts)
	}
	if s.facts[0].hit.Grade < terminology.ByName {
		return v.openSentence(s, WhyUnreadable, s.facts)
	}
	return found + ": does not say positive or negative" + v.citeRecords(s.facts, s.omitted) + "."
}

// resultText gives "hemoglobin 7.2 g/dL on 2026-11-01"; a result in words is
// quoted.
func (v *evaluator) resultText(c *terminology.Concept, f *matchedFact) string {
	o := &v.chart.patient.Observations[f.hit.Fact]
	value, unit := valueText(&o.Value)
	if o.Value.Text != "" && value == o.Value.Text {
		value = "“" + value + "”"
	}
	text := matchedConcept(c, &f.hit).Label
	for _, part := range []string{value, unit} {
		if part != "" {
			text += " " + part
		}
	}
	if o.Date.IsZero() {
		return text
	}
	return text + datePhrase(" on ", o.Date)
}

// datePhrase gives " on 2026-09-14", " on some day in 2026-09" or " since
// 2026-09".
func datePhrase(on string, d patient.Date) string {
	text := d.String()
	switch {
	case d.IsDay():
		return on + text
	case strings.HasPrefix(text, "../"):
		return on + "some day up to " + text[3:]
	case strings.HasSuffix(text, "/.."):
		return on + "some day from " + text[:len(text)-3]
	case strings.Contains(text, "/"):
		return on + "some day from " + strings.Replace(text, "/", " to ", 1)
	case on == " since " || on == " from " || on == " to " || on == " until ":
		return on + text
	}
	return on + "some day in " + text
}

// citeRecords names the records: " (Condition/1, Condition/2 and 3 more)".
func (v *evaluator) citeRecords(facts []matchedFact, more int) string {
	if len(facts) == 0 {
		return ""
	}
	var list strings.Builder
	list.Grow(96)
	for i := range facts {
		list.WriteString([2]string{" (", ", "}[min(i, 1)])
		list.WriteString(recordOf(v.chart.patient, facts[i].kind, facts[i].hit.Fact))
	}
	if more > 0 {
		fmt.Fprintf(&list, " and %d more", more)
	}
	list.WriteByte(')')
	return list.String()
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if up := unicode.ToUpper(r); up != r {
		return string(up) + s[n:]
	}
	return s
}
