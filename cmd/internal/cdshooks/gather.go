// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
)

// prefetched holds the resources that the EHR sent and, for each requested
// domain, the keys that were not answered.
type prefetched struct {
	person   jsontext.Value
	entries  []entry
	asked    []patient.Domain
	answered map[patient.Domain]int      // number of answered keys
	missing  map[patient.Domain][]string // reasons of the other keys
	notes    []string
	systems  map[string]string
}

// readPrefetch reads the prefetch of a request. Its error says that there is no
// usable Patient.
func (h *handler) readPrefetch(q *request, asked []query) (*prefetched, error) {
	r := &prefetched{answered: map[patient.Domain]int{}, missing: map[patient.Domain][]string{}, systems: h.Systems}
	if err := r.readPatient(q); err != nil {
		return nil, err
	}
	known, byCode := map[string]bool{patientKey: true}, false
	for _, one := range asked {
		known[one.key] = true
		if !slices.Contains(r.asked, one.domain) {
			r.asked = append(r.asked, one.domain)
		}
		value, sent := q.Prefetch[one.key]
		entries, why := readAnswer(value, sent, false)
		if why != "" {
			r.missing[one.domain] = append(r.missing[one.domain], one.key+" "+why)
			continue
		}
		r.answered[one.domain]++
		r.entries = append(r.entries, entries...)
		byCode = byCode || strings.Contains(one.template, "&code=")
	}
	extra := 0
	for key := range q.Prefetch {
		if !known[key] {
			extra++
		}
	}
	if extra > 0 {
		r.notes = append(r.notes, fmt.Sprintf("prefetch keys that were not asked for and not read: %d", extra))
	}
	for _, d := range r.asked {
		if len(r.missing[d]) > 0 {
			part := ": "
			if r.answered[d] > 0 {
				part = " in full: "
			}
			r.notes = append(r.notes, notSupplied(d)+part+strings.Join(r.missing[d], "; "))
		}
	}
	if byCode {
		r.notes = append(r.notes, "results were asked for by their codes: one under another code, or within a panel, was not seen")
	}
	return r, nil
}

func notSupplied(d patient.Domain) string { return string(d) + " not supplied" }

func (r *prefetched) readPatient(q *request) error {
	value, sent := q.Prefetch[patientKey]
	entries, why := readAnswer(value, sent, true)
	if why != "" {
		return refuse(http.StatusPreconditionFailed, "required", "/prefetch/patient", "The Patient is needed in prefetch; the key patient "+why+".")
	}
	for i := range entries {
		switch name := entries[i].name; {
		case name[0] != "Patient":
			continue
		case r.person != nil:
			return refuse(http.StatusPreconditionFailed, "multiple-matches", "/prefetch/patient", "There are several Patients.")
		case name[1] != q.Context.PatientID:
			return refuse(http.StatusBadRequest, "conflict", "/prefetch/patient/id", "The Patient is not the one of the context.")
		}
		r.person = entries[i].Resource
	}
	if r.person == nil {
		return refuse(http.StatusPreconditionFailed, "required", "/prefetch/patient", "The Patient is needed in prefetch; the key patient holds none.")
	}
	return nil
}

// readAnswer returns the resources under a prefetch key, or the reason why they
// cannot be used. A single resource is an answer to a read and not to a search.
func readAnswer(value jsontext.Value, sent, read bool) (entries []entry, why string) {
	if !sent {
		return nil, "was not sent"
	}
	if bytes.Equal(bytes.TrimSpace(value), []byte("null")) {
		return nil, "" // supplied, and there is none
	}
	var a resourceHeader
	if json.Unmarshal(value, &a) != nil {
		return nil, "is no FHIR resource"
	}
	switch a.ResourceType {
	case "":
		return nil, "is no FHIR resource"
	case "OperationOutcome":
		return nil, "could not be prefetched (OperationOutcome)"
	case "Bundle":
		return readBundle(value)
	}
	if !read {
		return nil, "is no answer to a search"
	}
	return []entry{{Resource: value, name: [2]string{a.ResourceType, a.ID}}}, ""
}

