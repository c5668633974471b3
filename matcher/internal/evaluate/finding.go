// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Finding is the evaluation of one criterion. It lies in memory that is used
// again: it is valid only inside the function that it is handed to.
type Finding struct {
	Truth    language.Truth // of the rule
	Deciding []NodeResult   // the atoms that decided it
	// Shown are facts that help a person answer a question among the deciding atoms;
	// they decided nothing.
	Shown []ShownFacts
}

// ShownFacts is the facts of one of the concepts that a criterion shows.
type ShownFacts struct {
	Concept *terminology.Concept
	Facts   []MatchedFact
}

// NodeResult is the truth of a part of a rule, with the results of its calls.
type NodeResult struct {
	Form  *language.Form
	Truth language.Truth
	kids  []NodeResult
	Calls []*CallResult // of an atom: one or more
	Gaps  []Gap         // of a deciding atom that is unknown: one or more
}

// CallResult is the value of one call, the facts that it rests on and its gaps.
type CallResult struct {
	Call    *language.Call
	Truth   language.Truth    // of a word that gives a truth
	Number  *Number           // of a word that gives a number, nil otherwise
	Text    *Text             // of a word that gives a text, nil otherwise
	Facts   []MatchedFact     // the facts to cite, most telling first
	Answers []*patient.Answer // to the question of the call; two if they contradict each other
	Omitted int               // facts like Facts that are not listed
	Gaps    []Gap
	// Unrecognized counts the facts that leave it open and were not recognised.
	Unrecognized int
	groups       groupSet // of these facts
}

// MatchedFact is a fact that a call looked at.
type MatchedFact struct {
	Hit        terminology.Hit
	Kind       terminology.Kind
	Episode    Episode
	Truth      language.Truth // whether it counts for the call
	Why        Why            // it is not known whether it counts
	Unreadable string         // why the record forbids to interpret it
}

// Why is the reason that something is not known.
type Why string

// The reasons.
const (
	WhyNotSupplied Why = "not supplied" // the domain is not in the profile
	WhyNoResult    Why = "no result"
	WhyTooOld      Why = "too old" // there are results, all before the window
	WhyPartialDate Why = "partial date"
	WhyUnconfirmed Why = "unconfirmed"
	WhyMayBe       Why = "may be"     // the record may mean the concept or not
	WhyUnreadable  Why = "unreadable" // the result is in words that are not known, or no record can show the concept
	// WhyNotRecognized: what the fact is, is not known, so it may be the concept.
	WhyNotRecognized Why = "not recognised"
	WhyConflict      Why = "conflict"
	WhyUnit          Why = "unit" // the unit cannot be converted
	WhyUnanswered    Why = "unanswered"
	WhyRecordEnds    Why = "record ends" // before the window does
	WhyInexact       Why = "inexact"     // a number that is known only as a range
)

// Gap is something that, if it were known, could decide a criterion. It holds no
// memory of the evaluator.
type Gap struct {
	Kind   GapKind
	Why    Why
	What   string // a concept's label, a domain, a question's id, "birth date", "sex", ...
	Record string // the fact that leaves it open, or ""
	// Call is the call that misses it; of GapNotComputed, the atom is Form.
	Call *language.Call
	Form *language.Form
	// Fact is, of GapFact, the fact and, of GapResult where Why is WhyTooOld, the
	// latest result before the window.
	Fact MatchedFact
	// Question is, of a fact that was not recognised, the question that it belongs to. Record
	// is then that of the question's first fact, and Fact the first that leaves the call open.
	Question *UnrecognizedQuestion
	Facts    int      // with Question, how many facts of the call it stands for
	Records  []string // of GapLatest, at most mostCited
	Number   *Number  // of GapInexact: the range that is known
	Unit     string   // of GapUnit: as recorded, or ""
}

// GapKind is the kind of a [Gap]: the question that would close it.
type GapKind uint8

// The kinds.
const (
	GapFact         GapKind = iota + 1 // does the fact count?
	GapDomain                          // a domain is not supplied
	GapTerms                           // no record can show the concept
	GapRecordEnd                       // what happened after the end of the record?
	GapResult                          // there is no result in the window
	GapOtherEntries                    // are there entries that the record does not show?
	GapLatest                          // which of Records is the latest?
	GapOutcome                         // is the result positive or negative?
	GapNumber                          // which number do the words of a result mean?
	GapRange                           // the range recorded ends below its start
	GapUnit                            // the unit cannot be converted
	GapLimit                           // which is the limit of the reference range?
	GapInexact                         // which number of the range is it?
	GapNotComputed                     // the recorded numbers cannot be computed with
	GapBirth
	GapSex
	GapDeath
	GapAnswer
)

