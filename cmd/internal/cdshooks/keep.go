// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"context"
	"time"

	"github.com/eligo-trials/eligo/cmd/internal/screening"
	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
)

// Keep is a Log that writes into the screening log: a decision for every study
// of a call, with the card that showed it, and every feedback.
func Keep(a screening.Appender) Log { return keep{a} }

type keep struct{ screening.Appender }

func (k keep) Decided(ctx context.Context, d *Decision) error {
	service := screening.Service{Log: k.Appender}
	_, err := service.Record(ctx, d.Patient, d.Results, &screening.Request{
		Dates: d.Dates, When: &d.When, By: by(d.User, d.Client), Channel: screenlog.CDSHooks, Card: d.card,
	})
	return err
}

// card gives the uuid of the last card about a study, or "".
func (d *Decision) card(studyID string) (uuid string) {
	for _, c := range d.Cards {
		if c.Study == studyID {
			uuid = c.UUID
		}
	}
	return uuid
}

func (k keep) Feedback(ctx context.Context, list []Feedback) error {
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

// by names who asked: Practitioner/1 is somebody only together with the client
// whose user it is.
func by(user, client string) string {
	if client == "" {
		return user
	}
	return user + " at " + client
}
