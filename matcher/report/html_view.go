// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// studyPage is a study's part of the page: its summary, and what has to be
// worked out for showing it.
type studyPage struct {
	*StudySummary
	Key      string // before the ids of this part
	InShort  []string
	Flows    []flow
	Steps    []stepRow
	Single   []criterionRow
	Near     []nearTable
	Facts    []factRow
	MoreFact int64
	Weeks    weekTable
	Basis    []basisRow
}

// stepRow is a row of the attrition table.
type stepRow struct {
	AttritionStep
	Number               int
	Kind, Quote          string // Quote is "" where the row before has the same
	KnownBar, UnknownBar float64
}

// criterionRow is a row of the table of single criteria.
type criterionRow struct {
	*CriterionSummary
	Why  []MissingReason // those that concern most people
	More int64
}

// nearTable lists near misses of one kind.
type nearTable struct {
	Key, Title, About string
	NearMissList
	Rows []nearRow
}

// nearRow lists the near misses at one criterion.
type nearRow struct {
	Criterion string
	People    int64
	Named     []string
	More      int64
}

// factRow is a row of what is missing.
type factRow struct {
	MissingFact
	Ask, Who string // of a question
}

type basisRow struct{ Name, Text string }

func newStudyPage(s *StudySummary, n int) studyPage {
	p := studyPage{StudySummary: s, Key: fmt.Sprintf("study-%d", n+1), InShort: inShort(s), Basis: basisRows(s)}
	p.Flows = []flow{wideFlow(s, p.Key), narrowFlow(s, p.Key)}
	quote := ""
	for i, step := range s.Attrition {
		row := stepRow{AttritionStep: step, Number: i + 1, Kind: string(s.Criteria[i].Kind), Quote: s.Criteria[i].Quote}
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
		row := criterionRow{CriterionSummary: c, Why: c.Missing[:min(len(c.Missing), mostWhy)]}
		row.More = int64(len(c.Missing) - len(row.Why))
		p.Single = append(p.Single, row)
	}
	p.Facts, p.Weeks = factRows(s), newWeekTable(s.Calendar)
	p.MoreFact = int64(len(s.Missing) - len(p.Facts))
	p.Near = nearTables(s, p.Key)
	return p
}

func factRows(s *StudySummary) []factRow {
	var rows []factRow
	for _, fact := range s.Missing[:min(len(s.Missing), mostFacts)] {
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

func nearTables(s *StudySummary, key string) []nearTable {
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
		failing.row(c.ID, c.NearFailing)
		open.row(c.ID, c.NearUnknown)
	}
	return []nearTable{failing, open}
}

func (t *nearTable) row(criterion string, people int64) {
	if people == 0 {
		return
	}
	row := nearRow{Criterion: criterion, People: people}
	for _, miss := range t.Patients {
		if miss.Criterion == criterion && len(row.Named) < mostNearNamed {
			row.Named = append(row.Named, miss.Patient)
		}
	}
	row.More = people - int64(len(row.Named))
	t.Rows = append(t.Rows, row)
}

func basisRows(s *StudySummary) []basisRow {
	study := s.Study.ID
	if s.Study.Version != "" {
		study += ", version " + s.Study.Version
	}
	rows := []basisRow{{"Study", study}}
	if s.Study.Source != "" {
		rows = append(rows, basisRow{"Source", s.Study.Source})
	}
	rows = append(rows, basisRow{"SHA-256 of the study and its concepts", s.Study.SHA256},
		basisRow{"Dates", dateList(s)}, basisRow{"Program", s.Engine},
		basisRow{"People", "One record is one person. People whose record comes twice are counted twice."})
	return rows
}

// dateList names the screening day and the study's further dates.
func dateList(s *StudySummary) string {
	return datesInWords(s.Dates, func(anchor string) bool { return slices.Contains(s.Assumed, anchor+" = screening day") })
}

// datesOf writes dates in one line.
func datesOf(dates map[string]patient.Day) string {
	return datesInWords(dates, func(string) bool { return false })
}

// datesInWords writes dates in one line, the screening day first.
func datesInWords(dates map[string]patient.Day, assumed func(anchor string) bool) string {
	parts := []string{"screening day " + dates["screening"].String()}
	for _, name := range slices.Sorted(maps.Keys(dates)) {
		if name == "screening" {
			continue
		}
		part := words(name) + " " + dates[name].String()
		if assumed(name) {
			part += " (assumed: the screening day, as no date was given)"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}
