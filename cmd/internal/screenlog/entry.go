// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// Entry is an entry of a log. Exactly one of its members is set.
type Entry struct {
	Decision    *Decision    `json:"decision,omitzero"`
	Disposition *Disposition `json:"disposition,omitzero"`
	Feedback    *Feedback    `json:"feedback,omitzero"`
}

// Kind names the member of an [Entry] that is set.
type Kind string

// The kinds of entries.
const (
	KindDecision    Kind = "decision"
	KindDisposition Kind = "disposition"
	KindFeedback    Kind = "feedback"
)

// Kind returns the kind; "" if not exactly one member is set.
func (e Entry) Kind() Kind {
	switch {
	case e.Decision != nil && e.Disposition == nil && e.Feedback == nil:
		return KindDecision
	case e.Decision == nil && e.Disposition != nil && e.Feedback == nil:
		return KindDisposition
	case e.Decision == nil && e.Disposition == nil && e.Feedback != nil:
		return KindFeedback
	}
	return ""
}

// Channel is the interface through which a decision was requested.
type Channel string

// The channels.
const (
	Page     Channel = "page"
	API      Channel = "api"
	CDSHooks Channel = "cds-hooks"
	CLI      Channel = "cli"
)

// Study identifies a study and the text of it that was used.
type Study struct {
	ID      string `json:"id"`
	Version string `json:"version,omitzero"`
	SHA256  string `json:"sha256"` // of the study file and the concept files that it imports
}

// Answer is an answer to a question of the study that the decision is based on.
type Answer struct {
	Question string        `json:"question"`
	Reply    patient.Reply `json:"answer"`
	By       string        `json:"by,omitzero"`
}

// Decision is a result that was given to a user. [Decided] makes one.
type Decision struct {
	Patient       string `json:"patient"` // the id that the profile gives
	Study         Study  `json:"study"`
	Engine        string `json:"engine"`         // as results name it: "eligo 0.1.0"
	ProfileSHA256 string `json:"profile_sha256"` // of the profile as it was matched, answers included

	// The parameters of the request: the screening day, the day as of which the
	// record was read (if it is another), the given dates of the study, how far to
	// look ahead ("" does not look ahead), the dates that stay on their day, and
	// the domains that are empty only because the user said they are complete.
	Screening  patient.Day            `json:"screening"`
	RecordAsOf patient.Day            `json:"record_as_of,omitzero"`
	Anchors    map[string]patient.Day `json:"anchors,omitempty"`
	Horizon    string                 `json:"horizon,omitzero"`
	Fixed      []string               `json:"fixed,omitempty"`
	Complete   []patient.Domain       `json:"complete,omitempty"`

	Verdict      matcher.Verdict `json:"verdict"`
	Awaits       matcher.Awaits  `json:"awaits"`
	Answers      []Answer        `json:"answers,omitempty"`
	ResultSHA256 string          `json:"result_sha256"` // of [matcher.Result.AppendJSON]
	Kept         bool            `json:"kept,omitzero"` // the log holds the profile and the result; Append sets it

	By      string  `json:"by,omitzero"` // the user; "" is not known
	Channel Channel `json:"channel"`
	Card    string  `json:"card,omitzero"` // uuid of the CDS Hooks card that showed it

	profile *patient.Profile // to keep
	result  []byte
}

// Status is the state of a candidate in a study.
type Status string

// The states of a screening log.
const (
	Candidate  Status = "candidate"
	Screening  Status = "screening"
	Enrolled   Status = "enrolled"
	Declined   Status = "declined"
	Ineligible Status = "ineligible"
)

// Statuses lists every state, in the order in which people go through them.
func Statuses() []Status { return []Status{Candidate, Screening, Enrolled, Declined, Ineligible} }

// Disposition is the status that a user gives a candidate after a decision. A
// later disposition replaces it; both stay in the log.
type Disposition struct {
	Decision int64  `json:"decision"` // number of the decision
	Status   Status `json:"status"`
	Note     string `json:"note,omitzero"`
	By       string `json:"by,omitzero"` // the user; "" is not known
	// Patient and Study (its id) are those of the decision. Append sets them.
	Patient string `json:"patient"`
	Study   string `json:"study"`
}

// Outcome is the reaction of a user to a CDS Hooks card.
type Outcome string

// The outcomes of CDS Hooks 2.0.
const (
	Accepted   Outcome = "accepted"
	Overridden Outcome = "overridden"
)

