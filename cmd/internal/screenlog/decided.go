// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// Asked holds the parameters of a request for a result, and its user.
type Asked struct {
	Dates   matcher.Dates      // as given to the matcher
	When    *matcher.LookAhead // nil: no dates ahead
	By      string             // the user; "" is not known
	Channel Channel
	Card    string // uuid of the CDS Hooks card that shows it; "" is none
}

// Decided makes the decision of a result. The profile is the one that was
// matched, with its answers; a result of another profile is an error.
//
// The decision refers to the profile, which must not change until the decision is
// appended.
func Decided(p *patient.Profile, r *matcher.Result, a Asked) (*Decision, error) {
	if p.SHA256() == "" || p.SHA256() != r.Data.ProfileSHA256 {
		return nil, errors.New("the result is not of this profile")
	}
	result := r.AppendJSON(nil)
	d := &Decision{
		Patient: r.Patient, Study: Study{r.Study.ID, r.Study.Version, r.Study.SHA256},
		Engine: r.Engine, ProfileSHA256: r.Data.ProfileSHA256,
		Screening: a.Dates.Screening, RecordAsOf: a.Dates.Record, Complete: p.Assumed(),
		Verdict: r.Verdict, Awaits: r.Awaits, ResultSHA256: digest(result),
		By: a.By, Channel: a.Channel, Card: a.Card,
		profile: p, result: result,
	}
	for name, day := range a.Dates.Anchors {
		if _, own := r.Dates[name]; own { // others are dates of another study
			if d.Anchors == nil {
				d.Anchors = map[string]patient.Day{}
			}
			d.Anchors[name] = day
		}
	}
	if a.When != nil {
		d.Horizon = a.When.Horizon.String()
		for _, name := range a.When.Fixed {
			if _, own := r.Dates[name]; own {
				d.Fixed = append(d.Fixed, name)
			}
		}
	}
	for _, answer := range p.Answers {
		if answer.Study == "" || answer.Study == r.Study.ID {
			d.Answers = append(d.Answers, Answer{answer.Question, answer.Reply, answer.By})
		}
	}
	return d, nil
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
