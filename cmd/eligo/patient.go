// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/cmd/internal/screening"
	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
)

// readPatient reads the patient from the file or standard input, and adds the
// answers of the command line.
func (p *program) readPatient(o *screenOptions) (*patient.Profile, error) {
	in := p.stdin
	if o.patient != "-" {
		f, err := os.Open(o.patient)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	person, err := document.Read(in, o.document)
	if err != nil || len(o.answers) == 0 {
		return person, err
	}
	person.Answers = append(person.Answers, o.answers...)
	return person, person.Validate()
}

// screeningError says why nothing was screened, or why nothing may be shown.
func screeningError(file string, err error) error {
	var unread *screening.PatientError
	switch {
	case errors.As(err, &unread):
		return patientError(file, unread.Err)
	case errors.As(err, new(*screening.LogError)):
		return inputError{summary: err.Error() + "; no result is given that is not logged"}
	}
	return inputError{summary: err.Error()}
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
		why := fileio.Cause(err).Error()
		if _, several := errors.AsType[*fhir.SeveralPatientsError](err); several {
			why += " (--patient-id ID)"
		}
		return inputError{summary: fmt.Sprintf("%s: %s; nothing was screened", file, why)}
	}
	e := inputError{summary: fmt.Sprintf("%s in %s; nothing was screened", plural.Count(len(problems), "problem"), file)}
	for _, problem := range problems {
		e.lines = append(e.lines, file+": "+problem.Error())
	}
	return e
}