// Feedback is the report of a CDS Hooks client about a card (CDS Hooks 2.0,
// "Feedback").
type Feedback struct {
	Service  string   `json:"service,omitzero"` // id of the CDS service
	Card     string   `json:"card"`             // uuid of the card
	Outcome  Outcome  `json:"outcome"`
	Accepted []string `json:"accepted,omitempty"` // uuids of the suggestions that were accepted
	Reasons  []Reason `json:"reasons,omitempty"`  // why it was overridden
	Comment  string   `json:"comment,omitzero"`   // the user's own words
	At       string   `json:"at,omitzero"`        // outcomeTimestamp, as it came
	By       string   `json:"by,omitzero"`        // the client or user; "" is not known
	// Decision, Patient and Study are those of the latest decision on the card, 0
	// and "" if the log has none. Append sets them.
	Decision int64  `json:"decision,omitzero"`
	Patient  string `json:"patient,omitzero"`
	Study    string `json:"study,omitzero"`
}

// Reason is a FHIR Coding.
type Reason struct {
	System  string `json:"system,omitzero"`
	Code    string `json:"code,omitzero"`
	Display string `json:"display,omitzero"`
}

// Limits of one entry, in bytes.
const (
	MaxNote   = 8 << 10   // a note or a comment
	MaxRecord = 256 << 10 // the record of an entry, without the kept profile and result
	maxName   = 512       // an id or a name
)

type faults []string

func (f *faults) addFault(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

// checkName checks a text by which entries are found.
func (f *faults) checkName(member, text string, required bool) {
	switch {
	case required && strings.TrimSpace(text) == "":
		f.addFault("%s is missing", member)
	case len(text) > maxName:
		f.addFault("%s is longer than %d bytes", member, maxName)
	case strings.ContainsRune(text, 0): // PostgreSQL cannot hold it
		f.addFault("%s holds the character U+0000", member)
	}
}

func (f *faults) checkText(member, text string) {
	if len(text) > MaxNote {
		f.addFault("%s is longer than %d bytes", member, MaxNote)
	}
}

var hexDigest = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (f *faults) checkDigest(member, text string) {
	if !hexDigest.MatchString(text) {
		f.addFault("%s is no SHA-256 in lower-case hex", member)
	}
}

func checkChoice[S ~string](f *faults, member string, value S, all ...S) {
	if !slices.Contains(all, value) {
		f.addFault("%s is %q, not one of %s", member, value, plural.Join(all, ", "))
	}
}

// validate reports everything that is wrong with an entry, but for the members
// that Append sets.
func (e Entry) validate() error {
	var f faults
	switch e.Kind() {
	case KindDecision:
		e.Decision.addFaults(&f)
	case KindDisposition:
		d := e.Disposition
		if d.Decision < 1 {
			f.addFault("decision is not the number of an entry")
		}
		checkChoice(&f, "status", d.Status, Statuses()...)
		f.checkText("note", d.Note)
		f.checkName("by", d.By, false)
	case KindFeedback:
		b := e.Feedback
		f.checkName("card", b.Card, true)
		f.checkName("service", b.Service, false)
		checkChoice(&f, "outcome", b.Outcome, Accepted, Overridden)
		f.checkText("comment", b.Comment)
		f.checkName("at", b.At, false)
		f.checkName("by", b.By, false)
	default:
		f.addFault("exactly one of decision, disposition and feedback must be set")
	}
	if len(f) > 0 {
		return errors.New(strings.Join(f, "; "))
	}
	return nil
}

func (d *Decision) addFaults(f *faults) {
	f.checkName("patient", d.Patient, true)
	f.checkName("study", d.Study.ID, true)
	f.checkDigest("study.sha256", d.Study.SHA256)
	f.checkName("engine", d.Engine, true)
	f.checkDigest("profile_sha256", d.ProfileSHA256)
	f.checkDigest("result_sha256", d.ResultSHA256)
	if d.Screening == 0 {
		f.addFault("screening is missing")
	}
	checkChoice(f, "verdict", d.Verdict, matcher.Eligible, matcher.Ineligible, matcher.Undetermined)
	checkChoice(f, "awaits", d.Awaits, matcher.AwaitsNothing, matcher.AwaitsAnswers, matcher.AwaitsData)
	checkChoice(f, "channel", d.Channel, Page, API, CDSHooks, CLI)
	f.checkName("by", d.By, false)
	f.checkName("card", d.Card, false)
}
