// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/patient"
)

// openPatient reads the patient from the file or standard input.
func (p *program) openPatient(o *screenOptions) (*document.Patient, error) {
	if o.patient == "-" {
		return document.Read(p.stdin, o.intake)
	}
	f, err := os.Open(o.patient)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return document.Read(f, o.intake)
}

// patientError names the file and, for a profile, the JSON path of each
// problem. It repeats of the patient no more than the decoder's own messages,
// which may quote a short value.
func patientError(file string, err error) error {
	if file == "-" {
		file = "standard input"
	}
	var problems patient.Errors
	if !errors.As(err, &problems) {
		why := cause(err)
		if strings.HasSuffix(why, "choose one by its id") {
			why += " (--patient-id ID)"
		}
		return inputError{summary: fmt.Sprintf("%s: %s; nothing was screened", file, why)}
	}
	e := inputError{summary: fmt.Sprintf("%s in %s; nothing was screened", count(len(problems), "problem"), file)}
	for _, problem := range problems {
		e.lines = append(e.lines, file+": "+problem.Error())
	}
	return e
}
