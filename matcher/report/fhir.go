// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
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
	order := make([]*matcher.Result, len(results))
	for i := range results {
		order[i] = &results[i]
	}
	score := func(r *matcher.Result) float64 { score, _ := likelihood(r); return score }
	slices.SortStableFunc(order, func(a, b *matcher.Result) int { return cmp.Compare(score(b), score(a)) })
	var entries []any
	for _, r := range order {
		entries = append(entries, studyEntry(r))
	}
	return writeJSON(w, fhirObject{{"resourceType", "Bundle"}, {"type", "searchset"}, {"total", len(results)}, {"entry", entries}})
}

// fhirObject is a FHIR object with its elements in order. Elements that are "" or an
// empty list are left out, as FHIR requires.
type fhirObject []fhirElement

type fhirElement struct {
	name  string
	value any
}

// MarshalJSON writes the object without the escapes for HTML.
func (o fhirObject) MarshalJSON() ([]byte, error) {
	b := bytes.NewBufferString("{")
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	for _, e := range o {
		if list, isList := e.value.([]any); e.value == "" || isList && len(list) == 0 {
			continue
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, "%q:", e.name)
		if err := enc.Encode(e.value); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
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

// studyEntry is one result. Its fullUrl is derived from the identity of the study.
func studyEntry(r *matcher.Result) fhirObject {
	score, grade := likelihood(r)
	var registry string
	if strings.HasPrefix(r.Study.ID, "NCT") {
		registry = trialRegistry
	}
	var artifacts []any
	if strings.HasPrefix(r.Study.Source, "https://") || strings.HasPrefix(r.Study.Source, "http://") {
		artifacts = append(artifacts, fhirObject{{"type", "documentation"}, {"url", Plain(r.Study.Source)}})
	}
	note := "Prescreen of patient " + r.Patient + ". " + resultDates(r) + ". " + r.Summary + " " + r.Engine + "; an investigator decides."
	return fhirObject{
		{"fullUrl", studyURN(r)},
		{"resource", fhirObject{
			{"resourceType", "ResearchStudy"},
			{"id", fhirID(r.Study.ID)},
			{"contained", []any{explanation(r)}},
			{"extension", []any{fhirObject{{"url", explanationURL}, {"valueReference", fhirObject{{"reference", "#" + explanationName}}}}}},
			{"identifier", []any{fhirObject{{"system", registry}, {"value", Plain(r.Study.ID)}}}},
			{"title", Plain(r.Study.Title)},
			{"_status", fhirObject{{"extension", []any{codeExtension(absentReason, "unknown")}}}},
			{"relatedArtifact", artifacts},
			{"enrollment", []any{fhirObject{{"display", criteriaQuotes(r)}}}},
			{"note", []any{fhirObject{{"text", Plain(note)}}}},
		}},
		{"search", fhirObject{{"extension", []any{codeExtension(matchGrade, grade)}}, {"mode", "match"}, {"score", score}}},
	}
}

func codeExtension(url, code string) fhirObject { return fhirObject{{"url", url}, {"valueCode", code}} }

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

func explanation(r *matcher.Result) fhirObject {
	var issues []any
	for i := range r.Criteria {
		c := &r.Criteria[i]
		severity, code := "information", "informational"
		switch c.Outcome {
		case matcher.Unclear:
			severity, code = "warning", "incomplete"
		case matcher.Fail:
			severity, code = "error", "business-rule"
		}
		text := c.ID + ": " + c.Label + ". " + c.Reason
		for _, ask := range criterionAsks(c) {
			text += " To find out: " + ask
		}
		var records []string
		for _, e := range c.Evidence {
			if e.Record != "" && !slices.Contains(records, e.Record) {
				records = append(records, e.Record)
			}
		}
		diagnostics := fmt.Sprintf("%s criterion: %s", c.Kind, Quote(c))
		if len(records) > 0 {
			diagnostics += " Records: " + strings.Join(records, ", ")
		}
		coding := fhirObject{{"system", outcomeCodes}, {"code", string(c.Outcome)}, {"display", c.Label}}
		issues = append(issues, fhirObject{
			{"severity", severity},
			{"code", code},
			{"details", fhirObject{{"coding", []any{coding}}, {"text", Plain(text)}}},
			{"diagnostics", Plain(diagnostics)},
		})
	}
	if text := UnrecognizedLine(r); text != "" {
		issues = append(issues, fhirObject{{"severity", "warning"}, {"code", "code-invalid"}, {"details", fhirObject{{"text", Plain(text)}}}})
	}
	return fhirObject{{"resourceType", "OperationOutcome"}, {"id", explanationName}, {"issue", issues}}
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
