// SPDX-License-Identifier: Apache-2.0

package build

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// maxResource bounds a FHIR resource, in bytes.
const maxResource = 1 << 30

// resource holds the elements of CodeSystem, ValueSet, ConceptMap and Bundle (FHIR R4
// and R5) that are read.
type resource struct {
	ResourceType     string                         `json:"resourceType"`
	URL              string                         `json:"url"`
	HierarchyMeaning string                         `json:"hierarchyMeaning"`
	Concept          []concept                      `json:"concept"` // of a CodeSystem
	Expansion        struct{ Contains []contained } // of a ValueSet
	Compose          struct{ Include []include }    // of a ValueSet
	Group            []mapGroup                     `json:"group"` // of a ConceptMap
}

type concept struct {
	Code, Display string
	Designation   []designation
	Property      []struct {
		Code        string
		ValueCode   string `json:"valueCode"`
		ValueString string `json:"valueString"`
	}
	Concept []concept
}

type designation struct{ Value string }

type contained struct {
	System, Code, Display string
	Abstract, Inactive    bool
	Designation           []designation
	Contains              []contained
}

type include struct {
	System  string
	Concept []concept
}

type mapGroup struct {
	Source, Target string
	Element        []struct {
		Code, Display string
		Target        []struct{ Code, Display, Equivalence, Relationship string }
	}
}

// mapLinks are the links of the relationships of a ConceptMap: by equivalence (R4), which says how the
// target stands to the source, and by relationship (R5).
var mapLinks = map[string]lexicon.Relation{
	"equal": lexicon.Same, "equivalent": lexicon.Same, "wider": lexicon.Parent, "subsumes": lexicon.Parent, "narrower": lexicon.Child, "specializes": lexicon.Child,
	"source-is-narrower-than-target": lexicon.Parent, "source-is-broader-than-target": lexicon.Child,
}

func (a *adder) readFHIR(files partFiles) error {
	for _, name := range files.files[concepts] {
		if err := a.readFHIRFile(name); err != nil {
			return err
		}
	}
	return nil
}

func (a *adder) readFHIRFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	lower := strings.ToLower(name)
	if strings.HasSuffix(lower, ".tgz") || strings.HasSuffix(lower, ".tar.gz") {
		return a.readPackage(name, f)
	}
	in := io.Reader(f)
	if strings.HasSuffix(lower, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return a.readResource(name, in)
}

// readPackage reads the resources of a FHIR package, but for its examples.
func (a *adder) readPackage(name string, f io.Reader) error {
	z, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for in := tar.NewReader(z); ; {
		head, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		base := path.Base(head.Name)
		if head.Typeflag != tar.TypeReg || path.Ext(base) != ".json" || base == "package.json" || strings.HasPrefix(base, ".") || strings.Contains(head.Name, "/example") {
			continue
		}
		if err := a.readResource(name+":"+head.Name, in); err != nil {
			return err
		}
	}
}

// readResource reads one document.
func (a *adder) readResource(name string, in io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(in, maxResource+1))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if len(text) > maxResource {
		return fmt.Errorf("%s: it is larger than %d bytes", name, maxResource)
	}
	return a.addResource(name, bytes.TrimPrefix(text, []byte("\uFEFF")))
}

// addResource adds a resource, or those of a Bundle. Resources of other types are left out.
func (a *adder) addResource(name string, text []byte) error {
	place := func() string { return filepath.Base(name) }
	kind := resourceType(text)
	switch kind {
	case "Bundle":
		var bundle struct {
			Entry []struct {
				Resource jsontext.Value `json:"resource"`
			} `json:"entry"`
		}
		if err := json.Unmarshal(text, &bundle); err != nil {
			return jsonError(name, text, err)
		}
		for _, e := range bundle.Entry {
			if err := a.addResource(name, e.Resource); err != nil {
				return err
			}
		}
		return nil
	case "CodeSystem", "ValueSet", "ConceptMap":
	default:
		var whole jsontext.Value
		if err := json.Unmarshal(text, &whole); err != nil {
			return jsonError(name, text, err)
		}
		a.skip("resource of another type", place)
		return nil
	}
	var r resource
	if err := json.Unmarshal(text, &r, json.MatchCaseInsensitiveNames(true)); err != nil {
		return jsonError(name, text, err)
	}
	switch kind {
	case "CodeSystem":
		a.addCodeSystem(&r, place)
	case "ValueSet":
		a.addContained(r.Expansion.Contains, place)
		for _, i := range r.Compose.Include {
			for _, c := range i.Concept {
				a.addFHIRConcept(i.System, &c, place)
			}
		}
	case "ConceptMap":
		for i := range r.Group {
			a.addMapGroup(&r.Group[i], place)
		}
	}
	return nil
}

