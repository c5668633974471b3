// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// prescreen is one result as the page shows it.
type prescreen struct {
	*matcher.Result
	Key             string
	Facts           []basisRow
	Class           string // of the verdict: good, open or bad
	Headline, Tally string
	Assumed         []string // beside a favourable verdict
	Near            string
	Blocks          []blockView
	FindOut         findOut
	RestTitle       string
	Days            []dayRow
	Never           []string
	WhenNote        string
	Washouts        []washoutRow
	Groups          []quoteGroup
	Basis           []basisRow
}

// blockView is a criterion that fails.
type blockView struct {
	*matcher.Criterion
	Until string
}

// dayRow is a day on which something changes.
type dayRow struct {
	Day  patient.Day
	Text string
}

// washoutRow is an exposure under one washout.
type washoutRow struct{ Medication, Note, Record, LastDose, Rule, Clear string }

// quoteGroup is the criteria that follow each other under the same words of
// the protocol.
type quoteGroup struct {
	Quote    string
	BuiltIn  bool
	Criteria []criterionView
}

// criterionView is a criterion with its facts as words.
type criterionView struct {
	*matcher.Criterion
	Number int
	Mark   string
	Facts  []factList
	Asks   []string
	Clears string
}

// factList is the records behind a criterion, or those laid beside it.
type factList struct {
	Title string
	List  []factView
}

type factView struct{ What, When, Record, Note string }

// key is what stands before the ids of the n-th result.
func (o PageOptions) key(n int) string {
	key := cmp.Or(o.Key, "prescreen")
	if n > 0 {
		key += "-" + strconv.Itoa(n+1)
	}
	return key
}

func newPrescreen(r *matcher.Result, key string) prescreen {
	p := prescreen{Result: r, Key: key, Facts: headFacts(r), Tally: tally(r), Near: nearMiss(r), FindOut: toFindOut(r)}
	p.Headline, p.Class = headline(r)
	if favours(r) {
		for _, a := range r.Data.Assumed {
			p.Assumed = append(p.Assumed, assumption(a))
		}
	}
	for i := range r.Criteria {
		if c := &r.Criteria[i]; c.Outcome == matcher.Fail {
			p.Blocks = append(p.Blocks, blockView{c, until(c)})
		}
	}
	p.RestTitle = restTitle(r)
	p.Days, p.Never, p.WhenNote = dayRows(r), nevers(r), whenNote(r)
	for i := range r.Washout {
		p.Washouts = append(p.Washouts, washoutView(&r.Washout[i]))
	}
	p.Groups = quoteGroups(r)
	p.Basis = slices.DeleteFunc(basisLines(r), func(row basisRow) bool { // what stands at the top or beside the signature
		return row.Name == "Dates" || strings.HasPrefix(row.Text, "SHA-256 ")
	})
	return p
}

// headline says the verdict in words.
func headline(r *matcher.Result) (text, class string) {
	switch {
	case r.Verdict == matcher.Eligible:
		return "May join, as far as the record shows", "good"
	case r.Verdict == matcher.Ineligible:
		return "May not join on this screening day", "bad"
	case r.Awaits == matcher.AwaitsAnswers:
		return "Not decided: only questions to a person are open", "open"
	}
	return "Not decided: something is missing", "open"
}

// headFacts are the days that the prescreen is for.
func headFacts(r *matcher.Result) []basisRow {
	rows := []basisRow{{"Screening day", r.Dates["screening"].String()}}
	for _, name := range anchors(r) {
		text := r.Dates[name].String()
		if slices.Contains(r.Data.Assumed, name+" = screening day") {
			text += " (assumed)"
		}
		rows = append(rows, basisRow{sentenceCase(words(name)), text})
	}
	if r.Study.Version != "" {
		rows = append(rows, basisRow{"Study version", r.Study.Version})
	}
	if !r.Data.RecordedThrough.IsZero() {
		rows = append(rows, basisRow{"Record reaches up to", dateWords(r.Data.RecordedThrough)})
	}
	return rows
}

