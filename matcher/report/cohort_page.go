// SPDX-License-Identifier: Apache-2.0

package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher/funnel"
	"github.com/eligo-trials/eligo/patient"
)

//go:embed cohort_page.css
var cohortStyle string

//go:embed cohort_page.gohtml
var cohortSource string

//go:embed cohort_study.gohtml
var studySource string

// Limits of the lists of the page; the summary has all of it.
const (
	maxFacts       = 25 // facts most often missing
	maxReasons     = 4  // reasons for which a criterion is not known
	maxNearNamed   = 40 // ids of near misses in a row
	maxFlowReasons = 8  // criteria in the diagram
	maxWeeks       = 26 // weeks of the calendar listed by themselves
)

var cohortTemplates = template.Must(template.Must(template.New("report").Funcs(template.FuncMap{
	"n": thousands, "count": count[int64], "of": share, "plain": Plain, "words": nameWords, "why": whyText,
}).Parse(cohortSource)).Parse(studySource))

type cohortPage struct {
	Title   string
	Policy  string
	Style   template.CSS
	Studies []studyView
	Engine  string
}

// CohortPage writes a summary as one HTML page: the totals in a sentence, a flow
// diagram, the tables, and the basis of all of it. It holds every number of the
// summary except those of the longest lists. The page runs nothing and loads nothing,
// and forbids the browser to. It names people only by the ids of the near misses.
func CohortPage(w io.Writer, s *funnel.Summary) error {
	page := cohortPage{
		Title:  "Prescreening report",
		Policy: policyOf(cohortStyle),
		Style:  template.CSS(cohortStyle), // ours, and named by the policy
	}
	var engines []string
	for i := range s.Studies {
		study := newStudyView(&s.Studies[i], i)
		page.Studies = append(page.Studies, study)
		if !slices.Contains(engines, study.Engine) {
			engines = append(engines, study.Engine)
		}
	}
	page.Engine = strings.Join(engines, ", ")
	if len(page.Studies) == 1 {
		page.Title += ": " + Plain(page.Studies[0].Study.ID)
	}
	return writeTemplate(w, cohortTemplates, "report", &page)
}

// policyOf is the content security policy that allows a page its own style sheet
// and nothing else.
func policyOf(sheet string) string {
	digest := sha256.Sum256([]byte(sheet))
	return "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) + "'"
}

// studyView is a study's part of the page: its summary, and the texts and figures
// that are computed for it.
type studyView struct {
	*funnel.StudySummary
	Key           string // before the ids of this part
	Flows         []flow
	Steps         []stepRow
	Single        []criterionRow
	Near          []nearTable
	Facts         []factRow
	MoreFact      int64
	NotRecognized cohortUnrecognized
	Weeks         weekTable
	Basis         []basisRow
}

type stepRow struct {
	funnel.AttritionStep
	Number               int
	Kind, Quote          string // Quote is "" where the row before has the same
	KnownBar, UnknownBar float64
}

type criterionRow struct {
	*funnel.CriterionSummary
	Why  []funnel.MissingReason // those that concern most people
	More int64
}

type nearTable struct {
	Key, Title, About string
	funnel.NearMissList
	Rows []nearRow
}

type nearRow struct {
	Criterion string
	People    int64
	Named     []string
	More      int64
}

type factRow struct {
	funnel.MissingFact
	Ask, Who string // of a question
}

func newStudyView(s *funnel.StudySummary, n int) studyView {
	p := studyView{StudySummary: s, Key: fmt.Sprintf("study-%d", n+1), Basis: cohortBasis(s)}
	p.Flows = []flow{wideFlow(s, p.Key), narrowFlow(s, p.Key)}
	quote := ""
	for i, step := range s.Attrition {
		row := stepRow{AttritionStep: step, Number: i + 1, Kind: string(s.Criteria[i].Kind), Quote: quoteWords(s.Criteria[i].Quote, s.Criteria[i].BuiltIn)}
		if row.Quote == quote {
			row.Quote = ""
		} else {
			quote = row.Quote
		}
		if s.Totals.Assessed > 0 {
			row.KnownBar = barLength(step.Remain-step.RemainUnknown, s.Totals.Assessed)
			row.UnknownBar = barLength(step.RemainUnknown, s.Totals.Assessed)
		}
		p.Steps = append(p.Steps, row)
	}
	for i := range s.Criteria {
		c := &s.Criteria[i]
		row := criterionRow{CriterionSummary: c, Why: c.Missing[:min(len(c.Missing), maxReasons)]}
		row.More = int64(len(c.Missing) - len(row.Why))
		p.Single = append(p.Single, row)
	}
	p.Facts, p.Weeks = factRows(s), newWeekTable(s.Calendar)
	p.MoreFact = int64(len(s.Missing) - len(p.Facts))
	p.Near = nearTables(s, p.Key)
	p.NotRecognized = newCohortUnrecognized(&s.Unrecognized)
	return p
}

