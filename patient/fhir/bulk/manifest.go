// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir/internal/resource"
	"github.com/eligo-trials/eligo/patient/internal/json"
	"github.com/eligo-trials/eligo/patient/internal/lines"
)

// manifest is the server's description of the export:
// https://hl7.org/fhir/uv/bulkdata/export.html#response---complete-status
type manifest struct {
	through patient.Date // transactionTime
	request string
	outputs []manifestOutput
	paged   bool // there are further manifests
	found   bool
}

type manifestOutput struct {
	kind  string // type, or OperationOutcome, or Bundle
	url   string
	count int // -1 is not said
	file  *exportFile
}

const maxManifest = 16 << 20

// readManifest reads manifest.json, if there is one. One that cannot be read
// may say that the export is not complete, and ends the reading.
func readManifest(file string) (m manifest, err error) {
	f, err := os.Open(file)
	if errors.Is(err, os.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	if err != nil {
		return m, err
	}
	text = bytes.TrimPrefix(text, lines.BOM)
	if _, err := json.WellFormed(text); err != nil || len(text) > maxManifest {
		return m, fmt.Errorf("manifest.json is not JSON, or over %d MiB: what the export holds cannot be told", maxManifest>>20)
	}
	r := resource.NewReader(text)
	m.readManifest(r)
	if len(r.Faults) > 0 {
		return m, fmt.Errorf("manifest.json: %s", r.Faults[0])
	}
	return m, nil
}

func (m *manifest) readManifest(r *resource.Reader) {
	r.ReadObject(func(name []byte) {
		r.Element = name
		switch string(name) {
		case "transactionTime":
			m.through = r.ReadDate()
		case "request":
			m.request = r.ReadText()
		case "output":
			m.found = true
			r.ReadList(func() { m.readOutput(r, "") })
		case "deleted":
			r.ReadList(func() { m.readOutput(r, "Bundle") })
		case "error":
			r.ReadList(func() { m.readOutput(r, "OperationOutcome") })
		case "link":
			m.paged = resource.HasPages(r.ReadValue())
		}
	})
}

func (m *manifest) readOutput(r *resource.Reader, kind string) {
	o := manifestOutput{kind: kind, count: -1}
	r.ReadObject(func(name []byte) {
		switch string(name) {
		case "type":
			if t := r.ReadText(); kind == "" {
				o.kind = t
			}
		case "url":
			o.url = r.ReadText()
		case "count":
			if n, err := strconv.Atoi(r.ReadNumeral()); err == nil && n >= 0 {
				o.count = n
			}
		}
	})
	m.outputs = append(m.outputs, o)
}

// fileName gives the name of the file that a client makes of the URL.
func (o *manifestOutput) fileName() string {
	u, err := url.Parse(o.url)
	if err != nil {
		return ""
	}
	if b := path.Base(strings.ReplaceAll(u.Path, `\`, "/")); b != "." && b != "/" && b != ".." {
		return b
	}
	return ""
}

// checkRestrictions notes the parameters of the request that left resources out.
func (x *export) checkRestrictions() error {
	_, query, _ := strings.Cut(x.manifest.request, "?") // the URL of a POST has no parameters
	p, err := url.ParseQuery(query)
	if err != nil {
		x.doubts.AddToAll("manifest.json", "its request cannot be read: whether the export is complete is not known", true)
	}
	if p.Has("_elements") {
		return errors.New("the export was made with _elements: what was left out may change what the rest means (a status, for example); make it without")
	}
	if p.Has("_since") {
		x.doubts.AddToAll("manifest.json", "the export was made with _since: it holds only what changed since then", true)
	}
	if x.manifest.paged {
		x.doubts.AddToAll("manifest.json", "it is one of several: the export goes on elsewhere", true)
	}
	for _, all := range p["_typeFilter"] {
		for one := range strings.SplitSeq(all, ",") {
			kind, _, _ := strings.Cut(one, "?")
			if decoded, err := url.QueryUnescape(kind); err == nil {
				kind, _, _ = strings.Cut(decoded, "?")
			}
			if domain, known := resource.DomainOf(kind); known {
				x.doubts.Add(domain, "manifest.json", "the export was made with a _typeFilter of "+kind+": some are left out", true)
			}
		}
	}
	return nil
}

// checkCounts compares the files with those that the manifest lists. Files may
// have been renamed: those of a type that it does not list stand for those of
// the type that are not here.
func (x *export) checkCounts() error {
	missing, resources := map[string]int{}, map[string]int{}
	for i := range x.manifest.outputs {
		o := &x.manifest.outputs[i]
		switch {
		case o.count == 0:
			x.counts[resource.TypeName(o.kind)] += 0 // exported, and there is none
		case o.file == nil:
			missing[o.kind]++
		case o.count > o.file.lines:
			if err := x.markIncomplete(o.kind, fmt.Sprintf("manifest.json lists %d resources in %s, and %d are here", o.count, o.file.name, o.file.lines)); err != nil {
				return err
			}
		}
		resources[o.kind] += max(o.count, 0)
	}
	spare := map[string]int{}
	for _, f := range x.files {
		if f.listed == nil {
			spare[f.kind]++
		}
	}
	for _, kind := range sortedKeys(missing) {
		why := ""
		if n := missing[kind] - spare[kind]; n > 0 {
			why = fmt.Sprintf("manifest.json lists %d more files of %s than are here", n, resource.TypeName(kind))
		} else if listed, here := resources[kind], x.counts[kind]; listed > here {
			why = fmt.Sprintf("manifest.json lists %d resources of %s, and %d are here", listed, resource.TypeName(kind), here)
		}
		if why == "" {
			continue
		}
		if err := x.markIncomplete(kind, why); err != nil {
			return err
		}
	}
	return nil
}

func (x *export) markIncomplete(kind, why string) error {
	domain, fact := resource.DomainOf(kind)
	switch {
	case kind == "Bundle":
		return errors.New(why + ": what was deleted cannot be told")
	case kind == "OperationOutcome":
		x.outcomes.addError("manifest.json")
	case fact:
		x.doubts.Add(domain, "manifest.json", why, false)
	case kind == "":
		x.doubts.AddToAll("manifest.json", why, false)
	}
	if !isRead(kind) {
		x.o.notify("%s", why)
		return nil
	}
	return x.yieldRecord((&patient.RecordError{Place: patient.Place{Source: x.inFolder("manifest.json")}, Err: errors.New(why), Cut: true}).Record())
}
