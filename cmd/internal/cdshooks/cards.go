// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

type (
	response struct {
		Cards []card `json:"cards"` // never null: the one list that may be empty
	}
	card struct {
		UUID            string     `json:"uuid"`
		Summary         string     `json:"summary"`
		Detail          string     `json:"detail"`
		Indicator       string     `json:"indicator"`
		Source          source     `json:"source"`
		OverrideReasons []coding   `json:"overrideReasons"`
		Links           []cardLink `json:"links,omitempty"`

		study string
	}
	source struct {
		Label string `json:"label"`
		URL   string `json:"url,omitempty"`
		Topic coding `json:"topic"`
	}
	coding struct {
		Code    string `json:"code"`
		System  string `json:"system"`
		Display string `json:"display"`
	}
	cardLink struct {
		Label string `json:"label"`
		URL   string `json:"url"`
		Type  string `json:"type"`
	}
)

// Indicators. Nothing here is ever critical: no study is urgent care.
const (
	info    = "info"
	warning = "warning" // an order is about to close a study
)

const maxCards = 5 // in an answer

// soonDays is the number of days ahead for which a study that the patient cannot
// join yet gets a card.
const soonDays = 90

// nonAdherence is the code system of the ballot of CDS Hooks 3.0. The list
// overrideReasons has its reasons that fit a study.
const nonAdherence = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"

var overrideReasons = []coding{
	{"patient-ineligible", nonAdherence, "Patient does not meet eligibility for recommended action"},
	{"need-more-info", nonAdherence, "Could not address recommended action due to need for more information/pending results/pending consult"},
	{"action-not-priority", nonAdherence, "Recommended action is not relevant or a priority in current state of health"},
	{"inappropriate-recipient", nonAdherence, "PC CDS delivered to inappropriate recipient/role"},
	{"does-not-align-preferences", nonAdherence, "Recommendation does not align with patient preferences or values"},
}

// isOpen reports whether a study gets a card: the patient is eligible, may be
// eligible, or becomes so soon.
func isOpen(r *matcher.Result) bool {
	_, _, soon := openingDay(r)
	return r.Verdict != matcher.Ineligible || soon
}

// openingDay returns the first day on which an ineligible patient is eligible if
// nothing new happens, and whether it is within [soonDays]. If sure is false,
// the patient is eligible on that day in the best case only.
func openingDay(r *matcher.Result) (day patient.Day, sure, soon bool) {
	day, sure = r.EarliestEligible, true
	if day == 0 && r.BestCase != nil {
		day, sure = r.BestCase.EarliestEligible, false
	}
	return day, sure, day != 0 && day <= r.Dates[language.Screening].AddDays(soonDays)
}

// patientCards makes the cards for patient-view, in the order of
// [matcher.Rank].
func (h *handler) patientCards(results []matcher.Result, rec *prefetched) []card {
	open := slices.DeleteFunc(matcher.NewRanking(results, nil).Results, func(r matcher.Result) bool { return !isOpen(&r) })
	cards := []card{}
	for i := range min(len(open), maxCards) {
		cards = append(cards, h.newCard(&open[i], info, headline(&open[i]), h.detailText(&open[i], rec)))
	}
	if more := len(open) - maxCards; more > 0 {
		last := &cards[len(cards)-1]
		last.Detail += fmt.Sprintf("\n\n%d more %s may be open to this patient and %s not shown here.", more, plural.Choose(more, "study", "studies"), plural.Choose(more, "is", "are"))
	}
	return cards
}

func (h *handler) newCard(r *matcher.Result, indicator, headline, detail string) card {
	c := card{
		UUID: newUUID(), study: r.Study.ID, Indicator: indicator,
		Summary: summaryLine(headline + ": " + studyName(r)), Detail: detail,
		Source: source{
			Label: labelText(studyName(r), 80), URL: webAddress(r.Study.Source),
			Topic: coding{"ResearchStudy", "http://hl7.org/fhir/resource-types", "ResearchStudy"},
		},
		OverrideReasons: overrideReasons,
	}
	if base := webAddress(h.PageURL); base != "" {
		c.Links = []cardLink{{"Open in eligo", strings.TrimSuffix(base, "/") + "/studies/" + url.PathEscape(r.Study.ID), "absolute"}}
	}
	return c
}

func studyName(r *matcher.Result) string {
	if r.Study.Title == "" {
		return r.Study.ID
	}
	return r.Study.ID + ", " + r.Study.Title
}

// webAddress returns s if it is an absolute http or https URL, and "" otherwise.
func webAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return ""
	}
	return u.String()
}

func headline(r *matcher.Result) string {
	switch {
	case r.Verdict == matcher.Eligible:
		return "Eligible as far as the record shows"
	case r.Verdict == matcher.Undetermined && r.Awaits == matcher.AwaitsAnswers && len(r.Needed) > 0:
		return "May be eligible, " + plural.Count(len(r.Needed), "answer") + " needed"
	case r.Verdict == matcher.Undetermined && len(r.Needed) > 0:
		return "Not decided, " + plural.Count(len(r.Needed), "thing") + " to find out"
	case r.Verdict == matcher.Undetermined:
		return "Not decided"
	}
	day, sure, _ := openingDay(r)
	if sure {
		return "Not eligible now, but from " + day.String() + " on"
	}
	return "Not eligible now, perhaps from " + day.String() + " on"
}

