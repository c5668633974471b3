// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// sentence is one sentence of a reason. One of the form "finding: claim" can take
// further claims about the same finding.
type sentence struct {
	text      string
	finding   int  // length of the finding in text; 0 where there is none
	undecided bool // the claim cannot be joined with others: "whether ..."
}

func plain(text string) sentence { return sentence{text: text} }

// claim makes the sentence "finding: claim".
func claim(finding, claim string) sentence {
	return sentence{text: finding + ": " + claim, finding: len(finding)}
}

// undecidedClaim makes the sentence "finding: claim", which takes no further claims.
func undecidedClaim(finding, claim string) sentence {
	return sentence{text: finding + ": " + claim, finding: len(finding), undecided: true}
}

// addClaim adds the claim of a sentence about the same finding: "age 47: 18 or more,
// 80 or less". It returns false where the sentence must stay one of its own.
func (s *sentence) addClaim(o sentence) bool {
	if o.finding == 0 || s.finding != o.finding || s.undecided || o.undecided || s.text[:s.finding] != o.text[:o.finding] {
		return false
	}
	more := o.text[o.finding+len(": "):]
	text, ended := strings.CutSuffix(s.text, ".")
	if !ended || strings.Contains(s.text, more) {
		return false
	}
	s.text = text + ", " + more
	return true
}

// sentences joins the sentences of the deciding atoms of a rule, each once.
type sentences struct {
	first sentence
	more  []sentence
}

func (s *sentences) addSentence(one sentence) {
	last := &s.first
	if n := len(s.more); n > 0 {
		last = &s.more[n-1]
	}
	switch {
	case one.text == "" || last.addClaim(one) || one.text == s.first.text:
	case s.first.text == "":
		s.first = one
	case !slices.ContainsFunc(s.more, func(have sentence) bool { return have.text == one.text }):
		s.more = append(s.more, one)
	}
}

func (s *sentences) String() string {
	if len(s.more) == 0 {
		return s.first.text
	}
	var all strings.Builder
	all.WriteString(s.first.text)
	for i := range s.more {
		all.WriteByte(' ')
		all.WriteString(s.more[i].text)
	}
	return all.String()
}

// addAtomSentence adds the sentence of an atom: the facts, their dates, how they compare, in
// which record; or the missing data.
func (w *writer) addAtomSentence(leaf *evaluate.NodeResult, to *sentences) {
	s := leaf.Calls[0]
	switch word := s.Call.Word; {
	case asksAlive(s.Call):
		to.addSentence(plain(w.aliveSentence(s)))
	case s.Call.Question != nil:
		to.addSentence(w.answerSentence(s))
	case word.Says != language.Unknown && !word.Event:
		to.addSentence(w.answeredSentence(s))
	case word.Answer == language.TruthAnswer && s.Truth == language.Unknown:
		w.addOpenSentences(s, to)
	case word.Answer == language.TruthAnswer:
		to.addSentence(w.eventSentence(s))
	default:
		to.addSentence(w.comparisonSentence(leaf))
	}
}

func (w *writer) aliveSentence(s *evaluate.CallResult) string {
	died := w.patient.DeathDate
	switch {
	case died.IsZero() && s.Truth == language.True:
		return "No death is recorded."
	case died.IsZero():
		return "The patient is recorded as dead, without a date."
	case s.Truth == language.False:
		return "The patient died" + datePhrase(" on ", died) + "."
	case s.Truth == language.True:
		return "The recorded death (" + died.String() + ") is after the screening day."
	}
	return "The recorded death (" + died.String() + ") may be before or after the screening day."
}

func (w *writer) answerSentence(s *evaluate.CallResult) sentence {
	q := s.Call.Question
	switch {
	case len(s.Gaps) > 0 && s.Gaps[0].Why == evaluate.WhyPartialDate:
		return claim("Answered on a day that may be after the screening day", q.Ask)
	case len(s.Answers) == 0:
		return plain(w.sayNone(s.Call, func() string { return "Not answered: " + q.Ask }))
	case len(s.Answers) == 2:
		return claim("Answered both yes and no", q.Ask)
	}
	a := s.Answers[0]
	said := "Answered " + string(a.Reply)
	if a.By != "" {
		said = strings.TrimSuffix(a.By, " ") + " answered " + string(a.Reply)
	}
	if !a.On.IsZero() {
		said += " on " + a.On.String()
	}
	return claim(said, q.Ask)
}

// sayNone remembers a sentence that says that there is nothing: most sentences of most
// patients are of this kind.
func (w *writer) sayNone(c *language.Call, say func() string) string {
	said, ok := w.none[c]
	if !ok {
		said = say()
		w.none[c] = said
	}
	return said
}

func (w *writer) answeredSentence(s *evaluate.CallResult) sentence {
	if len(s.Facts) == 0 {
		return w.gapSentence(s, &s.Gaps[0])
	}
	found, records := capital(w.resultText(s.Call.Concept, &s.Facts[0])), w.citeRecords(s.Facts, s.Omitted)
	if s.Truth != language.Unknown {
		return plain(found + records + ".")
	}
	switch gap := &s.Gaps[len(s.Gaps)-1]; {
	case gap.Why == evaluate.WhyConflict:
		return claim(capital(s.Call.Concept.Label), "results of one day contradict each other"+records+".")
	case gap.Why == evaluate.WhyUnconfirmed:
		return claim(found, "not final"+records+".")
	case gap.Why == evaluate.WhyMayBe || gap.Why == evaluate.WhyPartialDate:
		return w.openSentence(s, gap.Why, s.Facts)
	case gap.Why == evaluate.WhyNotRecognized:
		return w.notRecognizedSentence(s)
	}
	return claim(found, "does not say positive or negative"+records+".")
}

// resultText gives "hemoglobin 7.2 g/dL on 2026-11-01"; a result in words is
// quoted.
func (w *writer) resultText(c *terminology.Concept, f *evaluate.MatchedFact) string {
	o := &w.patient.Observations[f.Hit.Fact]
	value, unit := valueText(&o.Value)
	if o.Value.Text != "" && value == o.Value.Text {
		value = "“" + value + "”"
	}
	text := strings.Join(slices.DeleteFunc([]string{f.ConceptOf(c).Label, value, unit}, isEmpty), " ")
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
func (w *writer) citeRecords(facts []evaluate.MatchedFact, more int) string {
	if len(facts) == 0 {
		return ""
	}
	var list strings.Builder
	list.Grow(96)
	for i := range facts {
		list.WriteString([2]string{" (", ", "}[min(i, 1)])
		list.WriteString(w.recordOf(&facts[i]))
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
