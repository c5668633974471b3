// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"io"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher/funnel"
)

// element is an element of the page. The page is written so that it is XML,
// too.
type element struct {
	name     string
	attr     map[string]string
	children []*element
	text     string
}

// parsePage reads a page, and fails where an element is not closed.
func parsePage(t *testing.T, page []byte) *element {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(page))
	root := &element{}
	open := []*element{root}
	for {
		token, err := dec.Token()
		if err == io.EOF {
			return root
		}
		if err != nil {
			t.Fatalf("the page is not well-formed: %v", err)
		}
		top := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local, attr: map[string]string{}}
			for _, a := range token.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			top.children = append(top.children, e)
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			for _, e := range open {
				e.text += string(token)
			}
		}
	}
}

func (e *element) each(visit func(*element)) {
	visit(e)
	for _, c := range e.children {
		c.each(visit)
	}
}

// all lists the elements of a name, or those with an id.
func (e *element) all(name string) (list []*element) {
	e.each(func(e *element) {
		if e.name == name || strings.HasPrefix(name, "#") && e.attr["id"] == name[1:] {
			list = append(list, e)
		}
	})
	return list
}

// rows gives a table's body: the numbers of each row by its criterion or fact.
func (e *element) rows(t *testing.T, id string) (list [][]int64) {
	t.Helper()
	tables := e.all("#" + id)
	if len(tables) != 1 {
		t.Fatalf("%d elements have the id %s", len(tables), id)
	}
	for _, row := range tables[0].all("tbody")[0].children {
		var numbers []int64
		for _, cell := range row.children {
			if cell.attr["class"] == "number" {
				numbers = append(numbers, number(t, cell.text))
			}
		}
		list = append(list, numbers)
	}
	return list
}

