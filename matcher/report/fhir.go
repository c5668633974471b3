// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
)

// FHIR writes the results of one person as a FHIR R4 Bundle of type searchset:
// a ResearchStudy for each result, the likeliest first, with search.score and
// the extension match-grade. It is the form of the open trial matching services
// (https://github.com/mcode/clinical-trial-matching-service), and the figures
// are chosen for the use that their clients make of them: they call a score from 0.75 on
// a likely match, one below 0.01 no match, and one between them a possible match.
//
//	eligible                        1    probable       all that is asked for, and an investigator still decides:
//	                                                    the grade "certain" needs no review
//	undetermined, awaits answers    0.7  possible
//	undetermined, awaits data       0.4  possible
//	ineligible                      0    certainly-not
//
// These clients take every entry for a study. The outcome of a criterion is
// therefore no entry of its own (search mode outcome) but stands inside the
// study that it belongs to, as a contained OperationOutcome with one issue for
// each criterion: severity information where it passes, warning where it is not
// known and error where it fails. A GuidanceResponse would say the same in more
// words, and no such client reads it. Study.enrollment, which they show as the
// eligibility criteria, has the protocol's own words. The recruitment status is
// not known here, and said to be so.
//
// The same results give the same bytes.
func FHIR(w io.Writer, results ...matcher.Result) error {
	bundle := fhirBundle{ResourceType: "Bundle", Type: "searchset", Total: len(results)}
	for i := range results {
		bundle.Entry = append(bundle.Entry, studyEntry(&results[i]))
	}
	slices.SortStableFunc(bundle.Entry, func(a, b fhirEntry) int { return cmp.Compare(b.Search.Score, a.Search.Score) })
	return writeJSON(w, bundle)
}

// Extensions and codes for content that FHIR has no element or code for.
const (
	matchGrade      = "http://hl7.org/fhir/StructureDefinition/match-grade"
	absentReason    = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
	trialRegistry   = "http://clinicaltrials.gov" // as the open matching services write it
	explanationURL  = "https://github.com/eligo-trials/eligo/StructureDefinition/explanation"
	outcomeCodes    = "https://github.com/eligo-trials/eligo/CodeSystem/criterion-outcome"
	explanationName = "explanation"
)

type (
	fhirBundle struct {
		ResourceType string      `json:"resourceType"`
		Type         string      `json:"type"`
		Total        int         `json:"total"`
		Entry        []fhirEntry `json:"entry,omitempty"`
	}
	fhirEntry struct {
		FullURL  string     `json:"fullUrl"`
		Resource fhirStudy  `json:"resource"`
		Search   fhirSearch `json:"search"`
	}
	fhirSearch struct {
		Extension []fhirExtension `json:"extension"`
		Mode      string          `json:"mode"`
		Score     float64         `json:"score"`
	}
	fhirExtension struct {
		URL            string         `json:"url"`
		ValueCode      string         `json:"valueCode,omitempty"`
		ValueReference *fhirReference `json:"valueReference,omitempty"`
	}
	fhirReference struct {
		Reference string `json:"reference,omitempty"`
		Display   string `json:"display,omitempty"`
	}
	fhirStudy struct {
		ResourceType    string           `json:"resourceType"`
		ID              string           `json:"id,omitempty"`
		Contained       []fhirOutcome    `json:"contained"`
		Extension       []fhirExtension  `json:"extension"`
		Identifier      []fhirIdentifier `json:"identifier"`
		Title           string           `json:"title,omitempty"`
		Status          fhirAbsent       `json:"_status"`
		RelatedArtifact []fhirArtifact   `json:"relatedArtifact,omitempty"`
		Enrollment      []fhirReference  `json:"enrollment"`
		Note            []fhirNote       `json:"note"`
	}
	fhirAbsent struct {
		Extension []fhirExtension `json:"extension"`
	}
	fhirIdentifier struct {
		System string `json:"system,omitempty"`
		Value  string `json:"value"`
	}
	fhirArtifact struct {
		Type string `json:"type"`
		URL  string `json:"url"`
	}
	fhirNote struct {
		Text string `json:"text"`
	}
	fhirOutcome struct {
		ResourceType string      `json:"resourceType"`
		ID           string      `json:"id"`
		Issue        []fhirIssue `json:"issue"`
	}
	fhirIssue struct {
		Severity    string      `json:"severity"`
		Code        string      `json:"code"`
		Details     fhirConcept `json:"details"`
		Diagnostics string      `json:"diagnostics"`
	}
	fhirConcept struct {
		Coding []fhirCoding `json:"coding"`
		Text   string       `json:"text"`
	}
	fhirCoding struct {
		System  string `json:"system"`
		Code    string `json:"code"`
		Display string `json:"display"`
	}
)

