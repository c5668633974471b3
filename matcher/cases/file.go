// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/yamlwalk"
)

// Suffix is the end of the name of a file of cases.
const Suffix = ".cases.yaml"

// defaultPatients is the folder of the profiles, relative to the file of cases.
const defaultPatients = "../patients"

// maxFileSize is the maximum size of a file of cases in bytes.
const maxFileSize = 1 << 20

// File is a file of cases with its compiled study.
type File struct {
	Path  string
	Study *rules.Study
	Cases []Case
	// Equivalent are changes of rules that no case can notice.
	Equivalent []Equivalent
}

// Equivalent is a rule with the same meaning as that of a criterion.
type Equivalent struct {
	Pos                     rules.Position
	Criterion, Rule, Reason string
}

// Case is one person on one day, and the expected result.
type Case struct {
	Pos     rules.Position
	Patient string // name of the profile; empty for one that the case holds itself
	Words   string // the name of the case
	Person  *patient.Profile
	Dates   matcher.Dates

	Verdict matcher.Verdict // empty: not asserted
	Awaits  matcher.Awaits  // asserted with the verdict
	// Truth is the expected truth of each criterion that the case, or rest in
	// the file, names.
	Truth           map[string]language.Truth
	Missing         map[string][]matcher.Why
	Reason          map[string]string
	Issues, Assumed string
}

// Name is "PATIENT: WORDS", or the one of them that is present.
func (c *Case) Name() string {
	if c.Patient == "" || c.Words == "" {
		return c.Patient + c.Words
	}
	return c.Patient + ": " + c.Words
}

// PersonID gives the id of a person whose profile in the case has none: the words
// of the case, cut to 200 bytes.
func (c *Case) PersonID() string {
	const most = 200 // a profile takes 256
	id := cmp.Or(c.Words, "case")
	if len(id) <= most {
		return id
	}
	cut := most
	for !utf8.RuneStart(id[cut]) {
		cut--
	}
	return id[:cut]
}

// LoadFile reads a file of cases, its study and the profiles that it names. An
// error in any of them is [rules.Errors], which lists all.
func LoadFile(path string) (*File, error) {
	data, err := readFile(path, maxFileSize)
	if err != nil {
		return nil, fmt.Errorf("file of cases: %w", err)
	}
	return parseFile(path, data)
}

func parseFile(path string, data []byte) (*File, error) {
	r, root := newReader(path, data)
	if root == nil {
		return nil, r.AsErrors()
	}
	f := r.readDocument(root)
	if err := r.AsErrors(); err != nil {
		return nil, err
	}
	return f, nil
}

// StudyPath gives the path of the study of a file of cases, without reading the
// rest; "" if it names none.
func StudyPath(path string) string {
	data, err := readFile(path, maxFileSize)
	if err != nil {
		return ""
	}
	_, root := newReader(path, data)
	study := yamlwalk.ValueOf(root, "study")
	if study == nil {
		return ""
	}
	return filepath.Join(filepath.Dir(path), filepath.FromSlash(study.Value))
}

func readFile(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("the file is larger than %d KiB", most>>10)
	}
	return data, err
}

func (r *reader) readDocument(root *yamlwalk.Node) *File {
	f := &File{Path: r.File.Name}
	top := r.ReadObject(root, "file of cases", "study!", "patients", "on!", "dates", "rest", "cases!", "equivalent")
	f.Study = r.loadStudy(top.ValueOf("study"))
	r.patients = top.ReadText("patients")
	if r.patients == "" {
		r.patients = defaultPatients
	}
	d := matcher.Dates{Screening: r.readDay(top.ValueOf("on"), "on"), Anchors: r.readDays(top.ValueOf("dates"))}
	rest := r.readTruths(top.ValueOf("rest"))
	if top.ValueOf("rest") != nil && f.Study != nil {
		for _, c := range f.Study.Criteria {
			if _, listed := rest[c.ID]; !listed {
				r.AddError(top.ValueOf("rest"), "criterion %s is in the study and not in the cases", c.ID)
			}
		}
	}
	first := map[string]int{} // line of the case of each name
	for _, n := range r.ReadList(top.ValueOf("cases"), "cases") {
		c := r.readCase(n, d, rest)
		if line, taken := first[c.Name()]; taken && c.Name() != "" {
			r.AddError(n, "a case of this name stands on line %d; tell them apart with case:", line)
		}
		first[c.Name()] = c.Pos.Line
		f.Cases = append(f.Cases, c)
		r.Inside = ""
	}
	for _, n := range r.ReadList(top.ValueOf("equivalent"), "equivalent") {
		k := r.ReadObject(n, "equivalent", "criterion!", "rule!", "reason!")
		e := Equivalent{r.File.PositionOf(n), k.ReadText("criterion"), oneSpace(k.ReadText("rule")), k.ReadText("reason")}
		if r.criteria != nil && e.Criterion != "" && !slices.Contains(r.criteria, e.Criterion) {
			r.AddError(k.ValueOf("criterion"), "the study has no criterion %s%s", e.Criterion, patient.DidYouMean(e.Criterion, r.criteria))
		}
		f.Equivalent = append(f.Equivalent, e)
	}
	return f
}

func oneSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

func (r *reader) loadStudy(n *yamlwalk.Node) *rules.Study {
	name := r.ReadText(n, "study")
	if name == "" {
		return nil
	}
	s, err := rules.Load(filepath.Join(r.folder, filepath.FromSlash(name)))
	if err != nil {
		r.addErrors(n, "study "+name, err)
		return nil
	}
	for _, c := range s.Criteria {
		r.criteria = append(r.criteria, c.ID)
	}
	r.anchors = s.Anchors
	return s
}

func (r *reader) readDay(n *yamlwalk.Node, field string) patient.Day {
	text := r.ReadText(n, field)
	if text == "" {
		return 0
	}
	d, err := patient.ParseDay(text)
	if err != nil {
		r.AddError(n, "%s", err)
	}
	return d
}

func (r *reader) readDays(n *yamlwalk.Node) map[string]patient.Day {
	days := map[string]patient.Day{}
	for _, e := range r.ReadEntries(n, "dates") {
		days[e.Key.Value] = r.readDay(e.Value, e.Key.Value)
		if r.criteria != nil && !slices.Contains(r.anchors, e.Key.Value) {
			known := "it declares no dates"
			if len(r.anchors) > 0 {
				known = "it declares " + strings.Join(r.anchors, ", ")
			}
			r.AddError(e.Key, "the study has no date %s; %s", e.Key.Value, known)
		}
	}
	return days
}

//go:embed cases.schema.json
var casesSchema []byte

// Schema gives the JSON Schema (draft 2020-12) of a file of cases, for editors.
// [LoadFile] looks further, at the study and at every name. The person of a case is
// a profile whose id may be left out. Its texts that look like numbers, such as
// codes, want quotation marks here, which Load does without.
func Schema() []byte {
	var file, profile map[string]any
	if json.Unmarshal(casesSchema, &file) != nil || json.Unmarshal(patient.Schema(), &profile) != nil {
		return nil // both are part of the program, and tested
	}
	parts := file["$defs"].(map[string]any)
	for name, part := range profile["$defs"].(map[string]any) {
		parts[name] = part
	}
	for _, key := range []string{"$schema", "$id", "$defs"} {
		delete(profile, key)
	}
	required := slices.DeleteFunc(profile["required"].([]any), func(key any) bool { return key == "id" })
	if len(required) == 0 {
		delete(profile, "required")
	} else {
		profile["required"] = required
	}
	parts["person"] = profile
	out, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return nil
	}
	return append(out, '\n')
}
