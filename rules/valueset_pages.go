// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/yamlwalk"
)

// limits gives the reason why a terminology server did not expand a value set in full, or nil.
func (e *expansion) limits() error {
	for _, p := range e.Parameter {
		if p.Name == "limitedExpansion" && p.ValueBoolean != nil && *p.ValueBoolean {
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

// offset gives the number of entries on the pages before this one.
func (e *expansion) offset() int {
	if e.Offset != nil {
		return *e.Offset
	}
	return e.parameter("offset")
}

// parameter gives a number that the expansion was asked for, 0 where it is not stated.
func (e *expansion) parameter(name string) int {
	for _, p := range e.Parameter {
		if p.Name == name && p.ValueInteger != nil {
			return *p.ValueInteger
		}
	}
	return 0
}

// isCut reports whether an expansion that does not state its total was asked for no more entries than it holds.
func (f *valueSetFile) isCut() bool {
	count := f.Expansion.parameter("count")
	return f.Expansion.Total == nil && count > 0 && f.entries >= count
}

// isPage reports whether a file holds a part of an expansion.
func (f *valueSetFile) isPage() bool {
	e := f.Expansion
	return e != nil && (e.offset() > 0 || e.Next != "" || e.Total != nil && *e.Total > f.entries || f.isCut())
}

// groupPages brings the pages of one value set together, in their order.
func groupPages(files []*valueSetFile) (groups [][]*valueSetFile) {
	at := map[string]int{}
	for _, f := range files {
		if !f.isPage() {
			continue
		}
		key := f.URL + "|" + f.Version
		g, ok := at[key]
		if !ok {
			g = len(groups)
			at[key], groups = g, append(groups, nil)
		}
		groups[g] = append(groups[g], f)
	}
	for _, g := range groups {
		slices.SortStableFunc(g, func(a, b *valueSetFile) int { return cmp.Compare(a.Expansion.offset(), b.Expansion.offset()) })
	}
	return groups
}

// checkPages gives the reason why the pages, in their order, are not a whole expansion, or nil.
func checkPages(pages []*valueSetFile) error {
	const others = "; list all its pages, or expand it without paging"
	entries := 0
	first, last := pages[0].Expansion, pages[len(pages)-1]
	for _, p := range pages {
		e := p.Expansion
		if (e.Total == nil) != (first.Total == nil) || e.Total != nil && *e.Total != *first.Total {
			return fmt.Errorf("its pages are of different expansions: %s states another total", yamlwalk.QuoteValue(p.ref))
		}
		switch offset := e.offset(); {
		case offset > entries:
			return fmt.Errorf("the value set is not complete: entries %d to %d are missing%s", entries+1, offset, others)
		case offset < entries:
			return fmt.Errorf("its pages overlap: %s begins at entry %d, which another page holds", yamlwalk.QuoteValue(p.ref), offset+1)
		}
		entries += p.entries
	}
	switch {
	case first.Total != nil && *first.Total > entries:
		return fmt.Errorf("the value set is not complete: it holds %d of %d codes%s", entries, *first.Total, others)
	case first.Total == nil && last.Expansion.Next != "":
		return errors.New("the value set is not complete: a further page follows" + others)
	case last.isCut():
		return fmt.Errorf("the value set was cut at %d codes%s", last.Expansion.parameter("count"), others)
	}
	return nil
}
