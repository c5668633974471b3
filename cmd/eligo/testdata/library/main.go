// SPDX-License-Identifier: Apache-2.0

// This program was written from the documentation of the packages alone.
package main

import (
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
	"github.com/eligo-trials/eligo/rules"
)

func main() {
	study, wrongStudy := rules.Load("study.yaml")
	person, wrongPerson := fhir.Decode(os.Stdin, fhir.Options{})
	if err := errors.Join(wrongStudy, wrongPerson); err != nil {
		log.Fatal(err)
	}
	m, err := matcher.New(study)
	if err != nil {
		log.Fatal(err)
	}
	results, err := m.Match(person, matcher.Dates{Screening: patient.NewDay(2026, 11, 22)})
	if err != nil {
		log.Fatal(err)
	}
	for _, result := range results {
		fmt.Println(result.Study.ID, result.Verdict)
		for _, c := range result.Criteria {
			fmt.Println(c.ID, c.Label, c.Reason)
		}
	}
}
