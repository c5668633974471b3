// SPDX-License-Identifier: Apache-2.0

package resource

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"

	"github.com/eligo-trials/eligo/patient/internal/json"
)

// bundleDocument is a Bundle or a bare Patient, whose text is valid JSON, and its
// own members.
type bundleDocument struct {
	Reader
	resources        []json.Span // where the resources stand, as far as is known
	resourceType     string      // resourceType
	bundleType       string      // Bundle.type
	total            string      // Bundle.total, as written
	hasPages         bool        // a link to a next or previous page
	hasImplicitRules bool        // implicitRules
	entryCount       int         // entries
	matchCount       int         // entries that count towards the total
}

// maxDepth is how deep a Bundle may stand in a Bundle (a batch-response of
// searches is one deep).
const maxDepth = 4

// AddDocument takes a Bundle or a bare Patient, of well-formed JSON. EntryValues
// are the spans that [json.WellFormed] gave.
func (g *Collection) AddDocument(text []byte, entryValues []json.Span) error {
	return g.addDocument(text, entryValues, "", 0)
}

func (g *Collection) addDocument(text []byte, resources []json.Span, home string, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("a Bundle stands in a Bundle more than %d deep", maxDepth)
	}
	d := bundleDocument{Reader: *g.readerOf(text), resources: resources}
	if err := g.readMembers(&d, depth); err != nil {
		return err
	}
	switch {
	case d.resourceType == "Bundle" && len(d.Faults) > 0:
		return fmt.Errorf("Bundle.%s", d.Faults[0])
	case d.resourceType == "Bundle":
		return d.checkComplete()
	case d.resourceType == "Patient" && d.entryCount == 0:
		g.addResource(text, entry{fullURL: home}, d.resourceType)
		return nil
	case d.resourceType == "":
		return errors.New(`not FHIR: the JSON object has no "resourceType"`)
	}
	return fmt.Errorf("a %s: a Bundle or a Patient is needed", TypeName(d.resourceType))
}

// readResource passes over a resource, in one step where its end is known.
func (d *bundleDocument) readResource() []byte {
	d.PeekToken()
	for len(d.resources) > 0 && d.resources[0].Start < d.At {
		d.resources = d.resources[1:]
	}
	if len(d.resources) > 0 && d.resources[0].Start == d.At {
		start := d.At
		d.At = d.resources[0].End
		return d.Text[start:d.At]
	}
	return d.ReadValue()
}

// checkComplete refuses a Bundle that is not the whole answer: the domains that it
// holds would look complete. https://hl7.org/fhir/R4/http.html#paging
func (d *bundleDocument) checkComplete() error {
	total, err := strconv.Atoi(d.total)
	switch {
	case d.hasImplicitRules:
		return errors.New("the Bundle has implicitRules, which are not known: it must not be interpreted")
	case d.hasPages:
		return errors.New("the Bundle is one page of several (link next or previous): gather every page into one Bundle first")
	case d.bundleType == "searchset" && len(d.total) < 10 && err == nil && total > d.matchCount:
		return fmt.Errorf("the Bundle holds %d of %s resources found: gather every page into one Bundle first", d.matchCount, d.total)
	}
	return nil
}

// readMembers reads the members of the document's object. Those of a Bundle are
// taken whatever its type turns out to be, since their order is free.
func (g *Collection) readMembers(d *bundleDocument, depth int) error {
	if !d.StepInto('{') {
		return errors.New("not FHIR: a JSON object is needed")
	}
	first, gone := len(g.statements), len(g.deletions)
	for name, ok := d.NextKey(); ok; name, ok = d.NextKey() {
		d.Reader.Element = name
		switch string(name) {
		case "resourceType":
			d.resourceType = d.ReadText()
		case "type":
			d.bundleType = d.ReadText()
		case "total":
			d.total = d.ReadNumeral()
		case "implicitRules":
			d.hasImplicitRules = d.readFilled()
		case "link":
			d.hasPages = HasPages(d.ReadValue())
		case "entry":
			if err := g.addEntries(d, depth); err != nil {
				return err
			}
		default:
			d.SkipValue()
		}
	}
	if d.bundleType == "history" {
		for i := range g.statements[first:] {
			g.statements[first+i].version.history = true
		}
		for i := range g.deletions[gone:] {
			g.deletions[gone+i].version.history = true
		}
	}
	return nil
}

