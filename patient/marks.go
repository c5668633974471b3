// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"slices"
	"strings"
)

// Mark is a certainty mark of German diagnoses (Zusatzkennzeichen Diagnosesicherheit, SGB V section 295).
type Mark byte

// The certainty marks. FHIR carries them in the extension icd-10-gm-diagnosesicherheit of HL7 Germany;
// exports write them behind the code: "I50.9 G".
const (
	MarkConfirmed Mark = 'G' // gesichert
	MarkSuspected Mark = 'V' // Verdacht auf
	MarkExcluded  Mark = 'A' // ausgeschlossen
	MarkPast      Mark = 'Z' // symptomloser Zustand nach
)

// ParseMark reads a certainty mark; ok is false for any other text.
func ParseMark(s string) (mark Mark, ok bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if len(s) != 1 || strings.IndexByte("GVAZ", s[0]) < 0 {
		return 0, false
	}
	return Mark(s[0]), true
}

// ApplyMarks brings certainty marks, those given and those written behind the condition's ICD-10-GM and ICD-10 codes, into
// Certainty and Course, and takes them off the codes:
//
//   - V makes the condition unconfirmed, A refuted, Z resolved; G leaves it as it is.
//   - Marks that contradict each other, or what the source states beside them (A of a confirmed
//     condition, Z of an active one), make it unconfirmed: one of the two is wrong.
//   - A mark written to an ICD-10 code without a space (I48.9A) may also be a subdivision of some nation, so
//     V, A and Z then make the condition unconfirmed, and the code stays.
//
// It reports whether there was a contradiction. To apply the marks of a condition twice is to apply them once.
func (c *Condition) ApplyMarks(given ...Mark) (contradiction bool) {
	doubtful := false
	owned := false // whether c.Codes may be changed
	for i := range c.Codes {
		code := &c.Codes[i]
		if code.System != ICD10GM && code.System != ICD10 {
			continue
		}
		base, mark, apart := cutMarks(code.Code)
		switch {
		case base == code.Code:
		case code.System == ICD10 && !apart:
			doubtful = doubtful || mark != 0 && mark != MarkConfirmed
		default:
			if !owned {
				c.Codes, owned = slices.Clone(c.Codes), true
			}
			c.Codes[i].Code = base
			if mark != 0 {
				given = append(given, mark)
			}
		}
	}
	slices.Sort(given)
	if given = slices.Compact(given); len(given) > 0 {
		contradiction = len(given) > 1 || c.contradicts(given[0])
		if !contradiction {
			c.applyMark(given[0])
		}
	}
	if (contradiction || doubtful) && c.Certainty != EnteredInError && (contradiction || c.Certainty == "" || c.Certainty == Confirmed) {
		c.Certainty = Unconfirmed
	}
	return contradiction
}

// contradicts reports whether the mark says another thing than the source states.
func (c *Condition) contradicts(mark Mark) bool {
	switch mark {
	case MarkConfirmed:
		return c.Certainty == Refuted
	case MarkSuspected:
		return c.Certainty == Confirmed || c.Certainty == Refuted
	case MarkExcluded:
		return c.Certainty != "" && c.Certainty != Refuted && c.Certainty != EnteredInError
	}
	return c.Certainty == Refuted || c.Course == Active || c.Course == Recurrence || c.Course == Relapse
}

func (c *Condition) applyMark(mark Mark) {
	switch {
	case mark == MarkSuspected && c.Certainty == "":
		c.Certainty = Unconfirmed
	case mark == MarkExcluded && c.Certainty == "":
		c.Certainty = Refuted
	case mark == MarkPast && c.Course == "":
		c.Course = Resolved
	}
}

// cutMarks takes a code of ICD-10 apart: "I50.9", and the marks behind it: of certainty, of the side (R, L, B), of a
// code for a cause, a manifestation or an addition (+ † * !). apart: a space stands before the letters. A text that is not of this
// form is given back as it is.
func cutMarks(code string) (base string, mark Mark, apart bool) {
	text := strings.TrimSpace(code)
	if len(text) < 4 || !isLetter(text[0]) || !isDigit(text[1]) || !isDigit(text[2]) {
		return code, 0, false
	}
	end := 3
	if text[end] == '.' {
		end++
	}
	for most := end + 2; end < min(most, len(text)) && (isDigit(text[end]) || text[end] == '-'); {
		end++
	}
	side := false
	for i, c := range text[end:] {
		switch {
		case strings.ContainsRune("+†*!", c):
		case c == ' ' || c == ',':
			apart = apart || mark == 0 && !side
		case strings.ContainsRune("GVAZgvaz", c) && mark == 0:
			mark, _ = ParseMark(text[end+i : end+i+1])
		case strings.ContainsRune("RLBrlb", c) && !side:
			side = true
		default:
			return code, 0, false
		}
	}
	return text[:end], mark, apart
}

func isLetter(c byte) bool { return 'A' <= c&^0x20 && c&^0x20 <= 'Z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }

// ApplyMarks applies the certainty marks of the codes of all conditions, see [Condition.ApplyMarks].
func (p *Profile) ApplyMarks() {
	for i := range p.Conditions {
		p.Conditions[i].ApplyMarks()
	}
}