// MostFailed is the criterion that excludes most people, nil if none does.
func (v studyView) MostFailed() *funnel.CriterionSummary {
	return v.criterionOfMost(func(c *funnel.CriterionSummary) int64 { return c.Fails })
}

// MostAlone is the criterion that most people fail alone, nil if nobody does.
func (v studyView) MostAlone() *funnel.CriterionSummary {
	return v.criterionOfMost(func(c *funnel.CriterionSummary) int64 { return c.Sole })
}

func (v studyView) criterionOfMost(people func(*funnel.CriterionSummary) int64) (most *funnel.CriterionSummary) {
	for i := range v.Criteria {
		if c := &v.Criteria[i]; people(c) > 0 && (most == nil || people(c) > people(most)) {
			most = c
		}
	}
	return most
}

func factRows(s *funnel.StudySummary) []factRow {
	var rows []factRow
	for _, fact := range s.Missing[:min(len(s.Missing), maxFacts)] {
		row := factRow{MissingFact: fact}
		for _, q := range s.Questions {
			if fact.Question && q.ID == fact.What {
				row.Ask, row.Who = q.Ask, q.Who
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// barLength is the length of a bar on a scale of 100.
func barLength(part, whole int64) float64 {
	return float64(int64(float64(part)/float64(whole)*1000+0.5)) / 10
}

func nearTables(s *funnel.StudySummary, key string) []nearTable {
	failing := nearTable{
		Key: key + "-near-failing", Title: "Kept out by one criterion only", NearMissList: s.NearMisses.Failing,
		About: "They fail one criterion and are known to pass all others. People recorded dead are not listed.",
	}
	open := nearTable{
		Key: key + "-near-unknown", Title: "One criterion not known", NearMissList: s.NearMisses.Unknown,
		About: "They are known to pass every criterion but one, which is not known. Once it is, the answer is yes or no.",
	}
	for i := range s.Criteria {
		c := &s.Criteria[i]
		failing.addRow(c.ID, c.NearFailing)
		open.addRow(c.ID, c.NearUnknown)
	}
	return []nearTable{failing, open}
}

func (t *nearTable) addRow(criterion string, people int64) {
	if people == 0 {
		return
	}
	row := nearRow{Criterion: criterion, People: people}
	for _, miss := range t.Patients {
		if miss.Criterion == criterion && len(row.Named) < maxNearNamed {
			row.Named = append(row.Named, miss.Patient)
		}
	}
	row.More = people - int64(len(row.Named))
	t.Rows = append(t.Rows, row)
}

func cohortBasis(s *funnel.StudySummary) []basisRow {
	study := slices.DeleteFunc([]string{s.Study.ID, versionText(&s.Study)}, isEmpty)
	rows := []basisRow{{Name: "Study", Text: strings.Join(study, ", ")}}
	if s.Study.Source != "" {
		rows = append(rows, basisRow{Name: "Source", Text: s.Study.Source})
	}
	if s.Study.Terminology != "" {
		rows = append(rows, basisRow{Name: "SHA-256 of the terminology of the site", Text: s.Study.Terminology})
	}
	dates := datesText(datedNames(s.Dates, s.Assumed), "(assumed: the screening day, as no date was given)")
	return append(rows, basisRow{Name: "SHA-256 of the study and its concepts", Text: s.Study.SHA256},
		basisRow{Name: "Dates", Text: dates}, basisRow{Name: "Program", Text: s.Engine},
		basisRow{Name: "People", Text: "One record is one person. People whose record comes twice are counted twice."})
}

type weekTable struct {
	About string
	Rows  []weekRow
}

// weekRow is a week, or all weeks after those listed.
type weekRow struct {
	Name             string
	Sure, BestCase   int64
	SureBar, BestBar float64
}

func newWeekTable(c *funnel.Calendar) weekTable {
	if c == nil {
		return weekTable{}
	}
	sure, best := c.Rows()
	t := weekTable{About: "Up to " + c.Until.String() + ", if nothing new happens, " + count(sure, "person", "people") + " will surely become eligible, and " +
		count(best, "person", "people") + " if what is not known turns out well. Who may be eligible on one day and surely is from a later one on is in both. The people are in clearing.csv."}
	most := int64(0)
	for i, w := range c.Weeks {
		last := min(w.From.AddDays(6), c.Until)
		if i >= maxWeeks {
			row := &t.Rows[maxWeeks-1]
			row.Name = c.Weeks[maxWeeks-1].From.String() + " to " + last.String() + ", together"
			row.Sure += w.Sure
			row.BestCase += w.BestCase
		} else {
			t.Rows = append(t.Rows, weekRow{Name: daysText(w.From, last), Sure: w.Sure, BestCase: w.BestCase})
		}
	}
	for _, row := range t.Rows {
		most = max(most, row.Sure+row.BestCase)
	}
	for i := range t.Rows {
		row := &t.Rows[i]
		row.SureBar, row.BestBar = barLength(row.Sure, most), barLength(row.BestCase, most)
	}
	return t
}

func daysText(first, last patient.Day) string {
	if first == last {
		return first.String()
	}
	return first.String() + " to " + last.String()
}
