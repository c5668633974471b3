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
	MaxRecord = 256 << 10 // the whole entry, without what is kept
	maxName   = 512       // an id or a name
)

// faults gathers everything that is wrong with an entry.
type faults []string

func (f *faults) add(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

// name checks a text that entries are found by.
func (f *faults) name(what, text string, required bool) {
	switch {
	case required && strings.TrimSpace(text) == "":
		f.add("%s is missing", what)
	case len(text) > maxName:
		f.add("%s is longer than %d bytes", what, maxName)
	case strings.ContainsRune(text, 0): // PostgreSQL cannot hold it
		f.add("%s holds the character U+0000", what)
	}
}

func (f *faults) text(what, text string) {
	if len(text) > MaxNote {
		f.add("%s is longer than %d bytes", what, MaxNote)
	}
}

var hexDigest = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (f *faults) digest(what, text string) {
	if !hexDigest.MatchString(text) {
		f.add("%s is no SHA-256 in lower-case hex", what)
	}
}

func among[S ~string](f *faults, what string, value S, all ...S) {
	if !slices.Contains(all, value) {
		f.add("%s is %q, not one of %s", what, value, joined(all))
	}
}

func joined[S ~string](all []S) string {
	texts := make([]string, len(all))
	for i, s := range all {
		texts[i] = string(s)
	}
	return strings.Join(texts, ", ")
}

// check gives everything that is wrong with an entry, without what Append sets.
func (e Entry) check() error {
	var f faults
	switch e.Kind() {
	case KindDecision:
		e.Decision.check(&f)
	case KindDisposition:
		d := e.Disposition
		if d.Decision < 1 {
			f.add("decision is not the number of an entry")
		}
		among(&f, "status", d.Status, Statuses()...)
		f.text("note", d.Note)
		f.name("by", d.By, false)
	case KindFeedback:
		b := e.Feedback
		f.name("card", b.Card, true)
		f.name("service", b.Service, false)
		among(&f, "outcome", b.Outcome, Accepted, Overridden)
		f.text("comment", b.Comment)
		f.name("at", b.At, false)
		f.name("by", b.By, false)
	default:
		f.add("exactly one of decision, disposition and feedback must be set")
	}
	if len(f) > 0 {
		return errors.New(strings.Join(f, "; "))
	}
	return nil
}

func (d *Decision) check(f *faults) {
	f.name("patient", d.Patient, true)
	f.name("study", d.Study.ID, true)
	f.digest("study.sha256", d.Study.SHA256)
	f.name("engine", d.Engine, true)
	f.digest("profile_sha256", d.ProfileSHA256)
	f.digest("result_sha256", d.ResultSHA256)
	if d.Screening == 0 {
		f.add("screening is missing")
	}
	among(f, "verdict", d.Verdict, matcher.Eligible, matcher.Ineligible, matcher.Undetermined)
	among(f, "awaits", d.Awaits, matcher.AwaitsNothing, matcher.AwaitsAnswers, matcher.AwaitsData)
	among(f, "channel", d.Channel, Page, API, CDSHooks, CLI)
	f.name("by", d.By, false)
	f.name("card", d.Card, false)
}
