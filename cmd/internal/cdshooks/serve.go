// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"crypto/rand"
	"fmt"
	"net/http"

	"github.com/eligo-trials/eligo/cmd/internal/screening"
	"github.com/eligo-trials/eligo/matcher"
)

// serveHook answers a call for a hook.
func (h *handler) serveHook(w http.ResponseWriter, r *http.Request, hook, client string) error {
	var q request
	if err := h.readBody(w, r, &q); err != nil {
		return err
	}
	if err := q.validate(hook); err != nil {
		return err
	}
	m, studies := h.Studies()
	if m == nil {
		writeJSON(w, http.StatusOK, response{[]card{}})
		return nil
	}
	record, err := h.readPrefetch(&q, h.queries(studies))
	if err != nil {
		return err
	}
	p, err := record.buildProfile()
	if err != nil {
		return err
	}
	dates, when := matcher.Dates{Screening: h.Today()}, matcher.LookAhead{}
	results, err := (&screening.Request{Matcher: m, Dates: dates, When: &when}).MatchProfile(p)
	if err != nil {
		return err
	}
	var cards []card
	if hook == patientView {
		cards = h.patientCards(results, record)
	} else if cards, err = h.orderCards(&q, record, m, dates, results); err != nil {
		return err
	}
	if h.Log != nil {
		d := &Decision{
			Service: idPrefix + hook, HookInstance: q.HookInstance, User: q.Context.UserID, Client: client,
			Patient: p, Dates: dates, When: when, Results: results,
		}
		for i := range cards {
			d.Cards = append(d.Cards, CardRef{cards[i].UUID, cards[i].study})
		}
		if err := h.Log.Decided(r.Context(), d); err != nil {
			return fmt.Errorf("the decision cannot be kept: %w", err)
		}
	}
	writeJSON(w, http.StatusOK, response{cards})
	return nil
}

// newUUID makes a random UUID (version 4, RFC 9562).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
