// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/language"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

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

// orderEffect is the effect of orders on the criteria of one study.
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

// citedOrders lists the orders among the evidence and the missing data of a
// criterion.
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