// gapsOf lists the missing data of an unknown atom: the gaps of its calls, numbers that are
// known only as a range and, where there is nothing else, numbers that cannot
// be computed with, such as a zero to divide by. It is never empty.
func (v *evaluator) gapsOf(r *NodeResult) (gaps []Gap) {
	if len(r.Calls) == 1 && len(r.Calls[0].Gaps) > 0 {
		return r.Calls[0].Gaps
	}
	for _, s := range r.Calls {
		gaps = append(gaps, s.Gaps...)
		if len(s.Gaps) == 0 && s.Number != nil && s.Number.Known && !s.Number.IsExact() {
			gap := s.inexact(s.Number)
			if len(s.Facts) == 1 {
				gap.Record = v.recordOf(&s.Facts[0])
			}
			gaps = append(gaps, gap)
		}
	}
	if len(gaps) == 0 {
		for _, s := range r.Calls {
			gap := s.inexact(nil)
			gap.Kind, gap.Form = GapNotComputed, r.Form
			gaps = append(gaps, gap)
		}
	}
	return gaps
}

// inexact is the gap of a number that is known only as a range.
func (s *CallResult) inexact(n *Number) Gap {
	gap := Gap{Kind: GapInexact, What: s.Call.Word.Name, Why: WhyInexact, Call: s.Call, Number: n}
	if s.Call.Concept != nil {
		gap.What = s.Call.Concept.Label
	}
	return gap
}

func (v *evaluator) gapOfFact(c *language.Call, f *MatchedFact) Gap {
	if v.truthOnly {
		return Gap{Why: f.Why}
	}
	gap := Gap{Kind: GapFact, What: f.ConceptOf(c.Concept).Label, Why: f.Why, Record: v.recordOf(f), Call: c, Fact: *f}
	if f.Why == WhyNotRecognized {
		gap.What = c.Concept.Label
		gap.Question, _ = v.unrecognized.question(c.Concept.Kind, f.Hit.Fact)
		gap.Facts, gap.Record = 1, gap.Question.Groups[0].Record
	}
	return gap
}

// addFactGap adds the gap of a fact. Facts that were not recognised have one gap for each
// question.
func (s *CallResult) addFactGap(v *evaluator, f *MatchedFact) {
	if f.Why == WhyNotRecognized && !v.truthOnly {
		question, group := v.unrecognized.question(s.Call.Concept.Kind, f.Hit.Fact)
		s.Unrecognized++
		s.groups.addGroup(group, len(v.unrecognized.groups))
		for i := len(s.Gaps) - 1; i >= 0; i-- {
			if gap := &s.Gaps[i]; gap.Question == question {
				gap.Facts++
				if v.recordOf(f) < v.recordOf(&gap.Fact) {
					gap.Fact = *f
				}
				return
			}
		}
	}
	s.Gaps = append(s.Gaps, v.gapOfFact(s.Call, f))
}

// noResult is the gap of a window without a result; earlier is the latest before it,
// if there is one.
func (v *evaluator) noResult(c *language.Call, earlier *MatchedFact) Gap {
	if v.truthOnly {
		return Gap{Why: WhyNoResult}
	}
	gap := Gap{Kind: GapResult, What: c.Concept.Label, Why: WhyNoResult, Call: c}
	if c.Window != nil && earlier != nil {
		gap.Why, gap.Record, gap.Fact = WhyTooOld, v.recordOf(earlier), *earlier
	}
	return gap
}

func (v *evaluator) disagreement(c *language.Call, results []result) Gap {
	if v.truthOnly {
		return Gap{Why: WhyConflict}
	}
	gap := Gap{Kind: GapLatest, What: c.Concept.Label, Why: WhyConflict, Call: c}
	for i := range results {
		if i < mostCited {
			gap.Records = append(gap.Records, v.recordOf(&results[i].MatchedFact))
		}
		if !results[i].Episode.Start.IsDay() {
			gap.Why = WhyPartialDate
		}
	}
	gap.Record = gap.Records[0]
	return gap
}

// mostCited is how many facts of a call are cited one by one.
const mostCited = 5

// ConceptOf is the concept, or the member of the class that matched.
func (f *MatchedFact) ConceptOf(c *terminology.Concept) *terminology.Concept {
	if f.Hit.Member == nil || f.Hit.Grade == terminology.Unrecognized {
		return c
	}
	return f.Hit.Member
}
