// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Codes and words that say positive or negative for any observation. Sources:
// SNOMED CT qualifier values, LOINC answer lists LL744-4 and LL360-9, and HL7
// v3 ObservationInterpretation.
var (
	alwaysPositive = terminology.Terms{
		Codes: map[string][]string{
			patient.SNOMED: {"10828004", "260373001", "52101004", "11214006", "373066001"},
			patient.LOINC:  {"LA6576-8", "LA11882-0", "LA9633-4", "LA15255-5", "LA33-6"},
			interpretation: {"POS", "DET", "RR"},
		},
		Names: []string{"positive", "pos", "detected", "present", "reactive", "yes"},
	}
	alwaysNegative = terminology.Terms{
		Codes: map[string][]string{
			patient.SNOMED: {"260385009", "260415000", "2667000", "131194007", "373067005"},
			patient.LOINC:  {"LA6577-6", "LA11883-8", "LA9634-2", "LA15256-3", "LA32-8"},
			interpretation: {"NEG", "ND", "NR"},
		},
		Names: []string{"negative", "neg", "not detected", "none detected", "undetected", "absent", "non-reactive", "nonreactive", "non reactive", "no"},
	}
)

// notKnownTerms say that a result was looked for and is not known, which is no
// result. Sources: SNOMED CT "unknown", LOINC answer "unknown", HL7 v3 NullFlavor.
var notKnownTerms = terminology.Terms{
	Codes: map[string][]string{
		patient.SNOMED: {"261665006"},
		patient.LOINC:  {"LA4489-6"},
		"http://terminology.hl7.org/CodeSystem/v3-NullFlavor": {"UNK", "NI", "NASK", "ASKU", "NAV"},
	},
	Names: []string{"unknown", "not known", "unk"},
}

// saysUnknown reports whether the value itself says that it is not known.
func saysUnknown(o *patient.Observation) bool {
	return o.Value.Quantity == nil && o.Value.Bool == nil && matchesTerms(notKnownTerms, o, false)
}

const interpretation = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"

// findAnswered evaluates positive and negative: the outcome of the latest result.
// Results of one day that contradict each other are a conflict.
func findAnswered(v *evaluator, s *CallResult) language.Truth {
	c, results := s.Call, v.candidates(s)
	saidYes, saidNo, open, sure := false, false, false, false
	for i := range results {
		r := &results[i]
		s.Facts = append(s.Facts, r.MatchedFact)
		sure = sure || r.Truth == language.True
		if r.Truth != language.True && r.Why != WhyPartialDate {
			open = true
			s.addFactGap(v, &r.MatchedFact)
			continue
		}
		switch saysPositive(c.Concept, r.observation) {
		case language.True:
			saidYes = true
		case language.False:
			saidNo = true
		default:
			open = true
			s.addResultGap(v, Gap{Kind: GapOutcome, Why: WhyUnreadable, Call: c}, r)
		}
	}
	s.citeAtMost(v)
	switch {
	case saidYes && saidNo:
		s.Gaps = append(s.Gaps, v.disagreement(c, results))
	case open || len(results) == 0:
	case !sure:
		s.Gaps = append(s.Gaps, v.gapOfFact(c, &results[0].MatchedFact))
	default:
		says := c.Word.Says == language.True
		return truthOf(saidYes == says, saidYes != says)
	}
	return language.Unknown
}

func saysPositive(c *terminology.Concept, o *patient.Observation) language.Truth {
	yes := matchesTerms(c.Positive, o, false) || matchesTerms(alwaysPositive, o, true)
	no := matchesTerms(c.Negative, o, false) || matchesTerms(alwaysNegative, o, true)
	if o.Value.Bool != nil {
		yes, no = yes || *o.Value.Bool, no || !*o.Value.Bool
	}
	if yes && no {
		return language.Unknown
	}
	return truthOf(yes, no)
}

func matchesTerms(t terminology.Terms, o *patient.Observation, flags bool) bool {
	return hasCode(t, o.Value.Codes) || flags && hasCode(t, o.Interpretation) || hasName(t, o.Value.Text) ||
		slices.ContainsFunc(o.Value.Codes, func(c patient.Coding) bool { return hasName(t, c.Display) })
}

func hasCode(t terminology.Terms, codes []patient.Coding) bool {
	return slices.ContainsFunc(codes, func(have patient.Coding) bool {
		return slices.ContainsFunc(t.Codes[patient.SystemName(have.System)], func(code string) bool { return strings.EqualFold(code, have.Code) })
	})
}

func hasName(t terminology.Terms, said string) bool {
	said = strings.TrimSuffix(strings.TrimSpace(said), " (qualifier value)")
	said = strings.TrimRight(said, ".")
	return said != "" && slices.ContainsFunc(t.Names, func(name string) bool { return strings.EqualFold(name, said) })
}
