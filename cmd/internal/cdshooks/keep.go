// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"context"
	"time"

	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
)

// Appender appends entries to the screening log. A [screenlog.Log] is one.
type Appender interface {
	Append(ctx context.Context, entries ...screenlog.Entry) ([]screenlog.Receipt, error)
}

// NewLog returns a Log that appends to the screening log: a decision for every
// study of a call, with its card, and every feedback.
func NewLog(a Appender) Log { return screeningLog{a} }

type screeningLog struct{ Appender }

func (k screeningLog) Decided(ctx context.Context, d *Decision) error {
	entries := make([]screenlog.Entry, len(d.Results))
	for i := range d.Results {
		r := &d.Results[i]
		asked := screenlog.Asked{Dates: d.Dates, When: &d.When, By: userName(d.User, d.Client), Channel: screenlog.CDSHooks}
		for _, c := range d.Cards {
			if c.Study == r.Study.ID {
				asked.Card = c.UUID
			}
		}
		decision, err := screenlog.Decided(d.Patient, r, asked)
		if err != nil {
			return err
		}
		entries[i].Decision = decision
	}
	_, err := k.Append(ctx, entries...)
	return err
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
