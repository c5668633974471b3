// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"fmt"
	"slices"

	"github.com/eligo-trials/eligo/patient/fhir/internal/resource"
)

// deletionSet are the resources that are gone, and when they went.
type deletionSet struct {
	at    map[string]string // by "Type/id"; the time may be empty
	size  int64
	limit int64
}

func (d *deletionSet) addBundle(text []byte) error {
	all, err := resource.ReadDeletions(text)
	for i := 0; i < len(all) && err == nil; i++ {
		err = d.addDeletion(all[i].Resource, all[i].When)
	}
	return err
}

func (d *deletionSet) addDeletion(name, when string) error {
	if d.at == nil {
		d.at = map[string]string{}
	}
	earlier, again := d.at[name]
	if again && resource.Newer(resource.Version{Updated: when}, resource.Version{Updated: earlier}) < 0 {
		return nil
	}
	if !again {
		const overhead = 64
		if d.size += int64(len(name) + len(when) + overhead); d.size > d.limit {
			return fmt.Errorf("more resources are named as deleted (%d) than a quarter of the memory holds; give more", len(d.at))
		}
	}
	d.at[name] = when
	return nil
}

// isDeleted reports whether a resource is gone: unless it is surely newer than its
// deletion.
func (d *deletionSet) isDeleted(text []byte) bool {
	if len(d.at) == 0 {
		return false
	}
	r := resource.NewReader(text)
	var kind, id string
	var v resource.Version
	r.ReadObject(func(name []byte) {
		switch string(name) {
		case "resourceType":
			kind = r.ReadText()
		case "id":
			id = r.ReadText()
		case "meta":
			r.ReadMeta(&v)
		}
	})
	when, gone := d.at[kind+"/"+id]
	return gone && resource.Newer(resource.Version{Updated: when}, v) >= 0
}

type outcomeCounts struct {
	errors int
	others int
	first  string // where the first error, or else the first, stands
}

// addOutcome reads an OperationOutcome: https://hl7.org/fhir/R4/operationoutcome.html
func (o *outcomeCounts) addOutcome(text []byte, at string) {
	r := resource.NewReader(text)
	var severities []string
	r.ReadObject(func(name []byte) {
		if string(name) != "issue" {
			return
		}
		r.ReadList(func() {
			var s string
			r.ReadObject(func(name []byte) { r.ReadMember(name, "severity", &s) })
			severities = append(severities, s)
		})
	})
	mayBeError := func(s string) bool { return s != "information" && s != "warning" && s != "success" }
	if len(severities) > 0 && !slices.ContainsFunc(severities, mayBeError) {
		if o.others++; o.first == "" {
			o.first = at
		}
		return
	}
	o.addError(at)
}

// addError counts an outcome that is an error or may be one.
func (o *outcomeCounts) addError(at string) {
	if o.errors++; o.errors == 1 {
		o.first = at
	}
}

func (o *outcomeCounts) total() int { return o.errors + o.others }

func (o *outcomeCounts) String() string {
	return fmt.Sprintf("%s: the server had something to say about the export: %d errors, %d warnings or notes", o.first, o.errors, o.others)
}