func number(t *testing.T, s string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(strings.ReplaceAll(strings.TrimSpace(s), ",", ""), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// cohortSummary is the summary of 2,000 invented people and 7 rejected records, which
// a test of package funnel keeps.
func cohortSummary(t *testing.T) *funnel.Summary {
	t.Helper()
	file, err := os.Open("../funnel/testdata/cohort.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	s, err := funnel.ReadSummary(file)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// withHostile adds a study of hostile names that has counted nobody.
func withHostile(s *funnel.Summary) *funnel.Summary {
	s.Studies = append(s.Studies, inventedStudy().empty().Summary())
	return s
}

func htmlPage(t *testing.T, s *funnel.Summary) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := CohortPage(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestHTMLNumbers reads the page and the summary as files and compares them.
// ELIGO_REPORT names a file to write the page to, for looking at.
func TestHTMLNumbers(t *testing.T) {
	var file bytes.Buffer
	if err := SummaryJSON(&file, cohortSummary(t)); err != nil {
		t.Fatal(err)
	}
	summary, err := funnel.ReadSummary(&file)
	if err != nil {
		t.Fatal(err)
	}
	page := htmlPage(t, summary)
	if path := os.Getenv("ELIGO_REPORT"); path != "" {
		if err := os.WriteFile(path, page, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	root, s := parsePage(t, page), &summary.Studies[0]
	totals := map[string]int64{}
	root.each(func(e *element) {
		if name := e.attr["data-total"]; name != "" {
			totals[name] = number(t, e.text)
		}
	})
	want := map[string]int64{"records": 2007, "rejected": 7, "assessed": 2000, "eligible": s.Totals.Eligible, "ineligible": s.Totals.Ineligible, "undetermined": s.Totals.Undetermined}
	if !reflect.DeepEqual(totals, want) {
		t.Errorf("totals %v, want %v", totals, want)
	}
	var steps, single, facts [][]int64
	for i, a := range s.Attrition {
		steps = append(steps, []int64{a.Reach, a.Excluded, a.Unknown, a.Remain, a.RemainUnknown})
		single = append(single, []int64{s.Criteria[i].Fails, s.Criteria[i].Sole, s.Criteria[i].Unknown})
	}
	for _, m := range s.Missing[:min(len(s.Missing), maxFacts)] {
		facts = append(facts, []int64{m.People, m.Undetermined})
	}
	for id, want := range map[string][][]int64{"study-1-attrition": steps, "study-1-criteria": single, "study-1-missing": facts} {
		if got := root.rows(t, id); !reflect.DeepEqual(got, want) {
			t.Errorf("table %s: %v, want %v", id, got, want)
		}
	}
	checkNear(t, root, s)
	checkFlow(t, root, s)
}

func checkNear(t *testing.T, root *element, s *funnel.StudySummary) {
	var failing, unknown [][]int64
	for _, c := range s.Criteria {
		if c.NearFailing > 0 {
			failing = append(failing, []int64{c.NearFailing})
		}
		if c.NearUnknown > 0 {
			unknown = append(unknown, []int64{c.NearUnknown})
		}
	}
	if got := root.rows(t, "study-1-near-failing"); len(got) == 0 || !reflect.DeepEqual(got, failing) {
		t.Errorf("near misses that fail: %v, want %v", got, failing)
	}
	if got := root.rows(t, "study-1-near-unknown"); len(got) == 0 || !reflect.DeepEqual(got, unknown) {
		t.Errorf("near misses not known: %v, want %v", got, unknown)
	}
	named := 0
	root.each(func(e *element) {
		if e.attr["class"] == "id" {
			named++
		}
	})
	if want := len(s.NearMisses.Failing.Patients) + len(s.NearMisses.Unknown.Patients); named != want {
		t.Errorf("%d ids of near misses, want %d", named, want)
	}
}

// checkFlow adds up the diagrams.
func checkFlow(t *testing.T, root *element, s *funnel.StudySummary) {
	want := []int64{
		s.Totals.Records, s.Totals.Rejected, s.Totals.Assessed, s.Totals.Ineligible,
		s.Totals.Eligible + s.Totals.Undetermined, s.Totals.Eligible, s.Totals.Awaits.Answers, s.Totals.Awaits.Data,
	}
	diagrams := 0
	for _, svg := range root.all("svg") {
		if svg.attr["role"] != "img" {
			continue
		}
		diagrams++
		var labels []int64
		var reasons int64
		for _, text := range svg.all("text") {
			switch text.attr["class"] {
			case "label":
				_, n, _ := strings.Cut(text.text, ": ")
				labels = append(labels, number(t, n))
			case "count":
				reasons += number(t, text.text)
			}
		}
		if !slices.Equal(labels, want) || reasons != s.Totals.Ineligible {
			t.Errorf("diagram %s: %v and reasons %d, want %v", svg.attr["class"], labels, reasons, want)
		}
		if len(svg.all("title")) != 1 || len(svg.all("desc")) != 1 {
			t.Errorf("diagram %s has no title or no description", svg.attr["class"])
		}
	}
	if diagrams != 2 {
		t.Errorf("%d diagrams", diagrams)
	}
}

// TestHTMLStandsAlone holds that the page loads and runs nothing, and that its
// policy names its own style.
func TestHTMLStandsAlone(t *testing.T) {
	root := parsePage(t, htmlPage(t, withHostile(cohortSummary(t))))
	ids := map[string]bool{}
	root.each(func(e *element) {
		for name, value := range e.attr {
			if name == "src" || name == "style" || strings.HasPrefix(name, "on") || name == "href" && !strings.HasPrefix(value, "#") {
				t.Errorf("<%s %s=%q>", e.name, name, value)
			}
		}
		if id := e.attr["id"]; id != "" {
			if ids[id] {
				t.Errorf("the id %s is there twice", id)
			}
			ids[id] = true
		}
		if slices.Contains([]string{"script", "link", "img", "iframe", "object", "form"}, e.name) {
			t.Errorf("the page has a <%s>", e.name)
		}
	})
	root.each(func(e *element) {
		for id := range strings.FieldsSeq(e.attr["aria-labelledby"]) {
			if !ids[id] {
				t.Errorf("aria-labelledby names %s, which is not there", id)
			}
		}
	})
	digest := sha256.Sum256([]byte(root.all("style")[0].text))
	policy := "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) + "'"
	if got := root.all("meta")[1].attr["content"]; got != policy {
		t.Errorf("policy %s, want %s", got, policy)
	}
	for _, table := range root.all("table") {
		if len(table.all("caption")) != 1 {
			t.Errorf("table %s has no caption", table.attr["id"])
		}
		for _, head := range table.all("th") {
			if head.attr["scope"] == "" {
				t.Errorf("a heading of table %s has no scope", table.attr["id"])
			}
		}
	}
}
