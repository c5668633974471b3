// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// registry is where the registry's own records lie, where they are present.
const registry = "../../../shared/data/ctgov"

// records gives the text of every record of the shared data, by name.
func records(t *testing.T) iter.Seq2[string, []byte] {
	t.Helper()
	f, err := os.Open(filepath.Join(registry, "studies-v2.dev.ndjson.gz"))
	if err != nil {
		t.Skip("no ../shared/data (real public data)")
	}
	t.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(string, []byte) bool) {
		lines := bufio.NewScanner(z)
		lines.Buffer(nil, 16<<20)
		n := 0
		for ; lines.Scan(); n++ {
			if !yield(fmt.Sprintf("record %d", n+1), bytes.Clone(lines.Bytes())) {
				return
			}
		}
		files, err := filepath.Glob(filepath.Join(registry, "xml", "*.xml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !yield(filepath.Base(file), data) {
				return
			}
		}
		if n < 270 || len(files) < 21 {
			t.Errorf("only %d records and %d XML files", n, len(files))
		}
	}
}

func newDrafter(t testing.TB) *Drafter {
	t.Helper()
	d, err := NewDrafter(decide)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestRealRecords drafts every record: each compiles, quotes every sentence of
// its text, and lets in whom the record's own ages and sex let in, and nobody
// else.
func TestRealRecords(t *testing.T) {
	d := newDrafter(t)
	for name, data := range records(t) {
		rec, err := ReadRecord(bytes.NewReader(data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		draft, err := d.DraftStudy(rec)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		study, err := rules.Parse(rec.ID, draft.Study)
		if err != nil {
			t.Errorf("%s: %v", rec.ID, err)
			continue
		}
		checkText(t, rec.Eligibility, SplitText(rec.Eligibility))
		checkDraft(t, rec, draft, study)
		checkStructure(t, data, study)
		if t.Failed() {
			t.Fatalf("%s", rec.ID)
		}
	}
}

// checkDraft holds what must be so of every draft.
func checkDraft(t *testing.T, rec *Record, draft *Draft, study *rules.Study) {
	t.Helper()
	if _, left := draft.Coverage(); len(left) > 0 {
		t.Errorf("%s: not quoted: %q", rec.ID, left)
	}
	if study.ID != rec.ID || study.Text != draft.TextName || len(study.Criteria) != len(draft.Criteria)+1 {
		t.Errorf("%s: the file holds %s, %s and %d criteria", rec.ID, study.ID, study.Text, len(study.Criteria))
	}
	official := strings.Join(strings.Fields(string(draft.Official)), " ")
	for i := range study.Criteria[1:] {
		c := &study.Criteria[i+1]
		if !strings.Contains(official, c.Quote) {
			t.Errorf("%s: %s: the quote is not in the text: %s", rec.ID, c.ID, c.Quote)
		}
		question := strings.HasPrefix(c.Rule, "answer(") && strings.Count(c.Rule, "(") == 1
		if !question && (!c.Draft || c.Understood == "") {
			t.Errorf("%s: %s: a rule that is not marked: %s", rec.ID, c.ID, c.Rule)
		}
	}
}

// fields are the structured fields of a record, read by other means than Read.
type fields struct{ least, most, sex string }

func fieldsOf(t *testing.T, data []byte) fields {
	t.Helper()
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		between := func(tag string) string {
			_, rest, _ := strings.Cut(string(data), "<"+tag+">")
			value, _, _ := strings.Cut(rest, "</"+tag+">")
			return value
		}
		return fields{between("minimum_age"), between("maximum_age"), strings.ToUpper(between("gender"))}
	}
	var v struct {
		ProtocolSection struct {
			EligibilityModule struct{ MinimumAge, MaximumAge, Sex string }
		}
	}
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	e := v.ProtocolSection.EligibilityModule
	return fields{e.MinimumAge, e.MaximumAge, e.Sex}
}

// checkStructure screens people at the edges of the record's ages, of each sex.
func checkStructure(t *testing.T, data []byte, study *rules.Study) {
	t.Helper()
	f := fieldsOf(t, data)
	m, err := matcher.New(study)
	if err != nil {
		t.Fatal(err)
	}
	for _, limit := range []string{f.least, f.most} {
		for _, person := range peopleAround(limit) {
			for _, sex := range []patient.Sex{patient.Female, patient.Male} {
				want := allowed(f.least, false, person) && allowed(f.most, true, person) &&
					(f.sex == "" || f.sex == "ALL" || f.sex == "BOTH" || strings.EqualFold(f.sex, string(sex)))
				p := &patient.Profile{ID: "edge", BirthDate: patient.On(person.born), Sex: sex}
				results, err := m.Match(p, matcher.Dates{Screening: person.on})
				if err != nil {
					t.Fatal(err)
				}
				against, open := "", ""
				for i := range study.Criteria {
					c := &study.Criteria[i]
					own := c.ID == "age" || c.ID == "sex"
					switch truth := results[0].Criteria[i].Truth; {
					case truth == language.Unknown && own:
						open += " " + c.ID
					case c.Side == rules.Inclusion && truth == language.False && (own || want), c.Side == rules.Exclusion && truth == language.True && want:
						against += " " + c.ID
					}
				}
				hours := strings.Contains(f.least+f.most, "our") || strings.Contains(f.least+f.most, "inute")
				switch {
				case want && against != "":
					t.Errorf("%s: born %s, %s, on %s: %q to %q, %s are against", study.ID, person.born, sex, person.on, f.least, f.most, against)
				case !want && against == "" && open == "":
					t.Errorf("%s: born %s, %s, on %s: %q to %q, %s: nothing is against", study.ID, person.born, sex, person.on, f.least, f.most, f.sex)
				case open != "" && !hours && open != " sex":
					t.Errorf("%s: %s left open for a person born %s", study.ID, open, person.born)
				}
			}
		}
	}
}

// TestImmunologyTexts splits texts of other collections, with other shapes.
func TestImmunologyTexts(t *testing.T) {
	f, err := os.Open(filepath.Join(registry, "immunology-trials.jsonl"))
	if err != nil {
		t.Skip("no ../shared/data (real public data)")
	}
	defer f.Close()
	d := newDrafter(t)
	n := 0
	for dec := json.NewDecoder(f); ; n++ {
		var v struct {
			ID       string `json:"nct_id"`
			Criteria string
		}
		if err := dec.Decode(&v); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		rec := &Record{ID: v.ID, Title: "Text", Eligibility: cleanText(v.Criteria)}
		draft, err := d.DraftStudy(rec)
		if err != nil {
			t.Errorf("%s: %v", v.ID, err)
			continue
		}
		study, err := rules.Parse(v.ID, draft.Study)
		if err != nil {
			t.Errorf("%s: %v", v.ID, err)
			continue
		}
		checkText(t, rec.Eligibility, SplitText(rec.Eligibility))
		checkDraft(t, rec, draft, study)
		if t.Failed() {
			t.Fatal(v.ID)
		}
	}
	if n < 214 {
		t.Errorf("only %d texts", n)
	}
}

// The reference study from the page's text and from the API's JSON. The JSON is
// a reconstruction that lacks two fields, which are added.
func TestPageAndJSONGiveTheSameDraft(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(registry, "NCT00506831", "registry-page.txt"))
	if err != nil {
		t.Skip("no ../shared/data (real public data)")
	}
	data, err := os.ReadFile(filepath.Join(registry, "NCT00506831", "NCT00506831.reconstructed-v2.json"))
	if err != nil {
		t.Fatal(err)
	}
	d := newDrafter(t)
	read := func(data []byte) *Record {
		rec, err := ReadRecord(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		return rec
	}
	draft := func(rec *Record) *Draft {
		out, err := d.DraftStudy(rec)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	ofPage, record := draft(read(page)), read(data)
	if record.Version != "" || record.HealthyVolunteers != "" {
		t.Error("the reconstruction has grown; it need not be completed any more")
	}
	record.Version, record.HealthyVolunteers = "2018-08-13", "no"
	ofJSON := draft(record)
	if !bytes.Equal(ofPage.Study, ofJSON.Study) || !bytes.Equal(ofPage.Official, ofJSON.Official) {
		t.Errorf("the page gives\n%s\n%s\nthe JSON\n%s\n%s", ofPage.Study, ofPage.Official, ofJSON.Study, ofJSON.Official)
	}
}
