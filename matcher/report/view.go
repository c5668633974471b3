// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// resultView is a result in words: the content of the text report and of the
// patient page.
type resultView struct {
	*matcher.Result
	Verdict   verdictView
	DateNames []datedName
	Tally     string
	Trusted   []string // assumptions to show beside a favourable verdict
	Near      string
	FindOut   findOut
	// Unrecognized is nil if everything was recognised.
	Unrecognized *unrecognizedView
	Days         []dayRow
	WhenNote     string
	Washouts     []washoutView
	// WashoutNote tells of the medicines that were not recognised; "" if there are none.
	WashoutNote string
	Criteria    []criterionView
	Basis       []basisRow
}

// verdictView is the verdict as a headline of the text and of the page.
type verdictView struct {
	Text, Page string
	Style      Style
}

// criterionView is a criterion with its facts as words.
type criterionView struct {
	*matcher.Criterion
	Number          int
	Evidence, Shown []factView
	Asks            []string // of the missing facts; questions are in the reason
	// For a criterion that does not pass: the days on which it changes; the reason
	// why it has no day to pass; and both without the details.
	Changes, Clears, Until string
}

type factView struct{ What, When, Record, Code, Note string }

type dayRow struct {
	Day  patient.Day
	Text string
}

type washoutView struct {
	*matcher.Exposure
	Dose, Rule, Clearance string
}

// basisRow is a line about the basis of a result. A row without a name belongs to
// the row before. Elsewhere rows stand at the top of the page or at its end.
type basisRow struct {
	Name, Text string
	Elsewhere  bool
}

func newResultView(r *matcher.Result) *resultView {
	v := &resultView{
		Result: r, Verdict: newVerdictView(r), DateNames: datedNames(r.Dates, r.Data.Assumed), Tally: tallyText(r), Near: nearMissText(r),
		FindOut: newFindOut(r), Unrecognized: newUnrecognizedView(r), Days: dayRows(r), WhenNote: whenNote(r), Basis: basisRows(r),
	}
	if r.Verdict == matcher.Eligible || r.Verdict == matcher.Undetermined && r.Awaits == matcher.AwaitsAnswers {
		for _, a := range r.Data.Assumed {
			v.Trusted = append(v.Trusted, assumptionText(a))
		}
	}
	for i := range r.Washout {
		if x := &r.Washout[i]; !x.Reason.NotRecognized() {
			v.Washouts = append(v.Washouts, newWashoutView(x))
		}
	}
	v.WashoutNote = unrecognizedWashouts(r)
	for i := range r.Criteria {
		v.Criteria = append(v.Criteria, newCriterionView(r, i))
	}
	return v
}

// Blocks are the criteria that fail.
func (v *resultView) Blocks() []criterionView {
	return slices.DeleteFunc(slices.Clone(v.Criteria), func(c criterionView) bool { return c.Outcome != matcher.Fail })
}

func newVerdictView(r *matcher.Result) verdictView {
	switch {
	case r.Verdict == matcher.Eligible:
		return verdictView{"ELIGIBLE as far as this record shows", "May join, as far as the record shows", Favourable}
	case r.Verdict == matcher.Ineligible:
		return verdictView{"NOT ELIGIBLE", "May not join on this screening day", Adverse}
	case r.Awaits == matcher.AwaitsAnswers:
		return verdictView{"NOT DECIDED: only questions to a person are open", "Not decided: only questions to a person are open", Open}
	}
	return verdictView{"NOT DECIDED: something is missing", "Not decided: something is missing", Open}
}

func tallyText(r *matcher.Result) string {
	all, open := len(r.Criteria), len(r.Unknown)
	passes := fmt.Sprintf("The person fails none of the %d criteria and passes %d. ", all, all-open)
	switch {
	case r.Verdict == matcher.Eligible:
		return fmt.Sprintf("The person passes all %d criteria.", all)
	case r.Verdict == matcher.Ineligible:
		text := fmt.Sprintf("The person fails %d of %d criteria.", len(r.Blocking), all)
		if open > 0 {
			text += fmt.Sprintf(" %d more cannot be decided yet.", open)
		}
		return text
	case r.Awaits == matcher.AwaitsAnswers:
		return passes + count(open, "criterion waits", "criteria wait") + " for answers that no record gives."
	}
	return passes + count(open, "criterion cannot", "criteria cannot") + " be decided yet."
}

// nearMissText names the only thing that could change the one criterion that fails.
func nearMissText(r *matcher.Result) string {
	if r.NearMiss == nil {
		return ""
	}
	text := "Only " + r.NearMiss.Criterion + " keeps the person out as far as the record shows"
	switch r.NearMiss.By {
	case matcher.ByTime:
		text += ": a matter of time"
	case matcher.ByNewFact:
		text += ". Time alone does not change it; a new fact could, such as a new result, a medicine stopped or another answer"
	case matcher.ByNothing:
		text += ". Nothing changes it as long as the record is right"
	}
	return text + "."
}

func whenNote(r *matcher.Result) string {
	note := "These are screening days, looked for up to " + r.LookedUntil.String() + ". Nothing new is taken to happen"
	if len(r.Dates) > 1 {
		note += ", and the study's other dates to keep their distance from the screening day unless they are fixed"
	}
	return note + "."
}

