// SPDX-License-Identifier: Apache-2.0

package evaluate_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// add puts a fact into the domain that the line's first word names.
func (c *languageCase) add(word string, f *factLine) error {
	p := &c.profile
	c.facts++
	if f.fact.Record == "" {
		f.fact.Record = fmt.Sprintf("%s/%d", word, c.facts)
	}
	status := strings.Join(f.status, ", ") // validation refuses what is not one
	switch word {
	case "condition":
		entry := patient.Condition{Fact: f.fact, Onset: f.dates["onset"], Abatement: f.dates["abated"]}
		entry.Course, entry.Certainty = courseOf(f.status)
		p.Conditions = append(p.Conditions, entry)
	case "allergy":
		entry := patient.Allergy{Fact: f.fact, Onset: f.dates["onset"]}
		entry.Course, entry.Certainty = courseOf(f.status)
		p.Allergies = append(p.Allergies, entry)
	case "medication", "order", "administration":
		entry := patient.Medication{Fact: f.fact, Status: status, Start: f.dates["start"], End: f.dates["end"]}
		if word != "medication" {
			entry.Basis = patient.Basis(word)
		}
		p.Medications = append(p.Medications, entry)
	case "procedure":
		p.Procedures = append(p.Procedures, patient.Procedure{Fact: f.fact, Status: status, Start: f.dates["start"], End: f.dates["end"]})
	case "immunization":
		p.Immunizations = append(p.Immunizations, patient.Immunization{Fact: f.fact, Status: status, Date: f.dates["on"]})
	case "answer":
		question, reply, _ := strings.Cut(f.fact.Text, " ")
		p.Answers = append(p.Answers, patient.Answer{
			Question: question, Reply: patient.Reply(reply),
			Study: f.said["study"], By: f.said["by"], On: f.dates["on"], Record: f.fact.Record,
		})
	case "result":
		return c.addResult(f, status)
	default:
		return fmt.Errorf("%q is not understood", word)
	}
	return nil
}

func courseOf(status []string) (course patient.Course, certainty patient.Certainty) {
	for _, word := range status {
		certainties := []patient.Certainty{
			patient.Confirmed, patient.Unconfirmed, patient.Provisional, patient.Differential, patient.Refuted, patient.EnteredInError,
		}
		if slices.Contains(certainties, patient.Certainty(word)) {
			certainty = patient.Certainty(word)
		} else {
			course = patient.Course(word)
		}
	}
	return course, certainty
}

func (c *languageCase) addResult(f *factLine, status string) (err error) {
	o := patient.Observation{Fact: f.fact, Status: status, Date: f.dates["on"]}
	if o.Value, err = readValue(f.value); err != nil {
		return err
	}
	if flag := f.said["flag"]; flag != "" {
		o.Interpretation = []patient.Coding{{System: "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", Code: flag}}
	}
	if low := f.said["low"]; low != "" {
		if o.Low, err = readQuantity(low); err != nil {
			return err
		}
	}
	if high := f.said["high"]; high != "" {
		if o.High, err = readQuantity(high); err != nil {
			return err
		}
	}
	c.profile.Observations = append(c.profile.Observations, o)
	return nil
}

// readValue reads 7.2 g/dL, <20 g/dL, 5 to 7 g/dL, 5 or more g/dL, "positive",
// code snomed 10828004, bool yes, or nothing.
func readValue(s string) (v patient.Value, err error) {
	words := strings.Fields(s)
	switch {
	case s == "":
	case s[0] == '"':
		v.Text = strings.Trim(s, `"`)
	case words[0] == "bool":
		yes := words[1] == "yes"
		v.Bool = &yes
	case words[0] == "code":
		v.Codes = []patient.Coding{{System: words[1], Code: words[2]}}
	case len(words) > 2 && words[1] == "to":
		unit := strings.Join(words[3:], " ")
		if words[0] != ".." {
			if v.From, err = readQuantity(words[0] + " " + unit); err != nil {
				return v, err
			}
		}
		if words[2] != ".." {
			v.To, err = readQuantity(words[2] + " " + unit)
		}
	default:
		v.Quantity, err = readQuantity(s)
	}
	return v, err
}

var measured = regexp.MustCompile(`^(<=|>=|<|>)?(-?[0-9.]+)(?: (\S.*))?$`)

func readQuantity(s string) (*patient.Quantity, error) {
	m := measured.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return nil, fmt.Errorf("%q is no quantity", s)
	}
	value, err := patient.ParseDecimal(m[2])
	return &patient.Quantity{Comparator: m[1], Value: value, Unit: m[3]}, err
}
