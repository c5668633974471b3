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

var gradeWords = map[Grade]string{0: "no", Unrecognized: "not recognised", MayBe: "may be", ByName: "yes", ByCode: "yes"}

// answerWords gives an answer as the cases write it: "yes: covers: code".
func answerWords(r Reason) string {
	grade := gradeWords[r.Grade()]
	if strings.HasPrefix(r.String(), grade+": ") {
		return r.String()
	}
	return grade + ": " + r.String()
}

// TestRecognize runs testdata/recognize/*.txt, whose README.md says how they
// are written.
func TestRecognize(t *testing.T) {
	files, err := filepath.Glob("testdata/recognize/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases in testdata/recognize", err)
	}
	seen := map[Reason]int{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			cases := &recognizeCases{file: file, concepts: map[string]*Concept{}, systems: map[string]string{}, seen: seen}
			for i, line := range strings.Split(string(data), "\n") {
				cases.line = i + 1
				if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
					cases.run(t, line)
				}
			}
		})
	}
	for r := CoversCode; r <= EmptyConcept; r++ {
		if seen[r] < 2 {
			t.Errorf("%d cases show %q; there must be two", seen[r], r)
		}
	}
}

// recognizeCases reads one file of cases.
type recognizeCases struct {
	file     string
	line     int
	concepts map[string]*Concept
	concept  *Concept // that the lines at hand are about
	systems  map[string]string
	site     []SiteLine     // the site's list
	seen     map[Reason]int // the cases of all files by their reason
}

func (r *recognizeCases) run(t *testing.T, line string) {
	t.Helper()
	if strings.Contains(line, " => ") {
		r.fact(t, line)
		return
	}
	key, rest, _ := strings.Cut(line, ": ")
	rest = strings.TrimSpace(rest)
	words := strings.Fields(key)
	switch {
	case words[0] == "concept":
		name := strings.Join(words[1:], " ")
		r.concept = &Concept{Name: name, Kind: Kind(rest)}
		r.concepts[name] = r.concept
	case words[0] == "system":
		url, name, _ := strings.Cut(rest, " = ")
		r.systems[url] = name
	case words[0] == "site":
		r.siteLine(t, rest)
	case key == "any":
		for name := range strings.SplitSeq(rest, ", ") {
			if r.concepts[name] == nil {
				t.Fatalf("%s:%d: no concept %q above", r.file, r.line, name)
			}
			r.concept.Any = append(r.concept.Any, r.concepts[name])
		}
	case words[0] == "except":
		r.terms(t, &r.concept.Except, words[1:], rest)
	case words[0] == "maybe":
		terms := Terms{Codes: r.concept.MayBe}
		r.terms(t, &terms, words[1:], rest)
		r.concept.MayBe = terms.Codes
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

// siteLine reads a line of the site's list: what a code or wording is.
func (r *recognizeCases) siteLine(t *testing.T, text string) {
	t.Helper()
	about, is, _ := strings.Cut(text, " = ")
	f := r.readFact(t, about)
	line := SiteLine{Wording: f.Text}
	if len(f.Codes) > 0 {
		line.System, line.Code, line.Wording = f.Codes[0].System, f.Codes[0].Code, f.Codes[0].Display
	}
	what, name, _ := strings.Cut(is, " ")
	switch {
	case is == "none":
	case what == "concept" && r.concepts[name] != nil:
		line.Is.Concept = r.concepts[name]
	default:
		line.Is.System, line.Is.Code = what, name
	}
	r.site = append(r.site, line)
}

var factPart = regexp.MustCompile(`^(?:(\S+) ([^"]*?)|(text))(?: *("(?:[^"\\]|\\.)*"))?$`)

// readFact reads a fact as the cases write it.
func (r *recognizeCases) readFact(t *testing.T, text string) *patient.Fact {
	t.Helper()
	f := &patient.Fact{}
	for part := range strings.SplitSeq(text, " ; ") {
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
	return f
}

// fact checks one fact against the concept at hand.
func (r *recognizeCases) fact(t *testing.T, line string) {
	t.Helper()
	fact, want, _ := strings.Cut(line, " => ")
	f := r.readFact(t, fact)
	want, by, named := strings.Cut(strings.TrimSpace(want), " (by ")
	by = strings.TrimSuffix(by, ")")
	known := Core()
	if len(r.site) > 0 {
		list, _ := NewSiteList(r.site)
		known = known.WithSiteList(list)
	}
	recognizer := NewRecognizer(r.concept.Kind, []*Concept{r.concept}, r.systems, known)
	reason, member := recognizer.Explain(f, 0)
	if got := answerWords(reason); got != want {
		t.Errorf("%s:%d: %s: %s: got %s, want %s", r.file, r.line, r.concept.Name, strings.TrimSpace(fact), got, want)
	}
	r.seen[reason]++
	hits := recognizer.Recognize(f, 7, nil)
	if reason.Grade() == 0 {
		if len(hits) > 0 {
			t.Errorf("%s:%d: a no has the hit %v", r.file, r.line, hits[0])
		}
	} else if len(hits) != 1 || hits[0].Fact != 7 || hits[0].Grade != reason.Grade() || hits[0].Reason != reason || hits[0].Member != member {
		t.Errorf("%s:%d: the hits are %v, explained as %s", r.file, r.line, hits, reason)
	} else if place, isCode := strings.CutPrefix(by, "code "); isCode && fmt.Sprint(hits[0].Coding+1) != place {
		t.Errorf("%s:%d: code %d decided, want %s", r.file, r.line, hits[0].Coding+1, place)
	}
	if named && !strings.HasPrefix(by, "code ") && member.Name != by {
		t.Errorf("%s:%d: member %s, want %s", r.file, r.line, member.Name, by)
	}
}
