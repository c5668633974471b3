// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
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

// Replay is the result of deciding a logged decision again.
type Replay struct {
	Stored
	Outcome ReplayOutcome
	Why     string // reason for another outcome than Same, without patient data
}

// ReplayOutcome tells whether a replay gave the same bytes.
type ReplayOutcome string

// The outcomes of a replay.
const (
	Same        ReplayOutcome = "same"
	Differs     ReplayOutcome = "differs"
	NotReplayed ReplayOutcome = "not replayed"
)

// Replay decides the decisions that a query selects again, from the kept profiles
// and with the study of the same SHA-256, and compares the bytes of the results.
func (l *Log) Replay(ctx context.Context, studies []*rules.Study, q Query) iter.Seq2[Replay, error] {
	bySHA := map[string]*rules.Study{}
	ids := map[string]bool{}
	for _, s := range studies {
		bySHA[s.SHA256], ids[s.ID] = s, true
	}
	q.Kind = KindDecision
	return func(yield func(Replay, error) bool) {
		for s, err := range l.Entries(ctx, q) {
			if err != nil {
				yield(Replay{}, err)
				return
			}
			r := Replay{Stored: s}
			study := bySHA[s.Decision.Study.SHA256]
			switch {
			case !s.Decision.Kept:
				r.Outcome, r.Why = NotReplayed, ErrNotKept.Error()
			case study == nil && ids[s.Decision.Study.ID]:
				r.Outcome, r.Why = NotReplayed, "study "+s.Decision.Study.ID+" was changed since"
			case study == nil:
				r.Outcome, r.Why = NotReplayed, "study "+s.Decision.Study.ID+" is not there"
			case s.Decision.Engine != engine:
				r.Outcome, r.Why = NotReplayed, "it was decided by "+s.Decision.Engine+", and this is "+engine
			default:
				r.Outcome, r.Why, err = l.replayDecision(ctx, study, s.Decision)
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// engine is the name of this engine in results.
var engine = "eligo " + matcher.Version

func (l *Log) replayDecision(ctx context.Context, study *rules.Study, d *Decision) (ReplayOutcome, string, error) {
	profile, result, err := l.Kept(ctx, d)
	var wrong damageError
	if errors.As(err, &wrong) {
		return Differs, wrong.why, nil
	}
	if err != nil {
		return "", "", err
	}
	if form := formOf(result); form != matcher.Schema {
		return NotReplayed, fmt.Sprintf("its result is in the form %s, and this engine gives %s", form, matcher.Schema), nil
	}
	if made := terminologyOf(result); made != study.Terminology.SHA256() {
		return NotReplayed, "it was decided with another terminology of the site (SHA-256 " + cmp.Or(made, "none") + ")", nil
	}
	now, err := d.match(study, profile)
	if err != nil {
		return Differs, "it cannot be decided any more: " + err.Error(), nil //nolint:nilerr // the error is the finding
	}
	if bytes.Equal(now, result) {
		return Same, "", nil
	}
	return Differs, describeDifference(result, now), nil
}

// formOf gives the name of the JSON form of a stored result.
func formOf(result []byte) string {
	var r struct{ Schema string }
	if json.Unmarshal(result, &r) != nil || r.Schema == "" {
		return matcher.Schema // the comparison tells what is wrong with it
	}
	return r.Schema
}

// terminologyOf gives the digest of the site's terminologies that a stored result names.
func terminologyOf(result []byte) string {
	var r struct{ Study matcher.StudyRef }
	if json.Unmarshal(result, &r) != nil {
		return "" // the comparison tells what is wrong with it
	}
	return r.Study.Terminology
}

// match gives the result of a decision from a profile, as JSON. The error says
// nothing of the patient.
func (d *Decision) match(study *rules.Study, profile []byte) ([]byte, error) {
	p, err := patient.DecodeBytes(profile)
	if err != nil {
		return nil, errors.New("the profile is not valid")
	}
	p.SetAssumed(d.Complete)
	m, err := matcher.New(study)
	if err != nil {
		return nil, err
	}
	dates := matcher.Dates{Screening: d.Screening, Record: d.RecordAsOf, Anchors: d.Anchors}
	var results []matcher.Result
	if d.Horizon == "" {
		results, err = m.Match(p, dates)
	} else {
		var when matcher.LookAhead
		if when.Horizon, err = matcher.ParseHorizon(d.Horizon); err != nil {
			return nil, err
		}
		when.Fixed = d.Fixed
		results, err = m.Match(p, dates, when)
	}
	if err != nil {
		return nil, err
	}
	return results[0].AppendJSON(nil), nil
}

func describeDifference(was, is []byte) string {
	var a, b map[string]json.RawMessage
	if json.Unmarshal(was, &a) != nil || json.Unmarshal(is, &b) != nil {
		return "the result that was kept is none"
	}
	all := maps.Clone(a)
	maps.Copy(all, b)
	var names []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !bytes.Equal(a[name], b[name]) {
			names = append(names, name)
		}
	}
	why := "the result has another " + strings.Join(names, ", ")
	if !bytes.Equal(a["verdict"], b["verdict"]) {
		why = fmt.Sprintf("the verdict was %s and is now %s; %s", a["verdict"], b["verdict"], why)
	}
	return why
}