// studyEntry is one result. Its fullUrl is derived from the identity of the study.
func studyEntry(r *matcher.Result) fhirEntry {
	score, grade := likelihood(r)
	s := fhirStudy{
		ResourceType: "ResearchStudy",
		ID:           fhirID(r.Study.ID),
		Contained:    []fhirOutcome{explanation(r)},
		Extension:    []fhirExtension{{URL: explanationURL, ValueReference: &fhirReference{Reference: "#" + explanationName}}},
		Identifier:   []fhirIdentifier{{Value: Plain(r.Study.ID)}},
		Title:        Plain(r.Study.Title),
		Status:       fhirAbsent{[]fhirExtension{{URL: absentReason, ValueCode: "unknown"}}},
		Enrollment:   []fhirReference{{Display: criteriaQuotes(r)}},
		Note:         []fhirNote{{Plain("Prescreen of patient " + r.Patient + ". " + resultDates(r) + ". " + r.Summary + " " + r.Engine + "; an investigator decides.")}},
	}
	if strings.HasPrefix(r.Study.ID, "NCT") {
		s.Identifier[0].System = trialRegistry
	}
	if strings.HasPrefix(r.Study.Source, "https://") || strings.HasPrefix(r.Study.Source, "http://") {
		s.RelatedArtifact = []fhirArtifact{{"documentation", Plain(r.Study.Source)}}
	}
	return fhirEntry{
		FullURL: studyURN(r), Resource: s,
		Search: fhirSearch{[]fhirExtension{{URL: matchGrade, ValueCode: grade}}, "match", score},
	}
}

// likelihood gives the score and the grade of a result, see [FHIR].
func likelihood(r *matcher.Result) (score float64, grade string) {
	switch {
	case r.Verdict == matcher.Eligible:
		return 1, "probable"
	case r.Verdict == matcher.Ineligible:
		return 0, "certainly-not"
	case r.Awaits == matcher.AwaitsAnswers:
		return 0.7, "possible"
	}
	return 0.4, "possible"
}

// explanation has an issue for each criterion.
func explanation(r *matcher.Result) fhirOutcome {
	out := fhirOutcome{ResourceType: "OperationOutcome", ID: explanationName}
	for i := range r.Criteria {
		c := &r.Criteria[i]
		issue := fhirIssue{Severity: "information", Code: "informational"}
		switch c.Outcome {
		case matcher.Unclear:
			issue.Severity, issue.Code = "warning", "incomplete"
		case matcher.Fail:
			issue.Severity, issue.Code = "error", "business-rule"
		}
		text := c.ID + ": " + c.Label + ". " + c.Reason
		for _, m := range c.Missing {
			if !m.Question { // a question stands in the reason
				text += " To find out: " + m.Ask
			}
		}
		issue.Details = fhirConcept{[]fhirCoding{{outcomeCodes, string(c.Outcome), c.Label}}, Plain(text)}
		var records []string
		for _, e := range c.Evidence {
			if e.Record != "" && !slices.Contains(records, e.Record) {
				records = append(records, e.Record)
			}
		}
		issue.Diagnostics = fmt.Sprintf("%s criterion: %s", c.Kind, Quote(c))
		if len(records) > 0 {
			issue.Diagnostics += " Records: " + strings.Join(records, ", ")
		}
		issue.Diagnostics = Plain(issue.Diagnostics)
		out.Issue = append(out.Issue, issue)
	}
	return out
}

// criteriaQuotes gives the protocol's own words, a line for each quote.
func criteriaQuotes(r *matcher.Result) string {
	var lines []string
	for i := range r.Criteria {
		c := &r.Criteria[i]
		line := Plain(fmt.Sprintf("%s: %s", c.Kind, Quote(c)))
		if !slices.Contains(lines, line) { // one sentence may be several criteria
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// fhirID is an id as a resource may have it, or none:
// https://hl7.org/fhir/R4/datatypes.html#id
func fhirID(id string) string {
	bad := func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '.')
	}
	if len(id) > 64 || strings.ContainsFunc(id, bad) {
		return ""
	}
	return id
}

// studyURN is a UUID (of version 8, RFC 9562) made of the study's identity.
func studyURN(r *matcher.Result) string {
	sum := sha256.Sum256([]byte(r.Study.ID + "\n" + r.Study.SHA256))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
