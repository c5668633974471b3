// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
	"go.yaml.in/yaml/v4"
)

// imports reads the files that the key concepts of a study names.
func (l *loader) imports(w *walker, n *yaml.Node, systems map[string]string) {
	if n == nil {
		return
	}
	seen := map[string]bool{}
	for _, item := range w.readList(n, "concepts") {
		ref := w.readLine(item, "an import")
		switch {
		case ref == "":
			l.unsure = true
		case seen[ref]:
			w.addError(item, "%s is listed twice", quoteBriefly(ref))
		case strings.HasPrefix(ref, terminology.BuiltinPrefix):
			l.importBuiltin(w, item, ref)
		default:
			l.importFile(w, item, ref, systems)
		}
		seen[ref] = true
	}
}

func (l *loader) importBuiltin(w *walker, n *yaml.Node, ref string) {
	parts, err := library()
	part := parts[ref]
	switch {
	case err != nil:
		first, _, _ := strings.Cut(err.Error(), "\n")
		w.addError(n, "the library is broken: %s", first)
	case part == nil:
		w.addError(n, "there is no %s%s", quoteBriefly(ref), w.hintFor(ref, terminology.Library()))
	default:
		l.hashSource("concepts", ref, part.data)
		l.importPart(w, n, part)
		return
	}
	l.unsure = true
}

func (l *loader) importFile(w *walker, n *yaml.Node, ref string, systems map[string]string) {
	path, data, ok := l.openFile(w, n, ref, maxFileSize)
	if !ok {
		l.unsure = true
		return
	}
	l.hashSource("concepts", ref, data)
	l.conceptFile(newSourceFile(path, l.sources, data, maxFileSize), systems)
	l.sources++
}

// conceptFile reads the concepts of a file and defines their names.
func (l *loader) conceptFile(src *sourceFile, systems map[string]string) []*terminology.Concept {
	w, root := l.parseFile(src)
	if w == nil {
		return nil
	}
	drafts := w.concepts(root, "concept file", systems)
	l.defineConcepts(drafts)
	list := make([]*terminology.Concept, len(drafts))
	for i, d := range drafts {
		l.valueSets(d)
		list[i] = d.concept
	}
	return list
}
