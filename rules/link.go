// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"maps"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
	"github.com/eligo-trials/eligo/rules/yamlwalk"
)

// namespace maps every name of a study to its meaning. Concepts, questions and
// anchors share it, so that no rule can be read in two ways.
type namespace struct {
	meanings map[string]meaning
	concepts map[string]*terminology.Concept
}

type meaning struct {
	what  string // concept, question or date
	where Position
}

func newNamespace() namespace {
	return namespace{meanings: map[string]meaning{}, concepts: map[string]*terminology.Concept{}}
}

// addName gives a name its meaning. It returns the reason why it cannot, or "".
func (s *namespace) addName(name, what string, where Position) string {
	before, taken := s.meanings[name]
	switch {
	case name == language.Screening:
		return name + " is the date that every study has"
	case language.IsReserved(name):
		return name + " is a word of the rule language; choose another name"
	case taken && before.what == what:
		return what + " " + name + " is defined twice; first at " + before.where.String()
	case taken:
		return name + " is a " + before.what + " already, at " + before.where.String() + "; choose another name"
	}
	s.meanings[name] = meaning{what, where}
	return ""
}

func (l *loader) define(w *walker, n *yamlwalk.Node, name, what string) bool {
	message := l.names.addName(name, what, w.File.PositionOf(n))
	if message != "" {
		w.AddError(n, "%s", message)
	}
	return message == ""
}

// defineConcepts adds concepts that were read from a file, with the codes of their
// value sets.
func (l *loader) defineConcepts(drafts []*draft) {
	for _, d := range drafts {
		w := d.walker()
		if l.define(w, d.key, d.concept.Name, "concept") {
			l.names.concepts[d.concept.Name] = d.concept
		}
		l.noRules = l.noRules || d.concept.Kind == ""
	}
	for _, d := range drafts {
		l.valueSets(d)
	}
	l.drafts = append(l.drafts, drafts...)
}

func (l *loader) importPart(w *walker, n *yamlwalk.Node, part *libraryPart) {
	for _, c := range part.concepts {
		if message := l.names.addName(c.Name, "concept", part.where[c.Name]); message != "" {
			w.AddError(n, "%s: %s", part.name, message)
			continue
		}
		l.names.concepts[c.Name] = c
	}
}

// conceptNames lists the concepts of a kind, or of every kind for "", that can be named,
// sorted. It is called once all of them are defined.
func (l *loader) conceptNames(kind terminology.Kind) []string {
	if names, listed := l.allNames[kind]; listed {
		return names
	}
	named := maps.Clone(l.names.concepts)
	for _, part := range l.fallback {
		for _, c := range part.concepts {
			if named[c.Name] == nil {
				named[c.Name] = c
			}
		}
	}
	maps.DeleteFunc(named, func(_ string, c *terminology.Concept) bool { return kind != "" && c.Kind != kind })
	l.allNames[kind] = slices.Sorted(maps.Keys(named))
	return l.allNames[kind]
}

// imports reads the files that the key concepts of a study names.
func (l *loader) imports(w *walker, n *yamlwalk.Node, systems map[string]string) {
	seen := map[string]bool{}
	for _, item := range w.ReadList(n, "concepts") {
		ref := w.ReadLine(item, "an import")
		switch {
		case ref == "":
			l.unsure = true
		case seen[ref]:
			w.AddError(item, "%s is listed twice", yamlwalk.QuoteValue(ref))
		case strings.HasPrefix(ref, terminology.BuiltinPrefix):
			l.importBuiltin(w, item, ref)
		default:
			l.importFile(w, item, ref, systems)
		}
		seen[ref] = true
	}
}

func (l *loader) importBuiltin(w *walker, n *yamlwalk.Node, ref string) {
	parts, err := library()
	part := parts[ref]
	switch {
	case err != nil:
		first, _, _ := strings.Cut(err.Error(), "\n")
		w.AddError(n, "the library is broken: %s", first)
	case part == nil:
		w.AddError(n, "there is no %s%s", yamlwalk.QuoteValue(ref), w.HintFor(ref, terminology.Library()))
	default:
		l.hashLibrary(parts)
		l.importPart(w, n, part)
		return
	}
	l.unsure = true
}

// hashLibrary adds all parts of the library to the digest, once: a class of one part
// may have members of another.
func (l *loader) hashLibrary(parts map[string]*libraryPart) {
	if l.hashedLibrary {
		return
	}
	l.hashedLibrary = true
	for _, name := range terminology.Library() {
		l.hashSource("library", name, parts[name].data)
	}
}

func (l *loader) importFile(w *walker, n *yamlwalk.Node, ref string, systems map[string]string) {
	path, data, ok := l.openFile(w, n, ref, maxFileSize)
	if !ok {
		l.unsure = true
		return
	}
	l.hashSource("concepts", ref, data)
	l.conceptFile(yamlwalk.NewFile(path, l.sources, data, maxFileSize), systems)
	l.sources++
}

func (l *loader) conceptFile(src *yamlwalk.File, systems map[string]string) []*terminology.Concept {
	w, root := l.parseFile(src)
	if w == nil {
		return nil
	}
	drafts := w.concepts(root, "concept file", systems)
	l.defineConcepts(drafts)
	list := make([]*terminology.Concept, len(drafts))
	for i, d := range drafts {
		list[i] = d.concept
	}
	return list
}

// Limits of a class.
const (
	maxMembers = 10_000 // concepts, those of its members counted each time
	maxLevels  = 16     // of classes in classes
)

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
			d.walker().AddError(d.key, "the class holds more than %d concepts", maxMembers)
		case m.levels[d.concept] > maxLevels:
			d.walker().AddError(d.key, "the class holds classes more than %d levels deep", maxLevels)
		}
	}
}

func (l *loader) members(d *draft) {
	w := d.walker()
	seen := map[string]bool{}
	for _, n := range d.members {
		name := w.ReadText(n, "a member of any")
		if name == "" {
			continue
		}
		member := l.member(name)
		switch {
		case seen[name]:
			w.AddError(n, "%s is listed twice", yamlwalk.QuoteValue(name))
		case member == nil && !l.unsure:
			w.AddError(n, "unknown concept %s in any%s", yamlwalk.QuoteValue(name), w.HintFor(name, l.conceptNames(d.concept.Kind)))
		case member == nil:
		case member.Kind != d.concept.Kind && member.Kind != "" && d.concept.Kind != "":
			w.AddError(n, "%s is of kind %s; a class of kind %s holds its own kind only", name, member.Kind, d.concept.Kind)
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
	least := slices.MinFunc(path, func(a, b *terminology.Concept) int { return strings.Compare(a.Name, b.Name) })
	first := slices.Index(path, least)
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
		d.walker().AddError(at, "the class holds itself: %s", strings.Join(names, " holds "))
	}
	for _, c := range path {
		c.Any = nil
	}
}