// dayRows are the days on which the verdict or a criterion changes, in order.
func dayRows(r *matcher.Result) []dayRow {
	var rows []dayRow
	addDay := func(day patient.Day, text string) {
		if day != 0 {
			rows = append(rows, dayRow{day, text})
		}
	}
	for i := range r.Criteria {
		c := &r.Criteria[i]
		addDay(c.MayClearOn, c.ID+" is not known any more; until then it fails")
		addDay(c.ClearsOn, c.ID+" passes from then on")
	}
	if b := r.BestCase; b != nil {
		if b.EarliestEligible != r.Screening() {
			addDay(b.EarliestEligible, "eligible in the best case, that is if what is not known turns out well")
		}
		addDay(b.EligibleUntil, "last day of that best case")
	}
	if r.EarliestEligible != r.Screening() {
		addDay(r.EarliestEligible, "eligible from then on")
	}
	addDay(r.EligibleUntil, "last day of being eligible")
	slices.SortStableFunc(rows, func(a, b dayRow) int { return cmp.Compare(a.Day, b.Day) })
	var merged []dayRow
	for _, row := range rows {
		if n := len(merged); n > 0 && merged[n-1].Day == row.Day {
			merged[n-1].Text += "; " + row.Text
			continue
		}
		merged = append(merged, row)
	}
	return merged
}

func newWashoutView(x *matcher.Exposure) washoutView {
	v := washoutView{x, dateText(x.LastDose), washoutRuleText(x), clearanceText(x)}
	switch {
	case x.Ongoing:
		v.Dose = "ongoing"
	case x.LastDose.IsZero():
		v.Dose = "not known"
	}
	return v
}

func newCriterionView(r *matcher.Result, i int) criterionView {
	c := &r.Criteria[i]
	v := criterionView{Criterion: c, Number: i + 1, Evidence: factViews(c, c.Evidence), Shown: factViews(c, c.Shown)}
	v.Asks = criterionAsks(c)
	parts := clearingDays(c)
	if c.Clearing != nil {
		text := clearingText(r, c.Clearing)
		v.Clears = strings.TrimSuffix(text+clearingReason(c), ".") + "."
		v.Changes = strings.Join(append(slices.Clip(parts), v.Clears), ", ")
		parts = append(parts, text)
	} else if len(parts) > 0 {
		v.Changes = strings.Join(parts, ", ") + "."
	}
	v.Until = sentence(strings.Join(parts, ", "))
	return v
}

// factViews leaves out the entries that criterionAsks leaves out.
func factViews(c *matcher.Criterion, list []matcher.Evidence) (views []factView) {
	several := severalUnrecognized(c)
	for i := range list {
		e := &list[i]
		if several && e.Reason.NotRecognized() {
			continue
		}
		v := factView{What: factText(e), When: spanText(e.Start, e.End), Record: e.Record, Note: e.Note}
		if e.Code != "" {
			v.Code = strings.TrimSpace(e.System + " " + e.Code)
		}
		views = append(views, v)
	}
	return views
}

func factText(e *matcher.Evidence) string {
	text := shortened(e.Display)
	switch {
	case text != "":
	case e.Reason.NotRecognized(): // it must not be called by the name of what it may be
		text = "an entry without words"
	default:
		text = nameWords(e.Concept)
	}
	if value := strings.TrimSpace(shortened(e.Value) + " " + e.Unit); value != "" {
		if !strings.HasSuffix(text, "?") { // no question of a study
			text += ":"
		}
		text += " " + value
	}
	return text
}

func basisRows(r *matcher.Result) []basisRow {
	rows := []basisRow{{Name: "Dates", Text: resultDates(r) + ".", Elsewhere: true}}
	addRow := func(name, text string) { rows = append(rows, basisRow{Name: name, Text: text}) }
	for _, a := range r.Data.Assumed {
		addRow("Assumed", assumptionText(a)+".")
	}
	through := "The record does not say up to which day it reaches."
	if !r.Data.RecordedThrough.IsZero() {
		through = "The record reaches up to " + dateText(r.Data.RecordedThrough) + "."
	}
	addRow("Record", through)
	if len(r.Data.NotSupplied) > 0 {
		names := make([]string, len(r.Data.NotSupplied))
		for i, d := range r.Data.NotSupplied {
			names[i] = string(d)
		}
		addRow("Not supplied", strings.Join(names, ", ")+": nothing is known of them.")
	}
	name := "Not used"
	for _, issue := range r.Data.Issues[:min(len(r.Data.Issues), maxListed)] {
		addRow(name, issue)
		name = ""
	}
	if n := len(r.Data.Issues); n > maxListed {
		addRow("", fmt.Sprintf("… and %d more.", n-maxListed))
	}
	rows = append(rows, studyRows(r)...)
	return append(rows, basisRow{Name: "Profile", Text: "SHA-256 " + r.Data.ProfileSHA256, Elsewhere: true})
}

func studyRows(r *matcher.Result) []basisRow {
	study := strings.Join(slices.DeleteFunc([]string{r.Study.ID, versionText(&r.Study), r.Study.Source}, isEmpty), ", ")
	rows := []basisRow{{Name: "Study", Text: study}, {Text: "SHA-256 " + r.Study.SHA256, Elsewhere: true}}
	if r.Study.Terminology != "" {
		rows = append(rows, basisRow{Name: "Terminology", Text: "of the site, SHA-256 " + r.Study.Terminology, Elsewhere: true})
	}
	if n := r.Study.Drafts; n > 0 {
		rows = append(rows, basisRow{Text: fmt.Sprintf("NOT REVIEWED: %d of its %d rules were drafted by a program. Do not rely on this result.", n, len(r.Criteria))})
	}
	if v := r.Study.Reviewed; v != nil {
		text := fmt.Sprintf("Reviewed by %s on %s", v.By, v.On)
		if !v.Current {
			text += "; it has changed since"
		}
		rows = append(rows, basisRow{Text: text + "."})
	}
	return rows
}