func sentenceCase(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// until says until when a criterion that does not pass stays so, without the
// reasons.
func until(c *matcher.Criterion) string {
	text, _, _ := strings.Cut(clearing(c), "; on "+c.MayClearOn.String()+": ")
	if text == "" {
		return ""
	}
	return sentenceCase(strings.TrimSuffix(text, ".")) + "."
}

// dayRows are the days on which the verdict or a criterion changes, in order.
func dayRows(r *matcher.Result) []dayRow {
	var rows []dayRow
	add := func(day patient.Day, text string) {
		if day != 0 {
			rows = append(rows, dayRow{day, text})
		}
	}
	screening := r.Dates["screening"]
	for i := range r.Criteria {
		c := &r.Criteria[i]
		add(c.MayClearOn, c.ID+" is not known any more; until then it fails")
		add(c.ClearsOn, c.ID+" passes from then on")
	}
	if b := r.BestCase; b != nil {
		if b.EarliestEligible != screening {
			add(b.EarliestEligible, "eligible in the best case, that is if what is not known turns out well")
		}
		add(b.EligibleUntil, "last day of that best case")
	}
	if r.EarliestEligible != screening {
		add(r.EarliestEligible, "eligible from then on")
	}
	add(r.EligibleUntil, "last day of being eligible")
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

// nevers says of criteria that fail why they have no day to pass.
func nevers(r *matcher.Result) (list []string) {
	for i := range r.Criteria {
		if c := &r.Criteria[i]; c.Clearing != "" {
			list = append(list, c.ID+": "+strings.TrimSuffix(c.Clearing, ".")+".")
		}
	}
	return list
}

func washoutView(x *matcher.Exposure) washoutRow {
	row := washoutRow{Medication: shortened(x.Medication), Note: x.Note, Record: x.Record, Clear: clearance(x)}
	switch {
	case x.Ongoing:
		row.LastDose = "ongoing"
	case x.LastDose.IsZero():
		row.LastDose = "not known"
	default:
		row.LastDose = dateWords(x.LastDose)
	}
	if x.Unclassified {
		row.Note = strings.TrimPrefix(row.Note+"; not classified, it may be what the rule names or not", "; ")
	}
	row.Rule = x.Length + " before the " + dayName(x.Before) + washoutRule(x) + "; for criterion " + x.Criterion
	return row
}

func quoteGroups(r *matcher.Result) (groups []quoteGroup) {
	for i := range r.Criteria {
		c := &r.Criteria[i]
		v := criterionView{Criterion: c, Number: i + 1, Mark: "?"}
		switch c.Outcome {
		case matcher.Pass:
			v.Mark = "✓"
		case matcher.Fail:
			v.Mark = "✗"
		}
		v.Facts = append(factLists("Records", c, c.Evidence), factLists("To consider", c, c.Shown)...)
		for _, m := range c.Missing {
			if !m.Question { // a question stands in the reason
				v.Asks = append(v.Asks, m.Ask)
			}
		}
		if c.Outcome != matcher.Pass {
			v.Clears = until(c)
		}
		quote, builtIn := builtIn(c)
		if n := len(groups); n > 0 && groups[n-1].Quote == quote {
			groups[n-1].Criteria = append(groups[n-1].Criteria, v)
			continue
		}
		groups = append(groups, quoteGroup{quote, builtIn, []criterionView{v}})
	}
	return groups
}

func factLists(title string, c *matcher.Criterion, list []matcher.Evidence) []factList {
	if len(list) == 0 {
		return nil
	}
	f := factList{Title: title}
	for i := range list {
		f.List = append(f.List, factViewOf(c, &list[i]))
	}
	return []factList{f}
}

// factViewOf is what fact says, in its parts.
func factViewOf(c *matcher.Criterion, e *matcher.Evidence) factView {
	if what := unreadable(c, e); what != "" {
		return factView{What: "an entry that cannot be read and may be " + what, Record: e.Record}
	}
	v := factView{What: factWhat(e), When: span(e.Start, e.End), Record: e.Record, Note: e.Note}
	if e.Code != "" {
		v.Note = strings.TrimPrefix(v.Note+"; "+strings.TrimSpace(e.System+" "+e.Code), "; ")
	}
	return v
}
