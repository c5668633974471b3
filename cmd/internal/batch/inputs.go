// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

// Inputs are all values that the outputs of a run depend on. A run is resumed
// with the same inputs only.
type Inputs struct {
	Engine   string                 `json:"engine"`
	Studies  []StudyInput           `json:"studies"`          // in the order of the results
	Dates    map[string]patient.Day `json:"dates"`            // the given dates, and screening
	Horizon  string                 `json:"horizon,omitzero"` // how far ahead to look: "90 days"
	Fixed    []string               `json:"fixed,omitzero"`   // names of dates that stay on their day
	Complete []patient.Domain       `json:"complete"`
	Systems  map[string]string      `json:"systems"`
	Only     []matcher.Verdict      `json:"only"`
	Shard    string                 `json:"shard"` // "3/8"; "" is the whole source
	Source   Identity               `json:"source"`
}

// StudyInput is a study, the SHA-256 of its text, and that of the terminologies of the
// site that its facts are read with, if there are any.
type StudyInput struct {
	ID          string `json:"id"`
	SHA256      string `json:"sha256"`
	Terminology string `json:"terminology,omitzero"`
}

// Identity identifies a source and its state without reading the files. The path
// of the source is no part of it: a source may be moved, or have another path on
// another machine.
type Identity struct {
	Kind     string `json:"kind"`
	Name     string `json:"name"`     // of the file or folder, without the folders around it
	Files    int    `json:"files"`    // number of files
	Bytes    int64  `json:"bytes"`    // of all files, as they are on disk
	Modified string `json:"modified"` // SHA-256 over the names, sizes and times of all files; "" of standard input
}

func (j *Job) inputs() Inputs {
	in := Inputs{
		Engine: "eligo " + matcher.Version, Dates: map[string]patient.Day{language.Screening: j.Dates.Screening},
		Complete: append([]patient.Domain{}, j.Source.options.Complete...), Systems: map[string]string{},
		Only: append([]matcher.Verdict{}, j.Only...), Shard: j.Shard.String(), Source: j.Source.Identity,
	}
	if j.When != nil {
		in.Horizon, in.Fixed = j.When.Horizon.String(), slices.Sorted(slices.Values(j.When.Fixed))
	}
	for _, s := range j.Studies {
		in.Studies = append(in.Studies, StudyInput{s.ID, s.SHA256, s.Terminology.SHA256()})
	}
	maps.Copy(in.Dates, j.Dates.Anchors)
	maps.Copy(in.Systems, j.Source.options.Systems)
	slices.Sort(in.Complete)
	slices.Sort(in.Only)
	in.Only = slices.Compact(in.Only)
	return in
}

type difference struct{ subject, first, second string }

func (d difference) change() string {
	return fmt.Sprintf("%s: was %s, is now %s", d.subject, d.first, d.second)
}

func (in *Inputs) compare(o *Inputs) []difference {
	d := in.compareShared(o)
	if in.Shard != o.Shard {
		d = append(d, difference{"the shard", allIfNone(in.Shard), allIfNone(o.Shard)})
	}
	if len(d) == 0 && in.Source.Modified != o.Source.Modified {
		d = append(d, difference{"the source " + in.Source.Name, "as it was", "changed (the name, size or time of a file)"})
	}
	return d
}

// compareShared lists the differences that two shards of one run cannot have.
// They may differ in the times of the files: machines may have copies.
func (in *Inputs) compareShared(o *Inputs) (d []difference) {
	add := func(subject, first, second string) {
		if first != second {
			d = append(d, difference{subject, first, second})
		}
	}
	add("the program", in.Engine, o.Engine)
	ids := func(all []StudyInput) (ids []string) {
		for _, s := range all {
			ids = append(ids, s.ID)
		}
		return ids
	}
	add("the studies", joinNames(ids(in.Studies)), joinNames(ids(o.Studies)))
	for i := range min(len(in.Studies), len(o.Studies)) {
		if a, b := in.Studies[i], o.Studies[i]; a.ID == b.ID {
			add("the text of study "+a.ID+" and the concept files that it imports (SHA-256)", a.SHA256, b.SHA256)
			add("the terminology of study "+a.ID+" (SHA-256)", cmp.Or(a.Terminology, "none"), cmp.Or(b.Terminology, "none"))
		}
	}
	names := slices.AppendSeq(slices.Collect(maps.Keys(in.Dates)), maps.Keys(o.Dates))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		add("the date "+name, dayOrNone(in.Dates[name]), dayOrNone(o.Dates[name]))
	}
	add("the time that is looked ahead", cmp.Or(in.Horizon, "none"), cmp.Or(o.Horizon, "none"))
	add("the dates that are fixed", joinNames(in.Fixed), joinNames(o.Fixed))
	add("the complete domains", joinNames(in.Complete), joinNames(o.Complete))
	add("the named code systems", joinSystems(in.Systems), joinSystems(o.Systems))
	add("the verdicts that are written", allIfNone(joinNames(in.Only)), allIfNone(joinNames(o.Only)))
	add("the source", in.Source.Name, o.Source.Name)
	add("what the source holds", in.Source.Kind, o.Source.Kind)
	size := func(s Identity) string { return fmt.Sprintf("%d bytes in %d files", s.Bytes, s.Files) }
	add("the size of the source", size(in.Source), size(o.Source))
	return d
}

func joinSystems(all map[string]string) string {
	var pairs []string
	for _, url := range slices.Sorted(maps.Keys(all)) {
		pairs = append(pairs, url+"="+all[url])
	}
	return joinNames(pairs)
}

func dayOrNone(d patient.Day) string {
	if d == 0 {
		return "not given"
	}
	return d.String()
}

func allIfNone(s string) string {
	if s == "" || s == "none" {
		return "all"
	}
	return s
}

func joinNames[S ~string](all []S) string {
	if len(all) == 0 {
		return "none"
	}
	return plural.Join(all, ", ")
}