// resourceType gives the type of a resource; "" of other JSON.
func resourceType(text []byte) string {
	var head struct {
		ResourceType jsontext.Value `json:"resourceType"`
	}
	if json.Unmarshal(text, &head) != nil || head.ResourceType.Kind() != '"' {
		return ""
	}
	var kind string
	_ = json.Unmarshal(head.ResourceType, &kind)
	return kind
}

// jsonError names the line of an error in JSON.
func jsonError(name string, text []byte, err error) error {
	var offset int64
	if e := (*jsontext.SyntacticError)(nil); errors.As(err, &e) {
		offset, err = e.ByteOffset, e.Err
	} else if e := (*json.SemanticError)(nil); errors.As(err, &e) {
		offset, err = e.ByteOffset, fmt.Errorf("%s cannot be read: %w", e.JSONPointer, err)
	}
	line := 1 + bytes.Count(text[:min(offset, int64(len(text)))], []byte("\n"))
	return rowError(name, line, "%w", err)
}

func (a *adder) addCodeSystem(r *resource, place func() string) {
	if r.URL == "" {
		a.skip("CodeSystem without url", place)
		return
	}
	// Nested concepts lie below, unless the system groups them by something else.
	nested := r.HierarchyMeaning == "is-a" || r.HierarchyMeaning == "classified-with"
	a.addConcepts(r.URL, r.Concept, nil, nested, place)
}

func (a *adder) addConcepts(system string, list []concept, parent *code, nested bool, place func() string) {
	for i := range list {
		c, ok := a.addFHIRConcept(system, &list[i], place)
		if !ok {
			continue
		}
		if parent != nil && nested {
			a.relate(c, lexicon.Parent, *parent)
		} else if parent != nil {
			a.skip("nested concept whose hierarchyMeaning is not is-a or classified-with: it is not read as narrower", place)
		}
		for _, p := range list[i].Property {
			value := p.ValueCode
			if value == "" {
				value = p.ValueString
			}
			to, ok := newCode(system, value)
			switch {
			case !ok:
			case p.Code == "parent" || p.Code == "subsumedBy":
				a.relate(c, lexicon.Parent, to)
			case p.Code == "child":
				a.relate(c, lexicon.Child, to)
			}
		}
		a.addConcepts(system, list[i].Concept, &c, nested, place)
	}
}

func (a *adder) addFHIRConcept(system string, c *concept, place func() string) (code, bool) {
	id, ok := newCode(system, c.Code)
	if !ok {
		a.skip("no code, or no code system", place)
		return code{}, false
	}
	a.addCode(id)
	a.addFHIRNames(id, c.Display, c.Designation)
	return id, true
}

func (a *adder) addFHIRNames(c code, display string, others []designation) {
	group := groupOf(c.system)
	if c.system == patient.SNOMED {
		group = snomedGroup(display, others)
	}
	a.addName(c, group, lexicon.Label, display)
	for _, d := range others {
		a.addName(c, group, lexicon.Exact, d.Value)
	}
}

// snomedGroup gives the group of a concept of SNOMED CT by the tag of one of its names.
func snomedGroup(display string, others []designation) lexicon.Group {
	if _, tag := lexicon.CutTag(display); tag != "" {
		return snomedGroups[tag]
	}
	for _, d := range others {
		if _, tag := lexicon.CutTag(d.Value); tag != "" {
			return snomedGroups[tag]
		}
	}
	return lexicon.Diagnosis
}

func (a *adder) addContained(list []contained, place func() string) {
	for i := range list {
		c := &list[i]
		if id, ok := newCode(c.System, c.Code); ok {
			a.addCode(id)
			a.addFHIRNames(id, c.Display, c.Designation)
		} else if !c.Abstract {
			a.skip("no code, or no code system", place)
		}
		a.addContained(c.Contains, place)
	}
}

func (a *adder) addMapGroup(g *mapGroup, place func() string) {
	for _, e := range g.Element {
		from, ok := newCode(g.Source, e.Code)
		if !ok {
			a.skip("map without source, or without code", place)
			continue
		}
		a.addName(from, groupOf(from.system), lexicon.Label, e.Display)
		for _, t := range e.Target {
			kind := t.Equivalence + t.Relationship
			relation, means := mapLinks[kind]
			to, ok := newCode(g.Target, t.Code)
			switch {
			case !means:
				a.skip("map that says "+kind, place)
			case !ok:
				a.skip("map without target", place)
			default:
				a.addName(to, groupOf(to.system), lexicon.Exact, t.Display)
				a.relate(from, relation, to)
			}
		}
	}
}
