// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/yamlwalk"
)

func (l *loader) valueSets(d *draft) {
	w := d.walker()
	for _, n := range d.valuesets {
		ref := w.ReadLine(n, "valueset")
		_, data, ok := l.openFile(w, n, ref, maxValueSet)
		if !ok {
			continue
		}
		l.hashSource("valueset", ref, data)
		codes, err := readValueSet(data)
		if err != nil {
			w.AddError(n, "%s: %v", yamlwalk.QuoteValue(ref), err)
			continue
		}
		d.concept.AddCodes(codes)
	}
}

// valueSet is the part of a FHIR R4 ValueSet that is read.
type valueSet struct {
	ResourceType string     `json:"resourceType"`
	Expansion    *expansion `json:"expansion"`
}

type expansion struct {
	Total     *int            `json:"total"`
	Offset    *int            `json:"offset"`
	Next      string          `json:"next"` // R5
	Parameter []expansionNote `json:"parameter"`
	Extension []expansionNote `json:"extension"`
	Contains  []valueSetEntry `json:"contains"`
}

// expansionNote is a parameter or an extension of an expansion.
type expansionNote struct {
	Name         string `json:"name"`
	URL          string `json:"url"`
	ValueInteger *int   `json:"valueInteger"`
	ValueBoolean *bool  `json:"valueBoolean"`
}

type valueSetEntry struct {
	System   string          `json:"system"`
	Abstract bool            `json:"abstract"`
	Code     string          `json:"code"`
	Contains []valueSetEntry `json:"contains"`
}

// readValueSet gives the codes of an expanded FHIR ValueSet by the short name
// of their system. Entries that are only headings (abstract) are left out,
// inactive codes are kept: old records carry them. A value set that does not
// hold all of its codes is an error, since a code that it lacks would be read as no.
func readValueSet(data []byte) (map[string][]string, error) {
	if len(data) > maxValueSet {
		return nil, fmt.Errorf("the value set is larger than %d MiB", maxValueSet>>20)
	}
	var v valueSet
	if err := json.Unmarshal(data, &v); err != nil {
		return nil, fmt.Errorf("the value set cannot be read: %w", err)
	}
	switch {
	case v.ResourceType != "ValueSet":
		return nil, fmt.Errorf("this is no FHIR ValueSet: its resourceType is %s", yamlwalk.QuoteValue(v.ResourceType))
	case v.Expansion == nil:
		return nil, errors.New("the value set is not expanded; ask a terminology server for $expand")
	}
	codes := map[string][]string{}
	entries, listed, err := collectCodes(v.Expansion.Contains, codes)
	if err != nil {
		return nil, err
	}
	if err := v.Expansion.complete(entries); err != nil {
		return nil, err
	}
	if listed == 0 {
		return nil, errors.New("the value set is empty")
	}
	return codes, nil
}

// complete gives the reason why an expansion with that many entries does not
// hold the whole value set, or nil.
func (e *expansion) complete(entries int) error {
	if e.Total != nil && *e.Total > entries {
		return fmt.Errorf("the value set is not complete: it holds %d of %d codes; expand it without paging", entries, *e.Total)
	}
	if e.Offset != nil && *e.Offset > 0 || e.Next != "" {
		return errors.New("the value set is a page of a larger one; expand it without paging")
	}
	for _, p := range e.Parameter {
		switch {
		case p.Name == "offset" && p.ValueInteger != nil && *p.ValueInteger > 0:
			return errors.New("the value set is a page of a larger one; expand it without paging")
		case p.Name == "count" && p.ValueInteger != nil && e.Total == nil && entries >= *p.ValueInteger:
			return fmt.Errorf("the value set was cut at %d codes; expand it without a count", *p.ValueInteger)
		case p.Name == "limitedExpansion" && p.ValueBoolean != nil && *p.ValueBoolean:
			return errors.New("the terminology server limited the expansion; expand the value set in full")
		}
	}
	for _, x := range e.Extension {
		limit := strings.TrimPrefix(x.URL, "http://hl7.org/fhir/StructureDefinition/valueset-")
		if (limit == "toocostly" || limit == "unclosed") && (x.ValueBoolean == nil || *x.ValueBoolean) {
			return fmt.Errorf("the terminology server did not expand the value set in full (%s)", limit)
		}
	}
	return nil
}

// collectCodes adds the codes of entries and of the entries inside them. It
// counts the entries, and those that gave a code.
func collectCodes(list []valueSetEntry, codes map[string][]string) (entries, listed int, err error) {
	for _, e := range list {
		entries++
		if !e.Abstract {
			system := patient.SystemName(e.System)
			switch {
			case e.Code == "" && len(e.Contains) == 0:
				return 0, 0, errors.New("the value set has an entry without code")
			case e.Code != "" && e.System == "":
				return 0, 0, fmt.Errorf("code %s of the value set has no system", yamlwalk.QuoteValue(e.Code))
			case strings.HasSuffix(e.Code, "*"):
				return 0, 0, fmt.Errorf("code %s of the value set ends in *, which would make it a prefix", yamlwalk.QuoteValue(e.Code))
			}
			if e.Code != "" {
				if message := badCode(system, e.Code); message != "" {
					return 0, 0, fmt.Errorf("in the value set: %s", message)
				}
				codes[system] = append(codes[system], e.Code)
				listed++
			}
		}
		inner, innerListed, err := collectCodes(e.Contains, codes)
		if err != nil {
			return 0, 0, err
		}
		entries, listed = entries+inner, listed+innerListed
	}
	return entries, listed, nil
}
