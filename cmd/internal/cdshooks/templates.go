// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// patientKey is the prefetch key that must be answered.
const patientKey = "patient"

// query is a prefetch template: what is asked for under a key.
type query struct {
	key      string
	domain   patient.Domain
	template string
}

// types are the resource types of a domain, with their keys. Those of
// medications are in keys of their own.
var types = map[patient.Domain][2]string{
	patient.Conditions:    {"conditions", "Condition"},
	patient.Observations:  {"observations", "Observation"},
	patient.Procedures:    {"procedures", "Procedure"},
	patient.Allergies:     {"allergies", "AllergyIntolerance"},
	patient.Immunizations: {"immunizations", "Immunization"},
}

// pageSize asks for more than servers give by themselves, which is often 10 or
// 20: one page of several cannot be used.
const pageSize = "&_count=1000"

// queries are what the studies ask to be prefetched, besides the Patient. They
// use nothing but what CDS Hooks recommends ("Prefetch query restrictions").
func (h *handler) queries(studies []*rules.Study) []query {
	read := map[patient.Domain]bool{}
	for _, s := range studies {
		for _, d := range s.Reads() {
			read[d] = true
		}
	}
	var all []query
	for _, d := range patient.Domains() {
		switch {
		case !read[d]:
		case d == patient.Medications:
			for _, kind := range h.MedicationTypes {
				key := strings.ToLower(kind[:1]) + kind[1:] + "s"
				all = append(all, query{key, d, kind + "?patient={{context.patientId}}" + pageSize})
			}
		case d == patient.Observations && h.ResultsByCode:
			all = append(all, results(studies)...)
		default:
			all = append(all, whole(d))
		}
	}
	return all
}

// whole asks for all of a domain.
func whole(d patient.Domain) query {
	return query{types[d][0], d, types[d][1] + "?patient={{context.patientId}}" + pageSize}
}

// maxTemplate is how long a template with codes may be. A URL of 2,000
// characters passes everywhere; the server's own address comes before it.
const maxTemplate = 1500

// maxTemplates is how many templates with codes are better than one for all.
const maxTemplates = 8

// results asks for results by their codes, in as many templates as it takes.
// They are asked for whole where codes cannot say what is meant: a concept
// without codes, a prefix, and ever_positive, to which a result that was not
// seen is a no.
func results(studies []*rules.Study) []query {
	var codes []string
	for _, s := range studies {
		for i := range s.Criteria {
			if strings.Contains(s.Criteria[i].Rule, "ever_positive") {
				return []query{whole(patient.Observations)}
			}
		}
		for _, c := range s.ReadConcepts() {
			if c.Kind != terminology.ObservationKind {
				continue
			}
			found, ok := codesOf(c)
			if !ok {
				return []query{whole(patient.Observations)}
			}
			codes = append(codes, found...)
		}
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	var all []query
	template := ""
	for _, code := range codes {
		if template != "" && len(template)+len(code)+len(pageSize) < maxTemplate {
			template += "," + code
		} else {
			template = "Observation?patient={{context.patientId}}&code=" + code
			all = append(all, query{key: fmt.Sprintf("observations%d", len(all)+1), domain: patient.Observations})
		}
		all[len(all)-1].template = template + pageSize
	}
	if len(all) > maxTemplates {
		return []query{whole(patient.Observations)}
	}
	return all
}

// codesOf lists the codes of a concept and of the members of a class. It reports
// false where one of them has none that can be asked for.
func codesOf(c *terminology.Concept) (codes []string, ok bool) {
	for _, list := range c.Codes {
		codes = append(codes, list...)
	}
	if len(codes) == 0 && len(c.Any) == 0 {
		return nil, false
	}
	for _, member := range c.Any {
		more, ok := codesOf(member)
		if !ok {
			return nil, false
		}
		codes = append(codes, more...)
	}
	awkward := func(code string) bool { return strings.ContainsAny(code, "*,|&#+%?{}\"\\ ") }
	return codes, !slices.ContainsFunc(codes, awkward)
}

type (
	discovery struct {
		Services []service `json:"services"`
	}
	service struct {
		ID                string            `json:"id"`
		Hook              string            `json:"hook"`
		Title             string            `json:"title"`
		Description       string            `json:"description"`
		UsageRequirements string            `json:"usageRequirements"`
		Version           string            `json:"version"` // of CDS Hooks; a field of 3.0
		Prefetch          map[string]string `json:"prefetch"`
	}
)

// discover lists the services. They are there without a study, too, so that a
// client that registers them first need not do it again.
func (h *handler) discover(w http.ResponseWriter, _ *http.Request, _ string) error {
	_, studies := h.Studies()
	prefetch := map[string]string{patientKey: "Patient/{{context.patientId}}"}
	for _, q := range h.queries(studies) {
		prefetch[q.key] = q.template
	}
	const needs = "The patient is needed in prefetch; what else is not prefetched counts as not known. The FHIR server is not called."
	writeJSON(w, http.StatusOK, discovery{[]service{
		{
			ID: idPrefix + patientView, Hook: patientView, Title: "Clinical trials for this patient",
			Description:       "Tells which clinical trials the patient may join as far as the record shows, and what is left to find out. It prescreens; an investigator decides.",
			UsageRequirements: needs, Version: "STU2", Prefetch: prefetch,
		},
		{
			ID: idPrefix + orderSelect, Hook: orderSelect, Title: "Clinical trials and this order",
			Description:       "Tells where a selected order for a medicine would keep the patient out of a clinical trial that is otherwise open to them. No card says that no such trial was found.",
			UsageRequirements: needs, Version: "STU2", Prefetch: prefetch,
		},
	}})
	return nil
}
