// SPDX-License-Identifier: Apache-2.0

package terminology_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// maxNeedless is the share of rows, in percent, whose right answer is definite and
// that may be answered with "unknown".
const maxNeedless = 5

// An answer is what a rule is told about one fact and one concept.
type answer string

const (
	yes     answer = "yes"
	no      answer = "no"
	unknown answer = "unknown"
)

// rightAnswers gives the answers that the column "right" of a row allows.
var rightAnswers = map[string][]answer{
	"yes": {yes}, "no": {no}, "may": {unknown}, "not-no": {yes, unknown}, "not-yes": {no, unknown},
}

// A recognitionRow is one line of testdata/recognition/*.tsv, whose README.md gives
// the meaning of the columns.
type recognitionRow struct {
	place                                        string // file:line
	id, kind, system, code, text, concept, right string
	note                                         string
	unit                                         string // of an observation, where the note names one
}

func (r recognitionRow) String() string {
	return fmt.Sprintf("%s: %s: %s: %s %s %q (%s)", r.place, r.id, r.concept, r.system, r.code, r.text, r.note)
}

// fact gives the fact of the row: its code with the text as display, and the text.
func (r recognitionRow) fact() patient.Fact {
	f := patient.Fact{Text: r.text}
	if r.code != "" {
		f.Codes = []patient.Coding{{System: r.system, Code: r.code, Display: r.text}}
	}
	return f
}

// recognitionRows reads all rows, in the order of the files.
func recognitionRows(t *testing.T) []recognitionRow {
	t.Helper()
	files, err := filepath.Glob("testdata/recognition/*.tsv")
	if err != nil || len(files) == 0 {
		t.Fatal("no rows in testdata/recognition", err)
	}
	var rows []recognitionRow
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
		if lines[0] != "id\tkind\tsystem\tcode\ttext\tconcept\tright\tnote" {
			t.Fatalf("%s: unexpected header %q", file, lines[0])
		}
		for i, line := range lines[1:] {
			place, cells := fmt.Sprintf("%s:%d", filepath.Base(file), i+2), strings.Split(line, "\t")
			if len(cells) != 8 || rightAnswers[cells[6]] == nil {
				t.Fatalf("%s: not a row: %q", place, line)
			}
			row := recognitionRow{place, cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], cells[7], ""}
			for _, part := range strings.Fields(strings.ReplaceAll(row.note, ";", " ")) {
				if unit, ok := strings.CutPrefix(part, "unit="); ok {
					row.unit = unit
				}
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// A libraryRecognizer answers for all concepts of the library, one recognizer a kind.
type libraryRecognizer struct {
	concepts    map[terminology.Kind][]*terminology.Concept
	index       map[string]int32 // of a concept, by its name, in the list of its kind
	recognizers map[terminology.Kind]*terminology.Recognizer
}

// newLibraryRecognizer prepares the whole library. systems names local code systems
// as known ones, URL to short name.
func newLibraryRecognizer(t *testing.T, systems map[string]string) *libraryRecognizer {
	t.Helper()
	return newLibrary(t, systems, nil)
}

// newLibraryRecognizerWith prepares the whole library with a terminology of a site.
func newLibraryRecognizerWith(t *testing.T, known *terminology.Knowledge) *libraryRecognizer {
	t.Helper()
	return newLibrary(t, nil, known)
}

func newLibrary(t *testing.T, systems map[string]string, known *terminology.Knowledge) *libraryRecognizer {
	t.Helper()
	l := &libraryRecognizer{
		concepts: map[terminology.Kind][]*terminology.Concept{}, index: map[string]int32{},
		recognizers: map[terminology.Kind]*terminology.Recognizer{},
	}
	for _, part := range terminology.Library() {
		concepts, err := rules.LoadConcepts(part)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range concepts {
			l.index[c.Name] = int32(len(l.concepts[c.Kind]))
			l.concepts[c.Kind] = append(l.concepts[c.Kind], c)
		}
	}
	for kind, concepts := range l.concepts {
		l.recognizers[kind] = terminology.NewRecognizer(kind, concepts, systems, known)
	}
	return l
}

// concept gives a concept of the library by its name.
func (l *libraryRecognizer) concept(t *testing.T, kind terminology.Kind, name string) *terminology.Concept {
	t.Helper()
	i, ok := l.index[name]
	if !ok || int(i) >= len(l.concepts[kind]) || l.concepts[kind][i].Name != name {
		t.Fatalf("the library has no %s %q", kind, name)
	}
	return l.concepts[kind][i]
}

// hit gives the hit of the concept for a fact; false if there is none.
func (l *libraryRecognizer) hit(kind terminology.Kind, concept string, f *patient.Fact) (terminology.Hit, bool) {
	hits := l.recognizers[kind].Recognize(f, 0, nil)
	i := slices.IndexFunc(hits, func(h terminology.Hit) bool { return h.Concept == l.index[concept] })
	if i < 0 {
		return terminology.Hit{}, false
	}
	return hits[i], true
}

// ask gives the answer of the concept for a fact.
func (l *libraryRecognizer) ask(kind terminology.Kind, concept string, f *patient.Fact) answer {
	h, ok := l.hit(kind, concept, f)
	switch {
	case !ok:
		return no
	case h.Grade == terminology.ByName || h.Grade == terminology.ByCode:
		return yes
	}
	return unknown
}

// askRow gives the answer for a row. A result that is the concept, but in a unit that
// cannot be converted, leaves a rule without a number: unknown.
func (l *libraryRecognizer) askRow(t *testing.T, r recognitionRow) answer {
	t.Helper()
	kind, f := terminology.Kind(r.kind), r.fact()
	concept := l.concept(t, kind, r.concept)
	got := l.ask(kind, r.concept, &f)
	if got == yes && r.unit != "" && !concept.Converts(r.unit) {
		return unknown
	}
	return got
}

// TestRecognitionRows asks for each row and reports for each kind of fact how many
// answers are right, definite and wrong, and needlessly unknown. A definite wrong
// answer may let a person into a study, or keep one out, so none is allowed.
func TestRecognitionRows(t *testing.T) {
	library := newLibraryRecognizer(t, nil)
	type tally struct{ rows, right, wrong, needless int }
	byKind, all := map[string]*tally{}, &tally{}
	for _, r := range recognitionRows(t) {
		if byKind[r.kind] == nil {
			byKind[r.kind] = &tally{}
		}
		got := library.askRow(t, r)
		for _, n := range []*tally{byKind[r.kind], all} {
			n.rows++
			switch {
			case slices.Contains(rightAnswers[r.right], got):
				n.right++
			case got == unknown:
				n.needless++
			default:
				n.wrong++
			}
		}
		switch {
		case slices.Contains(rightAnswers[r.right], got):
		case got == unknown:
			t.Logf("needlessly unknown: %v, right is %s", r, r.right)
		default:
			t.Errorf("wrong: %v is %s, right is %s", r, got, r.right)
		}
	}
	for _, kind := range terminology.Kinds() {
		if n := byKind[string(kind)]; n != nil {
			t.Logf("%-13s %4d rows, %4d right, %4d wrong definite, %4d needlessly unknown", kind, n.rows, n.right, n.wrong, n.needless)
		}
	}
	t.Logf("%-13s %4d rows, %4d right, %4d wrong definite, %4d needlessly unknown", "all", all.rows, all.right, all.wrong, all.needless)
	if all.needless*100 > all.rows*maxNeedless {
		t.Errorf("%d of %d rows are needlessly unknown; at most %d %%", all.needless, all.rows, maxNeedless)
	}
}