// orderCards makes cards for studies that are open to the patient and that the
// selected orders would close, or may close.
func (h *handler) orderCards(q *request, rec *prefetched, m *matcher.Matcher, dates matcher.Dates, now []matcher.Result) ([]card, error) {
	cards := []card{}
	signed, ids := q.Context.signedOrders(dates.Screening)
	if len(ids) == 0 {
		return cards, nil
	}
	p, err := rec.buildProfile(signed...)
	if err != nil {
		return nil, err
	}
	then, err := m.Match(p, dates)
	if err != nil {
		return nil, err
	}
	var closes, may []orderEffect
	for i := range now {
		if !isOpen(&now[i]) {
			continue
		}
		e := compareResults(&now[i], &then[i], ids)
		switch {
		case len(e.fails) > 0:
			closes = append(closes, e)
		case len(e.opens) > 0:
			may = append(may, e)
		}
	}
	for _, e := range append(closes, may...) {
		if len(cards) < maxCards {
			cards = append(cards, h.orderCard(&e, p, rec))
		}
	}
	return cards, nil
}

// signedOrders returns the selected orders for medicines, changed as if they were
// signed on a day, the Medications that they may refer to, and the references of
// the orders. The intent and doNotPerform of an order are not changed.
func (c *hookContext) signedOrders(day patient.Day) (resources []jsontext.Value, ids []string) {
	for _, reference := range c.Selections {
		order, ok := c.DraftOrders.findEntry(reference)
		if !ok || order.name[0] != "MedicationRequest" || slices.Contains(ids, strings.Join(order.name[:], "/")) {
			continue
		}
		var a resourceHeader
		members := map[string]jsontext.Value{}
		if json.Unmarshal(order.Resource, &a) != nil || json.Unmarshal(order.Resource, &members) != nil ||
			a.Status != "draft" && a.Status != "active" && a.Status != "" {
			continue // it is not about to be signed
		}
		delete(members, "_status")
		delete(members, "_authoredOn")
		members["status"] = jsontext.Value(`"active"`)
		members["authoredOn"] = jsontext.Value(`"` + day.String() + `"`)
		if text, err := json.Marshal(members, json.Deterministic(true)); err == nil {
			resources, ids = append(resources, text), append(ids, strings.Join(order.name[:], "/"))
		}
	}
	for i := range c.DraftOrders.Entry {
		if e := &c.DraftOrders.Entry[i]; e.name[0] == "Medication" {
			resources = append(resources, e.Resource)
		}
	}
	return resources, ids
}

type orderEffect struct {
	result *matcher.Result     // with the orders signed
	orders []string            // references of the orders with an effect
	fails  []matcher.Criterion // criteria that fail with the orders only
	opens  []matcher.Criterion // criteria that pass without the orders and are unknown with them
}

// compareResults finds the criteria that an order changes. A criterion counts only
// if it cites the order, which is all that differs between the two records.
func compareResults(now, then *matcher.Result, ids []string) orderEffect {
	e := orderEffect{result: then}
	for i := range then.Criteria {
		before, after := &now.Criteria[i], &then.Criteria[i]
		cited := citedOrders(after, ids)
		if len(cited) == 0 {
			continue
		}
		switch {
		case after.Outcome == matcher.Fail && before.Outcome != matcher.Fail:
			e.fails = append(e.fails, *after)
		case after.Outcome == matcher.Unclear && before.Outcome == matcher.Pass:
			e.opens = append(e.opens, *after)
		default:
			continue
		}
		for _, id := range cited {
			if !slices.Contains(e.orders, id) {
				e.orders = append(e.orders, id)
			}
		}
	}
	return e
}

func citedOrders(c *matcher.Criterion, ids []string) (cited []string) {
	for _, id := range ids {
		if slices.ContainsFunc(c.Evidence, func(e matcher.Evidence) bool { return e.Record == id }) ||
			slices.ContainsFunc(c.Missing, func(m matcher.Missing) bool { return m.Record == id }) {
			cited = append(cited, id)
		}
	}
	return cited
}

func (h *handler) orderCard(e *orderEffect, p *patient.Profile, rec *prefetched) card {
	var names []string
	for i := range p.Medications {
		if f := &p.Medications[i].Fact; slices.Contains(e.orders, f.Record) {
			names = append(names, truncate(plainLine(orderName(f)), 40))
		}
	}
	headline, indicator, changed := "Ordering "+strings.Join(names, ", ")+" would exclude from the study", warning, e.fails
	if len(e.fails) == 0 {
		headline, indicator, changed = "Ordering "+strings.Join(names, ", ")+" may exclude from the study", info, e.opens
	}
	m := &markdown{}
	m.addParagraph("This compares the record as it stands with the record as it would stand if the selected orders were signed on " + e.result.Dates[language.Screening].String() + ". Nothing else is assumed of them.")
	var items []string
	for i := range changed {
		items = append(items, describeFailure(&changed[i]))
	}
	m.addList("What the order changes", items)
	m.addBasis(e.result, rec)
	return h.newCard(e.result, indicator, headline, m.String())
}

func orderName(f *patient.Fact) string {
	if f.Text != "" {
		return f.Text
	}
	for _, c := range f.Codes {
		if c.Display != "" {
			return c.Display
		}
	}
	return "the selected medicine"
}