// HasPages reports whether a list of links has one to another page.
func HasPages(links []byte) (found bool) {
	r := NewReader(links)
	r.ReadList(func() {
		var relation string
		r.ReadObject(func(name []byte) { r.ReadMember(name, "relation", &relation) })
		found = found || relation == "next" || relation == "prev" || relation == "previous"
	})
	return found
}

func (g *Collection) addEntries(d *bundleDocument, depth int) error {
	if !d.StepInto('[') {
		return errors.New("Bundle.entry is not an array")
	}
	for d.Cursor.NextElement() {
		e, err := d.readEntry()
		if err == nil {
			if e.resource != nil && e.searchMode != "outcome" {
				d.matchCount++
			}
			err = g.addEntry(e, depth)
		}
		if err != nil {
			return fmt.Errorf("Bundle.entry[%d]: %w", d.entryCount, err)
		}
		d.entryCount++
	}
	return nil
}

type entry struct {
	fullURL    string // fullUrl
	base       string // where it is known though there is no fullUrl
	resource   []byte
	searchMode string // search.mode
	method     string // request.method
	url        string // request.url
	status     string // response.status
	modified   string // response.lastModified
	modifier   bool   // has a modifierExtension
}

// readEntry reads one entry. Its resource is passed over and then part of the text.
func (d *bundleDocument) readEntry() (e entry, err error) {
	if !d.StepInto('{') {
		return e, errors.New("not an object")
	}
	before := len(d.Faults)
	for name, ok := d.NextKey(); ok; name, ok = d.NextKey() {
		switch string(name) {
		case "fullUrl":
			e.fullURL = d.ReadText()
		case "resource":
			if !d.skipNull() {
				e.resource = d.readResource()
			}
		case "search":
			d.ReadObject(func(name []byte) { d.ReadMember(name, "mode", &e.searchMode) })
		case "request":
			e.url, e.method = readPair(&d.Reader, "url", "method", (*Reader).ReadText)
		case "response":
			e.status, e.modified = readPair(&d.Reader, "status", "lastModified", (*Reader).ReadText)
		case "modifierExtension":
			e.modifier = d.readFilled()
		default:
			d.SkipValue()
		}
		if len(d.Faults) > before {
			return e, fmt.Errorf("%s has the wrong JSON type", TypeName(string(name)))
		}
	}
	return e, nil
}

// Deletion is a resource that a server deleted.
type Deletion struct {
	Resource string // Type/id
	When     string // an instant; "" is not known
}

// ReadDeletions reads a Bundle of deletions: a transaction whose entries have the
// method DELETE (https://hl7.org/fhir/uv/bulkdata/export.html, "deleted"). It
// ignores the entries of any other Bundle.
func ReadDeletions(text []byte) (all []Deletion, err error) {
	d := bundleDocument{Reader: *NewReader(text)}
	var bundle Version
	var entries []entry
	d.ReadObject(func(name []byte) {
		d.Element = name
		switch string(name) {
		case "meta":
			d.ReadMeta(&bundle)
		case "entry":
			d.ReadList(func() {
				if d.PeekToken() != '{' {
					d.SkipValue()
					return
				}
				e, wrong := d.readEntry()
				err = cmp.Or(err, wrong)
				if e.method == "DELETE" {
					entries = append(entries, e)
				}
			})
		}
	})
	if err == nil && len(d.Faults) > 0 {
		err = errors.New(d.Faults[0])
	}
	if err != nil {
		return nil, fmt.Errorf("what was deleted cannot be told: Bundle: %w", err)
	}
	for i := range entries {
		a := ParseAddress(entries[i].url)
		if a.ID == "" {
			return nil, errors.New("what was deleted cannot be told: the url of a DELETE is not Type/id")
		}
		all = append(all, Deletion{a.Kind + "/" + a.ID, cmp.Or(entries[i].modified, bundle.Updated)})
	}
	return all, nil
}
