// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// Suffix ends the name of every file of cases.
const Suffix = ".cases.yaml"

// defaultPatients is the folder of the profiles, seen from the file of cases.
const defaultPatients = "../patients"

// maxFileSize is the most bytes of a file of cases.
const maxFileSize = 1 << 20

// File is a file of cases with its study, compiled.
type File struct {
	Path  string
	Study *rules.Study
	Cases []Case
	// Equivalent are changes of rules that no case can notice.
	Equivalent []Equivalent
}

// Equivalent is a rule that says the same as that of a criterion, though it is
// written otherwise.
type Equivalent struct {
	Pos                     rules.Position
	Criterion, Rule, Reason string
}

// Case is one person on one day, and what the study must say of them.
type Case struct {
	Pos     rules.Position
	Patient string // name of the profile; empty for one that the case holds itself
	Words   string // what sets the case apart
	Person  *patient.Profile
	Dates   matcher.Dates

	Verdict matcher.Verdict // empty: not asserted
	Awaits  matcher.Awaits  // asserted with the verdict
	// Truth is that of each criterion which the case, or the file under rest,
	// says something of.
	Truth           map[string]language.Truth
	Missing         map[string][]matcher.Why
	Reason          map[string]string
	Issues, Assumed string
}

// Name is "PATIENT: WORDS", or the one of them that is given.
func (c *Case) Name() string {
	if c.Patient == "" || c.Words == "" {
		return c.Patient + c.Words
	}
	return c.Patient + ": " + c.Words
}

// Load reads a file of cases, its study and the profiles that it names. Where
// any of them is wrong, the error is [rules.Errors], everything at once.
func Load(path string) (*File, error) {
	data, err := readFile(path, maxFileSize)
	if err != nil {
		return nil, fmt.Errorf("file of cases: %w", err)
	}
	return load(path, data)
}

func load(path string, data []byte) (*File, error) {
	r := &reader{file: path, folder: filepath.Dir(path), profiles: map[string]*patient.Profile{}}
	root := r.parse(data)
	if root == nil {
		return nil, r.errors()
	}
	f := r.read(root)
	if err := r.errors(); err != nil {
		return nil, err
	}
	return f, nil
}

// StudyPath gives the path of the study that a file of cases names, without
// reading anything else of it; "" where it names none.
func StudyPath(path string) string {
	data, err := readFile(path, maxFileSize)
	if err != nil {
		return ""
	}
	r := &reader{file: path}
	root := r.parse(data)
	if root == nil || root.Kind != yaml.MappingNode {
		return ""
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == "study" {
			return filepath.Join(filepath.Dir(path), filepath.FromSlash(root.Content[i+1].Value))
		}
	}
	return ""
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

// read makes a File of the document.
func (r *reader) read(root *yaml.Node) *File {
	f := &File{Path: r.file}
	top := r.object(root, "file of cases", "study!", "patients", "on!", "dates", "rest", "cases!", "equivalent")
	f.Study = r.study(top["study"])
	r.patients = r.text(top["patients"])
	if r.patients == "" {
		r.patients = defaultPatients
	}
	d := matcher.Dates{Screening: r.day(top["on"]), Anchors: r.days(top["dates"])}
	rest := r.truths(top["rest"])
	if top["rest"] != nil && f.Study != nil {
		for _, c := range f.Study.Criteria {
			if _, listed := rest[c.ID]; !listed {
				r.fail(top["rest"], "criterion %s is in the study and not in the cases", c.ID)
			}
		}
	}
	first := map[string]int{} // line of the case of each name
	for _, n := range r.list(top["cases"], "cases") {
		c := r.oneCase(n, d, rest)
		if line, taken := first[c.Name()]; taken && c.Name() != "" {
			r.fail(n, "a case of this name stands on line %d; tell them apart with case:", line)
		}
		first[c.Name()] = c.Pos.Line
		f.Cases = append(f.Cases, c)
		r.inside = ""
	}
	for _, n := range r.list(top["equivalent"], "equivalent") {
		k := r.object(n, "equivalent", "criterion!", "rule!", "reason!")
		e := Equivalent{r.at(n), r.text(k["criterion"]), oneSpace(r.text(k["rule"])), r.text(k["reason"])}
		if r.criteria != nil && e.Criterion != "" && !slices.Contains(r.criteria, e.Criterion) {
			r.fail(k["criterion"], "the study has no criterion %s%s", e.Criterion, nearest(e.Criterion, r.criteria))
		}
		f.Equivalent = append(f.Equivalent, e)
	}
	return f
}

// oneSpace makes one space of any white space.
func oneSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

// study compiles the study of the file.
func (r *reader) study(n *yaml.Node) *rules.Study {
	name := r.text(n)
	if name == "" {
		return nil
	}
	s, err := rules.Load(filepath.Join(r.folder, filepath.FromSlash(name)))
	if err != nil {
		r.join(n, "study "+name, err)
		return nil
	}
	for _, c := range s.Criteria {
		r.criteria = append(r.criteria, c.ID)
	}
	r.anchors = s.Anchors
	return s
}

func (r *reader) day(n *yaml.Node) patient.Day {
	text := r.text(n)
	if text == "" {
		return 0
	}
	d, err := patient.ParseDay(text)
	if err != nil {
		r.fail(n, "%s", err)
	}
	return d
}

func (r *reader) days(n *yaml.Node) map[string]patient.Day {
	days := map[string]patient.Day{}
	for _, e := range r.entries(n, "dates") {
		days[e.key.Value] = r.day(e.value)
		if r.criteria != nil && !slices.Contains(r.anchors, e.key.Value) {
			known := "it declares no dates"
			if len(r.anchors) > 0 {
				known = "it declares " + strings.Join(r.anchors, ", ")
			}
			r.fail(e.key, "the study has no date %s; %s", e.key.Value, known)
		}
	}
	return days
}
