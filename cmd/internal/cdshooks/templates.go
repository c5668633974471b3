// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

const patientKey = "patient" // of the Patient, which is required in prefetch

type query struct {
	key      string
	domain   patient.Domain
	template string
}

// resourceTypes are the FHIR types of the domains that have one. Their prefetch key
// is the name of the domain; medications have a key for each of their types.
var resourceTypes = map[patient.Domain]string{
	patient.Conditions: "Condition", patient.Observations: "Observation", patient.Procedures: "Procedure",
	patient.Allergies: "AllergyIntolerance", patient.Immunizations: "Immunization",
}

// pageSize asks for larger pages than the usual default of servers, 10 or 20: one
// page of several cannot be used.
const pageSize = "&_count=1000"

// queries returns the prefetch templates of the studies, without that of the
// Patient. They follow the "Prefetch query restrictions" of CDS Hooks.
func (h *handler) queries(studies []*rules.Study) []query {
	read := map[patient.Domain]bool{}
	for _, s := range studies {
		for _, d := range s.Reads() {
			read[d] = true
		}
	}
	var all []query
	for _, d := range patient.FactDomains() {
		switch {
		case !read[d]:
		case d == patient.Medications:
			for _, kind := range h.MedicationTypes {
				key := strings.ToLower(kind[:1]) + kind[1:] + "s"
				all = append(all, query{key, d, kind + "?patient={{context.patientId}}" + pageSize})
			}
		case d == patient.Observations && h.ResultsByCode:
			all = append(all, resultQueries(studies)...)
		default:
			all = append(all, wholeDomain(d))
		}
	}
	return all
}

func wholeDomain(d patient.Domain) query {
	return query{string(d), d, resourceTypes[d] + "?patient={{context.patientId}}" + pageSize}
}

// maxTemplate is the longest template with codes, in bytes. A URL of 2,000
// characters is safe everywhere; the address of the server comes before it.
const maxTemplate = 1500

// maxTemplates is the largest number of templates with codes. If more are needed,
// one template asks for all results.
const maxTemplates = 8

// resultQueries asks for results by their codes, in as many templates as needed.
// One template asks for all results if a concept has no codes or code prefixes,
// or if a rule uses ever_positive, which is false without a positive result.
func resultQueries(studies []*rules.Study) []query {
	var codes []string
	for _, s := range studies {
		for i := range s.Criteria {
			if slices.ContainsFunc(s.Criteria[i].Form().AllCalls(), needsAllResults) {
				return []query{wholeDomain(patient.Observations)}
			}
		}
		for _, c := range s.ReadConcepts() {
			if c.Kind != terminology.ObservationKind {
				continue
			}
			found, ok := conceptCodes(c)
			if !ok {
				return []query{wholeDomain(patient.Observations)}
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
		return []query{wholeDomain(patient.Observations)}
	}
	return all
}

// needsAllResults reports whether a call is false where no result is on record, so
// that it needs the results that codes cannot ask for.
func needsAllResults(c *language.Call) bool {
	return c.Word.Event && !c.Word.NoneIsUnknown && c.Concept.Kind == terminology.ObservationKind
}

// conceptCodes lists the codes of a concept and of its members. It returns false
// if one of them has no codes, or codes that a search cannot name.
func conceptCodes(c *terminology.Concept) (codes []string, ok bool) {
	for m := range c.Members() {
		if len(m.Codes) == 0 && len(m.Any) == 0 {
			return nil, false
		}
		for _, list := range m.Codes {
			codes = append(codes, list...)
		}
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

// serveDiscovery lists the services, also without studies: a client may register
// them before the studies are loaded.
func (h *handler) serveDiscovery(w http.ResponseWriter, _ *http.Request, _ string) error {
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
