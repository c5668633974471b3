// SPDX-License-Identifier: Apache-2.0

package patient_test

import (
	"fmt"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

func ExampleDecode() {
	p, err := patient.Decode(strings.NewReader(`{
		"id": "invented-1",
		"birth_date": "1961-04",
		"conditions": [],
		"observations": [{
			"codes": [{"system": "loinc", "code": "718-7"}],
			"date": "2026-09-14",
			"value": {"quantity": {"comparator": "<", "value": 7.50, "unit": "g/dL"}}
		}]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	q := p.Observations[0].Value.Quantity
	fmt.Println(p.BirthDate.First(), "to", p.BirthDate.Last())
	fmt.Println(q.Comparator, q.Value, q.Unit)
	fmt.Println("conditions:", p.Supplied(patient.Conditions), "medications:", p.Supplied(patient.Medications))
	// Output:
	// 1961-04-01 to 1961-04-30
	// < 7.50 g/dL
	// conditions: true medications: false
}

func ExampleDecode_problems() {
	_, err := patient.Decode(strings.NewReader(`{
		"id": "invented-2",
		"medicatons": [],
		"conditions": [{"course": "activ", "onset": "2020", "abatement": "2019-12"}]
	}`))
	fmt.Println(err)
	// Output:
	// $.medicatons: unknown field "medicatons"; did you mean "medications"?
	// $.conditions[0].course: "activ" is not one of active, recurrence, relapse, inactive, remission, resolved; did you mean "active"?
	// $.conditions[0].abatement: 2019-12 is before onset, 2020
}
