// SPDX-License-Identifier: Apache-2.0

package resource

import (
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// readResultValue reads value[x]; known is false for a type that R4 does not have.
// A value without a number is a result in words.
func (r *Reader) readResultValue(v *patient.Value, suffix string) (known bool) {
	switch suffix {
	case "Quantity":
		r.setQuantity(v, r.readQuantity())
	case "Integer":
		if n := r.ReadNumeral(); n != "" {
			r.setQuantity(v, quantityElement{number: n})
		}
	case "CodeableConcept":
		c := r.readConcept()
		v.Codes, v.Text = c.codes, c.text
	case "String":
		r.setText(v, normalizeText(r.ReadText()))
	case "Boolean":
		if !r.skipNull() {
			b := r.readBool()
			v.Bool = &b
		}
	case "DateTime", "Time":
		v.Text = truncateText(r.ReadText())
	case "Period":
		p := r.readPeriod()
		v.Text = strings.Trim(p.start.String()+"/"+p.end.String(), "/")
	case "Range":
		r.readRangeValue(v)
	case "Ratio":
		v.Text = r.readRatio()
	case "SampledData":
		r.SkipValue()
		v.Text = "(sampled data)"
	default:
		return false
	}
	return true
}

func (r *Reader) setQuantity(v *patient.Value, q quantityElement) {
	if q.number == "" {
		return
	}
	exact, ok := q.exactQuantity()
	if !ok {
		r.addNote("is not a number that can be computed with: kept as words")
		v.Text = q.inWords()
		return
	}
	v.Quantity = exact
}

func (r *Reader) setText(v *patient.Value, s string) {
	if q, ok := parseMeasured(s); ok {
		v.Quantity = q
		return
	}
	if len(s) > maxText {
		r.addNote("is too long: cut")
	}
	v.Text = truncateText(s)
}

// readRangeValue reads a Range: https://hl7.org/fhir/R4/datatypes.html#Range
func (r *Reader) readRangeValue(v *patient.Value) {
	low, high := readPair(r, "low", "high", (*Reader).readQuantity)
	from, okFrom := low.exactQuantity()
	to, okTo := high.exactQuantity()
	switch {
	case low.number == "" && high.number == "":
	case low.number != "" && !okFrom, high.number != "" && !okTo, low.comparator+high.comparator != "":
		r.addNote("is not a range that can be computed with: kept as words")
		v.Text = low.inWords() + " - " + high.inWords()
	case okFrom && okTo && from.Unit == to.Unit && from.Value.Cmp(to.Value) > 0:
		r.addFault("is upside down")
	default:
		v.From, v.To = from, to
	}
}

// readRatio reads a Ratio in words, such as the titre "1:128".
func (r *Reader) readRatio() string {
	over, under := readPair(r, "numerator", "denominator", (*Reader).readQuantity)
	switch {
	case over.number == "":
		return ""
	case under.number == "":
		return over.inWords()
	case over.unit == "" && under.unit == "":
		return truncateText(over.inWords() + ":" + under.inWords())
	}
	return truncateText(over.inWords() + " / " + under.inWords())
}

// quantityElement is a Quantity as it is written:
// https://hl7.org/fhir/R4/datatypes.html#Quantity
type quantityElement struct {
	number     string
	comparator string
	unit       string // UCUM code, else the unit in words, else another system's code
	code       string // Quantity.code
}

func (r *Reader) readQuantity() (q quantityElement) {
	var unit, system string
	r.ReadObject(func(name []byte) {
		switch string(name) {
		case "value":
			q.number = r.ReadNumeral()
		case "comparator":
			q.comparator = r.readCode("<", "<=", ">", ">=", "ad")
		case "unit":
			unit = r.readProse(maxCode)
		case "system":
			system = r.readSystem()
		case "code":
			q.code = r.readProse(maxCode)
		}
	})
	if q.unit = unit; unit == "" || system == patient.UCUM && q.code != "" {
		q.unit = q.code
	}
	return q
}

// exactQuantity gives the quantity with every digit; ok is false where the profile
// cannot hold it, since the number is beyond [patient.ParseDecimal] or the
// comparator is "ad" (R5: enough to come to this).
func (q quantityElement) exactQuantity() (exact *patient.Quantity, ok bool) {
	v, err := patient.ParseDecimal(q.number)
	if err != nil || q.comparator == "ad" {
		return nil, false
	}
	return &patient.Quantity{Comparator: q.comparator, Value: v, Unit: q.unit}, true
}

func (q quantityElement) inWords() string {
	if q.comparator == "ad" {
		return truncateText(strings.TrimSpace(q.number+" "+q.unit) + " (ad)")
	}
	return truncateText(strings.TrimSpace(q.comparator + q.number + " " + q.unit))
}

func truncateText(s string) string {
	if len(s) <= maxText {
		return s
	}
	return strings.ToValidUTF8(s[:maxText-len("…")], "") + "…"
}

// parseMeasured reads a result that is a string as a number with a unit: an optional
// comparator, a plain number, blanks, and a unit without blanks; or no blank
// and a unit that has a slash or is %. A number without a unit stays a text,
// and so does "2A", which is more often a stage than two amperes: to take the
// unit that someone expects for granted is how a wrong answer is made.
func parseMeasured(s string) (*patient.Quantity, bool) {
	rest := s
	comparator := ""
	for _, c := range [...]struct{ written, means string }{
		{"<=", "<="}, {">=", ">="}, {"≤", "<="}, {"≥", ">="}, {"<", "<"}, {">", ">"},
	} {
		if after, found := strings.CutPrefix(rest, c.written); found {
			comparator, rest = c.means, strings.TrimLeft(after, " ")
			break
		}
	}
	n := 0
	for n < len(rest) && (rest[n] >= '0' && rest[n] <= '9' || rest[n] == '.') {
		n++
	}
	number, unit := rest[:n], strings.TrimLeft(rest[n:], " ")
	spaced := len(unit) < len(rest)-n
	if n == 0 || number[0] == '.' || number[n-1] == '.' || !isUnit(unit) || !spaced && unit != "%" && !strings.Contains(unit, "/") {
		return nil, false
	}
	v, err := patient.ParseDecimal(number)
	if err != nil {
		return nil, false
	}
	return &patient.Quantity{Comparator: comparator, Value: v, Unit: unit}, true
}

// isUnit reports whether s may be a unit: one word that starts like a unit and
// is not a word of the language such as "positive" or "weeks".
func isUnit(s string) bool {
	if s == "" || len(s) > 32 || strings.ContainsAny(s, " ,;:=<>+-") {
		return false
	}
	switch b := s[0]; {
	case b == '%', b == '[', b == '{', b == '/':
	case b|0x20 >= 'a' && b|0x20 <= 'z', strings.HasPrefix(s, "µ"), strings.HasPrefix(s, "μ"):
	default:
		return false
	}
	return strings.ContainsAny(s, "%/[{") || len(s) <= 4
}
