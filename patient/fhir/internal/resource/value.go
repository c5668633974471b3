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
	var low, high quantityElement
	r.ReadObject(func(name []byte) {
		switch string(name) {
		case "low":
			low = r.readQuantity()
		case "high":
			high = r.readQuantity()
		default:
			r.SkipValue()
		}
	})
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
		if okFrom {
			v.From = from
		}
		if okTo {
			v.To = to
		}
	}
}

// readRatio reads a Ratio in words, such as the titre "1:128".
func (r *Reader) readRatio() string {
	var over, under quantityElement
	r.ReadObject(func(name []byte) {
		switch string(name) {
		case "numerator":
			over = r.readQuantity()
		case "denominator":
			under = r.readQuantity()
		default:
			r.SkipValue()
		}
	})
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
