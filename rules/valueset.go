// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/yamlwalk"
)

// valueSetFile is one file of a concept's value sets: a value set, or a page of one.
type valueSetFile struct {
	valueSet
	node    *yamlwalk.Node
	ref     string
	codes   map[string][]string
	entries int // of the expansion
}

// valueSets adds the codes of a concept's value sets. Files that hold pages of one expansion are joined.
func (l *loader) valueSets(d *draft) {
	w := d.walker()
	var files []*valueSetFile
	for _, n := range d.valuesets {
		ref := w.ReadLine(n, "valueset")
		_, data, ok := l.openFile(w, n, ref, maxValueSet)
		if !ok {
			continue
		}
		l.hashSource("valueset", ref, data)
		f, err := readValueSet(data)
		if err != nil {
			w.AddError(n, "%s: %v", yamlwalk.QuoteValue(ref), err)
			continue
		}
		f.node, f.ref = n, ref
		files = append(files, f)
		d.concept.AddCodes(f.codes)
	}
	for _, pages := range groupPages(files) {
		if err := checkPages(pages); err != nil {
			w.AddError(pages[0].node, "%s: %v", yamlwalk.QuoteValue(pages[0].ref), err)
		}
	}
}

// valueSet is the part of a FHIR R4 ValueSet that is read.
type valueSet struct {
	ResourceType string     `json:"resourceType"`
	URL          string     `json:"url"`
	Version      string     `json:"version"`
	Compose      *compose   `json:"compose"`
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

// compose is a definition of a value set.
type compose struct {
	Include []composeSet `json:"include"`
	Exclude []composeSet `json:"exclude"`
}

type composeSet struct {
	System   string           `json:"system"`
	Concept  []valueSetEntry  `json:"concept"`
	Filter   []jsontext.Value `json:"filter"`
	ValueSet []jsontext.Value `json:"valueSet"`
}

// readValueSet reads a FHIR ValueSet and gives its codes by the short name of their system: those of its expansion, or
// those that its definition lists one by one. Entries that are only headings (abstract) are left out,
// inactive codes are kept: old records carry them. A value set that does not
// hold all of its codes is an error, since a code that it lacks would be read as no; whether the pages of an
// expansion are all there says [checkPages].
func readValueSet(data []byte) (*valueSetFile, error) {
	if len(data) > maxValueSet {
		return nil, fmt.Errorf("the value set is larger than %d MiB", maxValueSet>>20)
	}
	f := &valueSetFile{codes: map[string][]string{}}
	if err := json.Unmarshal(data, &f.valueSet); err != nil {
		return nil, fmt.Errorf("the value set cannot be read: %w", err)
	}
	listed := 0
	var err error
	switch {
	case f.ResourceType != "ValueSet":
		return nil, fmt.Errorf("this is no FHIR ValueSet: its resourceType is %s", yamlwalk.QuoteValue(f.ResourceType))
	case f.Expansion != nil:
		if err := f.Expansion.limits(); err != nil {
			return nil, err
		}
		f.entries, listed, err = collectCodes(f.Expansion.Contains, f.codes)
	default:
		listed, err = f.Compose.collectCodes(f.codes)
	}
	if err == nil && listed == 0 && !f.isPage() {
		err = errors.New("the value set is empty")
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// wayOut ends the error for a value set that does not hold its codes.
const wayOut = "; save what a terminology server answers to $expand, or list the codes that it starts from: a terminology compiled with eligo terms build adds their descendants"

// collectCodes adds the codes that a definition lists, without those that it excludes, and counts them.
func (c *compose) collectCodes(codes map[string][]string) (listed int, err error) {
	if c == nil || len(c.Include) == 0 {
		return 0, errors.New("the value set is not expanded" + wayOut)
	}
	excluded := map[string][]string{}
	for _, sets := range []struct {
		list []composeSet
		into map[string][]string
	}{{c.Exclude, excluded}, {c.Include, codes}} {
		for _, set := range sets.list {
			switch {
			case len(set.Filter) > 0:
				return 0, errors.New("the value set is not expanded, and chooses codes by a filter" + wayOut)
			case len(set.ValueSet) > 0:
				return 0, errors.New("the value set is not expanded, and is made of other value sets" + wayOut)
			case len(set.Concept) == 0:
				return 0, errors.New("the value set is not expanded, and names a whole code system" + wayOut)
			}
			for i := range set.Concept {
				set.Concept[i].System = set.System
			}
			if _, _, err := collectCodes(set.Concept, sets.into); err != nil {
				return 0, err
			}
		}
	}
	for system := range codes {
		codes[system] = slices.DeleteFunc(codes[system], func(code string) bool { return slices.Contains(excluded[system], code) })
		if listed += len(codes[system]); len(codes[system]) == 0 {
			delete(codes, system)
		}
	}
	return listed, nil
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
