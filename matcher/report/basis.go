// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
)

// mostNamed is how many records or issues are listed; the JSON has them all.
const mostNamed = 25

// basis says what the result rests on.
func (p *page) basis(r *matcher.Result) {
	p.heading("What this rests on")
	p.blank()
	for _, row := range basisLines(r) {
		p.labelled(2, row.Name, row.Text)
	}
}

// basisLines are what the result rests on; a line without a name goes on with
// that of the line before.
func basisLines(r *matcher.Result) []basisRow {
	rows := []basisRow{{"Dates", dates(r) + "."}}
	line := func(label, text string) { rows = append(rows, basisRow{label, text}) }
	for _, a := range r.Data.Assumed {
		line("Assumed", assumption(a)+".")
	}
	through := "The record does not say up to which day it reaches."
	if !r.Data.RecordedThrough.IsZero() {
		through = "The record reaches up to " + dateWords(r.Data.RecordedThrough) + "."
	}
	line("Record", through)
	if len(r.Data.NotSupplied) > 0 {
		names := make([]string, len(r.Data.NotSupplied))
		for i, d := range r.Data.NotSupplied {
			names[i] = string(d)
		}
		line("Not supplied", strings.Join(names, ", ")+": nothing is known of them.")
	}
	if n := len(r.Data.Unreadable); n > 0 {
		line("Unreadable", listed(r.Data.Unreadable)+". It cannot be told whether this matters: a person must look.")
	}
	for i, issue := range r.Data.Issues {
		if i == mostNamed {
			line("", fmt.Sprintf("… and %d more.", len(r.Data.Issues)-i))
			break
		}
		name := "Not used"
		if i > 0 {
			name = ""
		}
		line(name, issue)
	}
	study := r.Study.ID
	if r.Study.Version != "" {
		study += ", version " + r.Study.Version
	}
	if r.Study.Source != "" {
		study += ", " + r.Study.Source
	}
	line("Study", study)
	line("", "SHA-256 "+r.Study.SHA256)
	if n := r.Study.Drafts; n > 0 {
		line("", fmt.Sprintf("NOT REVIEWED: %d of its %d rules were drafted by a program. Do not rely on this result.", n, len(r.Criteria)))
	}
	if v := r.Study.Reviewed; v != nil {
		words := fmt.Sprintf("Reviewed by %s on %s", v.By, v.On)
		if !v.Current {
			words += "; it has changed since"
		}
		line("", words+".")
	}
	line("Profile", "SHA-256 "+r.Data.ProfileSHA256)
	return rows
}

// assumption puts "first_dose = screening day" and "conditions = complete" in
// words.
func assumption(a string) string {
	if name, ok := strings.CutSuffix(a, " = screening day"); ok {
		return words(name) + " falls on the screening day, as no date was given for it"
	}
	if domain, ok := strings.CutSuffix(a, " = complete"); ok {
		return "the " + domain + " are taken to be complete: none is listed, so there is none"
	}
	return a
}

func listed(all []string) string {
	if len(all) <= mostNamed {
		return strings.Join(all, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(all[:mostNamed], ", "), len(all)-mostNamed)
}
