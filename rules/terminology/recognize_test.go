// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
)

var gradeWords = map[Grade]string{0: "no", Unrecognized: "unreadable", MayBe: "may be", ByName: "yes, by name", ByCode: "yes, by code"}

// TestRecognize runs testdata/recognize/*.txt, whose README.md says how they
// are written.
func TestRecognize(t *testing.T) {
	files, err := filepath.Glob("testdata/recognize/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases in testdata/recognize", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			cases := &recognizeCases{file: file, concepts: map[string]*Concept{}, systems: map[string]string{}}
			for i, line := range strings.Split(string(data), "\n") {
				cases.line = i + 1
				if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
					cases.run(t, line)
				}
			}
		})
	}
}

// recognizeCases reads one file of cases.
type recognizeCases struct {
	file     string
	line     int
	concepts map[string]*Concept
	concept  *Concept // that the lines at hand are about
	systems  map[string]string
}

func (r *recognizeCases) run(t *testing.T, line string) {
	t.Helper()
	key, rest, _ := strings.Cut(line, ": ")
	rest = strings.TrimSpace(rest)
	words := strings.Fields(key)
	switch {
	case words[0] == "concept" && len(words) == 2:
		r.concept = &Concept{Name: words[1], Kind: Kind(rest)}
		r.concepts[words[1]] = r.concept
	case words[0] == "system":
		url, name, _ := strings.Cut(rest, " = ")
		r.systems[url] = name
	case key == "any":
		for name := range strings.SplitSeq(rest, ", ") {
			r.concept.Any = append(r.concept.Any, r.concepts[name])
		}
	case words[0] == "fact":
		r.fact(t, rest)
	case words[0] == "except":
		r.terms(t, &r.concept.Except, words[1:], rest)
	default:
		r.terms(t, &r.concept.Terms, words, rest)
	}
}

func (r *recognizeCases) terms(t *testing.T, terms *Terms, words []string, rest string) {
	t.Helper()
	list := strings.Split(rest, ", ")
	switch {
	case len(words) == 1 && words[0] == "names":
		terms.Names = append(terms.Names, list...)
	case len(words) == 2 && words[0] == "codes":
		if terms.Codes == nil {
			terms.Codes = map[string][]string{}
		}
		terms.Codes[words[1]] = append(terms.Codes[words[1]], list...)
	default:
		t.Fatalf("%s:%d: not understood", r.file, r.line)
	}
}

var factPart = regexp.MustCompile(`^(?:(\S+) ([^"]*?)|(text))(?: *("(?:[^"\\]|\\.)*"))?$`)

// fact checks one fact against the concept at hand.
func (r *recognizeCases) fact(t *testing.T, line string) {
	t.Helper()
	facts, want, ok := strings.Cut(line, " => ")
	if !ok {
		t.Fatalf("%s:%d: no =>", r.file, r.line)
	}
	f := &patient.Fact{}
	for part := range strings.SplitSeq(facts, " ; ") {
		m := factPart.FindStringSubmatch(strings.TrimSpace(part))
		if m == nil {
			t.Fatalf("%s:%d: %q not understood", r.file, r.line, part)
		}
		words := ""
		if m[4] != "" {
			var err error
			if words, err = strconv.Unquote(m[4]); err != nil {
				t.Fatalf("%s:%d: %s: %v", r.file, r.line, m[4], err)
			}
		}
		switch {
		case m[1] == "locked":
			f.Unreadable = m[2]
		case m[3] != "" || m[1] == "text":
			f.Text = words
		default:
			f.Codes = append(f.Codes, patient.Coding{System: m[1], Code: m[2], Display: words})
		}
	}
	want, member, named := strings.Cut(want, ": ")
	got := Hit{}
	hits := NewRecognizer(r.concept.Kind, []*Concept{r.concept}, r.systems).Recognize(f, 7, nil)
	if len(hits) > 0 {
		got = hits[0]
	}
	if gradeWords[got.Grade] != want {
		t.Errorf("%s:%d: %s: got %s, want %s", r.file, r.line, r.concept.Name, gradeWords[got.Grade], want)
	}
	if got.Grade != 0 && got.Fact != 7 {
		t.Errorf("%s:%d: the hit is of fact %d", r.file, r.line, got.Fact)
	}
	if place, isCode := strings.CutPrefix(member, "code "); named && isCode {
		if fmt.Sprint(got.Coding+1) != place {
			t.Errorf("%s:%d: code %d decided, want %s", r.file, r.line, got.Coding+1, place)
		}
	} else if named && (got.Member == nil || got.Member.Name != member) {
		t.Errorf("%s:%d: member %v, want %s", r.file, r.line, got.Member, member)
	}
}
