// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/eligo-trials/eligo/patient"
)

// loadProfile reads a profile of the folder of the profiles, once.
func (r *reader) loadProfile(n *yaml.Node, name string) *patient.Profile {
	path := filepath.Join(r.folder, filepath.FromSlash(r.patients), filepath.FromSlash(name)+".json")
	if p, read := r.profiles[path]; read {
		return p
	}
	data, err := readFile(path, patient.MaxBytes)
	var p *patient.Profile
	if err == nil {
		p, err = patient.DecodeBytes(data)
	}
	switch {
	case err != nil:
		for line := range strings.SplitSeq(err.Error(), "\n") {
			r.addError(n, "patient %s: %s", name, line)
		}
	case p.ID != filepath.Base(filepath.FromSlash(name)):
		r.addError(n, "the patient in %s.json is %s", name, p.ID)
	}
	r.profiles[path] = p
	return p
}

// readPerson reads a profile in the case itself.
func (r *reader) readPerson(n *yaml.Node, id string) *patient.Profile {
	if r.resolveAlias(n).Kind != yaml.MappingNode {
		r.addError(n, "person must be a mapping (key: value)")
		return nil
	}
	places := map[string]*yaml.Node{}
	before := len(r.errs)
	v := r.jsonValue(n, "$", "", places, 0)
	if len(r.errs) > before {
		return nil
	}
	if fields := v.(map[string]any); fields["id"] == nil {
		fields["id"] = id
	}
	doc, err := json.Marshal(v)
	if err != nil {
		r.addError(n, "person: %s", err)
		return nil
	}
	p, err := patient.DecodeBytes(doc)
	var wrong patient.Errors
	if errors.As(err, &wrong) {
		for _, e := range wrong {
			path := e.Path
			for places[path] == nil && path != "$" {
				path = path[:max(strings.LastIndexAny(path, ".["), 1)]
			}
			r.addError(places[path], "person: %s", e.Error())
		}
		return nil
	}
	if err != nil {
		r.addError(n, "person: %s", err)
	}
	return p
}

// jsonValue gives the JSON value of a node, and adds the node of each part of
// it to places. A scalar is a text, except where a profile has numbers and
// booleans.
func (r *reader) jsonValue(n *yaml.Node, path, key string, places map[string]*yaml.Node, depth int) any {
	places[path] = n
	p := r.resolveAlias(n)
	switch {
	case depth > maxDepth:
		r.addError(n, "nested too deep")
	case p.Kind == yaml.MappingNode:
		fields := map[string]any{}
		for _, e := range r.readEntries(n, "person") {
			fields[e.key.Value] = r.jsonValue(e.value, path+"."+e.key.Value, e.key.Value, places, depth+1)
		}
		return fields
	case p.Kind == yaml.SequenceNode:
		list := make([]any, 0, len(p.Content))
		for i, item := range p.Content {
			list = append(list, r.jsonValue(item, path+"["+strconv.Itoa(i)+"]", "", places, depth+1))
		}
		return list
	case isNull(p):
		r.addError(n, "%s has no value; leave it out", strings.TrimPrefix(path, "$."))
	case p.Style == 0 && key == "value" && slices.Contains([]string{"!!int", "!!float"}, p.Tag) && json.Valid([]byte(p.Value)):
		return json.RawMessage(p.Value)
	case p.Style == 0 && p.Tag == "!!bool" && (key == "deceased" || key == "bool"):
		return p.Value == "true"
	}
	return p.Value
}
