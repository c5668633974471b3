// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/eligo-trials/eligo/cmd/internal/screening"
	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/matcher"
)

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

// NewLog returns a Log that appends to the screening log: a decision for every
// study of a call, with its card, and every feedback.
func NewLog(a screening.Appender) Log { return screeningLog{a} }

type screeningLog struct{ screening.Appender }

func (k screeningLog) Decided(ctx context.Context, d *Decision) error {
	service := screening.Service{Log: k.Appender}
	_, err := service.Record(ctx, d.Patient, d.Results, &screening.Request{
		Dates: d.Dates, When: &d.When, By: userName(d.User, d.Client), Channel: screenlog.CDSHooks, Card: d.cardAbout,
	})
	return err
}

func (d *Decision) cardAbout(studyID string) (uuid string) {
	for _, c := range d.Cards {
		if c.Study == studyID {
			uuid = c.UUID
		}
	}
	return uuid
}

func (k screeningLog) Feedback(ctx context.Context, list []screenlog.Feedback) error {
	entries := make([]screenlog.Entry, len(list))
	for i := range list {
		entries[i].Feedback = &list[i]
	}
	_, err := k.Append(ctx, entries...)
	return err
}

// userName names the user: an id such as Practitioner/1 is unique only within its
// client.
func userName(user, client string) string {
	if client == "" {
		return user
	}
	return user + " at " + client
}

// feedbackBody is the body of a feedback call:
// https://cds-hooks.hl7.org/2.0/#feedback
type feedbackBody struct {
	Feedback []struct {
		Card                string `json:"card"`
		Outcome             string `json:"outcome"`
		AcceptedSuggestions []struct {
			ID string `json:"id"`
		} `json:"acceptedSuggestions"`
		OverrideReason *struct {
			Reason *struct {
				Code    string `json:"code"`
				System  string `json:"system"`
				Display string `json:"display"`
			} `json:"reason"`
			UserComment string `json:"userComment"`
		} `json:"overrideReason"`
		OutcomeTimestamp string `json:"outcomeTimestamp"`
	} `json:"feedback"`
}

// Bounds of feedback.
const (
	maxFeedback = 1000
	maxComment  = 4096
)

// serveFeedback keeps all feedback of a call, or none of it and reports everything
// that is wrong.
func (h *handler) serveFeedback(w http.ResponseWriter, r *http.Request, client string) error {
	var body feedbackBody
	if err := h.readBody(w, r, &body); err != nil {
		return err
	}
	service := strings.TrimPrefix(strings.TrimSuffix(r.URL.Path, "/feedback"), "/cds-services/")
	list, err := body.toFeedback(service, client)
	if err != nil {
		return err
	}
	if h.Log != nil {
		if err := h.Log.Feedback(r.Context(), list); err != nil {
			return fmt.Errorf("the feedback cannot be kept: %w", err)
		}
	}
	w.WriteHeader(http.StatusOK)
	return nil
}

func (b *feedbackBody) toFeedback(service, client string) ([]screenlog.Feedback, error) {
	p := &requestError{status: http.StatusBadRequest}
	switch {
	case len(b.Feedback) == 0:
		p.addProblem("required", "/feedback", "At least one is needed.")
	case len(b.Feedback) > maxFeedback:
		return nil, refuse(http.StatusBadRequest, "too-costly", "/feedback", "This is more than one call may bring.")
	}
	list := make([]screenlog.Feedback, len(b.Feedback))
	for i := range b.Feedback {
		in, at := &b.Feedback[i], fmt.Sprintf("/feedback/%d", i)
		f := screenlog.Feedback{Service: service, By: client, Card: strings.ToLower(in.Card), Outcome: screenlog.Outcome(in.Outcome)}
		if !uuidForm.MatchString(in.Card) {
			p.addProblem("value", at+"/card", "The UUID of a card is needed.")
		}
		if in.Outcome != "accepted" && in.Outcome != "overridden" {
			p.addProblem("value", at+"/outcome", "This must be accepted or overridden.")
		}
		if in.Outcome == "accepted" && len(in.AcceptedSuggestions) == 0 {
			p.addProblem("required", at+"/acceptedSuggestions", "What was accepted must be named.")
		}
		for _, s := range in.AcceptedSuggestions {
			if !uuidForm.MatchString(s.ID) || len(f.Accepted) == maxFeedback {
				p.addProblem("value", at+"/acceptedSuggestions", "The UUIDs of suggestions are needed.")
				break
			}
			f.Accepted = append(f.Accepted, strings.ToLower(s.ID))
		}
		if o := in.OverrideReason; o != nil {
			f.Comment = o.UserComment
			switch {
			case o.Reason == nil && o.UserComment == "":
				p.addProblem("required", at+"/overrideReason", "A reason or a comment is needed.")
			case len(o.UserComment) > maxComment:
				p.addProblem("too-long", at+"/overrideReason/userComment", "The comment is longer than is kept.")
			case o.Reason != nil && (o.Reason.Code == "" || o.Reason.System == "" || len(o.Reason.Code) > maxID || len(o.Reason.System) > maxID):
				p.addProblem("required", at+"/overrideReason/reason", "A code and its system are needed.")
			case o.Reason != nil:
				f.Reasons = []screenlog.Reason{{System: o.Reason.System, Code: o.Reason.Code}}
			}
		}
		when, err := time.Parse(time.RFC3339, in.OutcomeTimestamp)
		if err != nil {
			p.addProblem("value", at+"/outcomeTimestamp", "A time as in 1985-04-12T23:20:50.52Z is needed.")
		}
		f.At = when.UTC().Format(time.RFC3339Nano)
		list[i] = f
	}
	return list, p.asError()
}
