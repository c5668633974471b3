// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"context"
	"time"

	"github.com/eligo-trials/eligo/cmd/internal/screening"
	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
)

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

// cardAbout gives the uuid of the last card about a study; "" if there is none.
func (d *Decision) cardAbout(studyID string) (uuid string) {
	for _, c := range d.Cards {
		if c.Study == studyID {
			uuid = c.UUID
		}
	}
	return uuid
}

func (k screeningLog) Feedback(ctx context.Context, list []Feedback) error {
	entries := make([]screenlog.Entry, len(list))
	for i, f := range list {
		entries[i].Feedback = &screenlog.Feedback{
			Service: f.Service, Card: f.Card, Outcome: screenlog.Outcome(f.Outcome), Accepted: f.Accepted,
			Comment: f.Comment, At: f.At.Format(time.RFC3339Nano), By: f.Client,
		}
		if f.ReasonCode != "" {
			entries[i].Feedback.Reasons = []screenlog.Reason{{System: f.ReasonSystem, Code: f.ReasonCode}}
		}
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
