// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
)

// Limits of one entry, in bytes.
const (
	MaxNote   = 8 << 10   // a note or a comment
	MaxRecord = 256 << 10 // the record of an entry, without the kept profile and result
	maxName   = 512       // an id or a name
)

// faults collects everything that is wrong with an entry.
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
		f.addFault("%s is %q, not one of %s", member, value, joinNames(all))
	}
}

func joinNames[S ~string](all []S) string {
	texts := make([]string, len(all))
	for i, s := range all {
		texts[i] = string(s)
	}
	return strings.Join(texts, ", ")
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