// readBundle returns the resources of a Bundle that is the complete answer to a
// search.
func readBundle(value jsontext.Value) (entries []entry, why string) {
	var b bundle
	if json.Unmarshal(value, &b) != nil {
		return nil, "is a Bundle that cannot be read"
	}
	for _, l := range b.Link {
		if l.Relation == "next" || l.Relation == "prev" || l.Relation == "previous" {
			return nil, "is one page of several"
		}
	}
	matching := 0
	for i := range b.Entry {
		e := &b.Entry[i]
		var a resourceHeader
		switch {
		case len(e.Resource) == 0:
			return nil, "holds an entry without a resource"
		case json.Unmarshal(e.Resource, &a) != nil || a.ResourceType == "":
			return nil, "holds what cannot be read"
		case a.ResourceType == "Bundle":
			return nil, "holds a Bundle in a Bundle"
		case a.ResourceType == "OperationOutcome" && a.isFailure():
			return nil, "could not be searched for (OperationOutcome)"
		}
		if (e.Search.Mode == "" || e.Search.Mode == "match") && a.ResourceType != "OperationOutcome" {
			matching++
		}
		e.name = [2]string{a.ResourceType, a.ID}
		entries = append(entries, *e)
	}
	switch {
	case b.Modifier != "":
		return nil, "has implicitRules, which are not known"
	case b.Type != "" && b.Type != "searchset" && b.Type != "collection":
		return nil, "is a Bundle that is no answer to a search"
	case b.Total != nil && *b.Total > matching:
		return nil, fmt.Sprintf("holds %d of %d resources found", matching, *b.Total)
	}
	return entries, ""
}

// isFailure reports whether an OperationOutcome is an error. Some servers add a
// warning to every answer, which package fhir turns into a note.
func (a *resourceHeader) isFailure() bool {
	return slices.ContainsFunc(a.Issue, func(i severity) bool { return i.Severity != "warning" && i.Severity != "information" })
}

// buildProfile makes a profile of the record and of further resources, which
// replace those of the same type and id.
func (r *prefetched) buildProfile(more ...jsontext.Value) (*patient.Profile, error) {
	type outEntry struct {
		FullURL  string         `json:"fullUrl,omitzero"`
		Resource jsontext.Value `json:"resource"`
		Modifier jsontext.Value `json:"modifierExtension,omitzero"`
	}
	doc := struct {
		ResourceType string     `json:"resourceType"`
		Type         string     `json:"type"`
		Entry        []outEntry `json:"entry"`
	}{"Bundle", "collection", []outEntry{{Resource: r.person}}}
	replaced := map[[2]string]bool{}
	for _, resource := range more {
		var a resourceHeader
		_ = json.Unmarshal(resource, &a) // it was read before
		replaced[[2]string{a.ResourceType, a.ID}] = true
		doc.Entry = append(doc.Entry, outEntry{Resource: resource})
	}
	for i := range r.entries {
		// The Bundle holds the Patient once and without a fullUrl, so that relative
		// and absolute references to its id are resolved.
		name := r.entries[i].name
		if name[0] != "Patient" && !(name[1] != "" && replaced[name]) {
			doc.Entry = append(doc.Entry, outEntry{r.entries[i].FullURL, r.entries[i].Resource, r.entries[i].Modifier})
		}
	}
	text, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	p, err := fhir.Decode(bytes.NewBuffer(text), fhir.Options{Complete: r.completeDomains(), Systems: r.systems})
	if err != nil {
		return nil, refuse(http.StatusPreconditionFailed, "processing", "/prefetch", "The record cannot be used: "+report.Plain(err.Error()))
	}
	p.SetAssumed(nil)                             // the EHR answered for these domains, and nobody assumed that they are complete
	if r.markIncomplete(p); p.Validate() != nil { // its text may quote the record
		return nil, errors.New("what was added to the profile is not valid")
	}
	return p, nil
}

func (r *prefetched) completeDomains() (all []patient.Domain) {
	for _, d := range r.asked {
		if len(r.missing[d]) == 0 {
			all = append(all, d)
		}
	}
	return all
}

// markIncomplete adds to each domain that was answered in part an entry that may
// be anything, so that no fact of it is taken to be absent. Results that were
// answered in part are removed: the latest or highest may be missing.
func (r *prefetched) markIncomplete(p *patient.Profile) {
	for d, why := range r.missing {
		switch {
		case !p.Supplied(d):
		case d == patient.Observations:
			p.Observations = nil
		default:
			p.AddFact(d, patient.Fact{Record: "prefetch", Unreadable: "the EHR did not supply all " + string(d) + ": " + strings.Join(why, "; ")})
		}
	}
	p.Issues = append(p.Issues, r.notes...)
}
