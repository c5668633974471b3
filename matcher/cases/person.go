// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/yamlwalk"
)

// loadProfile reads a profile of the folder of the profiles, once.
func (r *reader) loadProfile(n *yamlwalk.Node, name string) *patient.Profile {
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
			r.AddError(n, "patient %s: %s", name, line)
		}
	case p.ID != filepath.Base(filepath.FromSlash(name)):
		r.AddError(n, "the patient in %s.json is %s", name, p.ID)
	}
	r.profiles[path] = p
	return p
}

func (r *reader) readPerson(n *yamlwalk.Node, id string) *patient.Profile {
	if n.Kind != yamlwalk.Mapping {
		r.AddError(n, "person must be a mapping (key: value)")
		return nil
	}
	places := map[string]*yamlwalk.Node{}
	before := r.ProblemCount()
	v := r.jsonValue(n, "$", "", places)
	if r.ProblemCount() > before {
		return nil
	}
	if fields := v.(map[string]any); fields["id"] == nil {
		fields["id"] = id
	}
	doc, err := json.Marshal(v)
	if err != nil {
		r.AddError(n, "person: %s", err)
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
			r.AddError(places[path], "person: %s", e.Error())
		}
		return nil
	}
	if err != nil {
		r.AddError(n, "person: %s", err)
	}
	return p
}

// jsonValue gives the JSON value of a node, and adds the node of each part of
// it to places. A scalar is a text, except where a profile has numbers and
// booleans.
func (r *reader) jsonValue(n *yamlwalk.Node, path, key string, places map[string]*yamlwalk.Node) any {
	places[path] = n
	switch {
	case n.Kind == yamlwalk.Mapping:
		fields := map[string]any{}
		for _, e := range r.ReadEntries(n, "person") {
			fields[e.Key.Value] = r.jsonValue(e.Value, path+"."+e.Key.Value, e.Key.Value, places)
		}
		return fields
	case n.Kind == yamlwalk.Sequence:
		list := make([]any, 0, len(n.Content))
		for i, item := range n.Content {
			list = append(list, r.jsonValue(item, path+"["+strconv.Itoa(i)+"]", "", places))
		}
		return list
	case yamlwalk.IsNull(n):
		r.AddError(n, "%s has no value; leave it out", strings.TrimPrefix(path, "$."))
	case n.Style == 0 && key == "value" && slices.Contains([]string{"!!int", "!!float"}, n.Tag) && json.Valid([]byte(n.Value)):
		return json.RawMessage(n.Value)
	case n.Style == 0 && n.Tag == "!!bool" && (key == "deceased" || key == "bool"):
		return n.Value == "true"
	}
	return n.Value
}
