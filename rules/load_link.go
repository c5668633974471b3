// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// Limits of a class.
const (
	maxMembers = 10_000 // concepts, those of its members counted each time
	maxLevels  = 16     // of classes in classes
)

// linkClasses finds the members of every class.
func (l *loader) linkClasses() {
	for _, d := range l.drafts {
		l.members(d)
	}
	m := classMeasure{size: map[*terminology.Concept]int{}, levels: map[*terminology.Concept]int{}, open: map[*terminology.Concept]bool{}}
	for _, d := range l.drafts {
		if cycle := m.measure(d.concept, nil); cycle != nil {
			l.breakCycle(cycle)
			clear(m.open)
		}
	}
	for _, d := range l.drafts {
		switch {
		case m.size[d.concept] > maxMembers:
			d.addError(d.key, "the class holds more than %d concepts", maxMembers)
		case m.levels[d.concept] > maxLevels:
			d.addError(d.key, "the class holds classes more than %d levels deep", maxLevels)
		}
	}
}

func (l *loader) members(d *draft) {
	w := *d.from
	w.inside = d.concept.Name
	seen := map[string]bool{}
	for _, n := range d.members {
		name := w.readText(n, "a member of any")
		if name == "" {
			continue
		}
		member := l.member(name)
		switch {
		case seen[name]:
			w.addError(n, "%s is listed twice", quoteBriefly(name))
		case member == nil && !l.unsure:
			w.addError(n, "unknown concept %s in any%s", quoteBriefly(name), w.hintFor(name, l.conceptNames()))
		case member == nil:
		case member.Kind != d.concept.Kind && member.Kind != "" && d.concept.Kind != "":
			w.addError(n, "%s is of kind %s; a class of kind %s holds its own kind only", name, member.Kind, d.concept.Kind)
		default:
			d.concept.Any = append(d.concept.Any, member)
		}
		seen[name] = true
	}
}

func (l *loader) member(name string) *terminology.Concept {
	if c := l.names.concepts[name]; c != nil {
		return c
	}
	for _, part := range l.fallback {
		for _, c := range part.concepts {
			if c.Name == name {
				return c
			}
		}
	}
	return nil
}

// classMeasure counts the members of classes.
type classMeasure struct {
	size   map[*terminology.Concept]int
	levels map[*terminology.Concept]int
	open   map[*terminology.Concept]bool // the path from the class to where we are
}

// measure counts the members of a class. Where it finds a class that holds
// itself, it gives the way round, from that class to the last member before
// the class again.
func (m *classMeasure) measure(c *terminology.Concept, path []*terminology.Concept) (cycle []*terminology.Concept) {
	if m.size[c] > 0 {
		return nil
	}
	if m.open[c] {
		return path[slices.Index(path, c):]
	}
	m.open[c] = true
	path = append(path, c)
	size, levels := 1, 1
	for _, member := range c.Any {
		if cycle := m.measure(member, path); cycle != nil {
			return cycle
		}
		size = min(size+m.size[member], maxMembers+1)
		levels = max(levels, m.levels[member]+1)
	}
	m.open[c] = false
	m.size[c], m.levels[c] = size, levels
	return nil
}

// breakCycle reports a class that holds itself, at its first concept in the
// alphabet, and takes the members away.
func (l *loader) breakCycle(path []*terminology.Concept) {
	first := 0
	for i, c := range path {
		if c.Name < path[first].Name {
			first = i
		}
	}
	path = append(slices.Clone(path[first:]), path[:first]...)
	var names []string
	for _, c := range path {
		names = append(names, c.Name)
	}
	names = append(names, path[0].Name)
	for _, d := range l.drafts {
		if d.concept != path[0] {
			continue
		}
		at := d.key
		for _, n := range d.members {
			if n.Value == names[1] {
				at = n
			}
		}
		d.addError(at, "the class holds itself: %s", strings.Join(names, " holds "))
	}
	for _, c := range path {
		c.Any = nil
	}
}
