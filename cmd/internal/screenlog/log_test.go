// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

func collect(t testing.TB, l *Log, q Query) []Stored {
	t.Helper()
	var all []Stored
	for s, err := range l.Entries(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

func numbers(all []Stored) (seqs []int64) {
	for _, s := range all {
		seqs = append(seqs, s.Seq)
	}
	return seqs
}

// What a coordinator, a service and a client do to one patient, and what the
// log holds of it afterwards.
func TestLogTellsTheStory(t *testing.T) {
	eachStore(t, func(t *testing.T, url string) {
		l := open(t, url, Options{})
		verified(t, l, 0)
		asked := Asked{
			Dates: matcher.Dates{Screening: patient.NewDay(2026, 11, 22), Anchors: map[string]patient.Day{"first_dose": patient.NewDay(2026, 12, 6)}},
			By:    "nurse", Channel: CDSHooks, Card: "card-1",
		}
		d := decided(t, "p1", asked, patient.Conditions)
		r := mustAppend(t, l, Entry{Decision: d}, Entry{Decision: plain("p2")})
		if r[0].Seq != 1 || r[1].Seq != 2 || r[0].Time.Format(time.RFC3339) != "2026-11-22T08:30:01Z" {
			t.Errorf("the receipts are %+v", r)
		}
		mustAppend(t, l, Entry{Disposition: &Disposition{Decision: 1, Status: Screening, Note: "called, wants to think", By: "nurse"}})
		mustAppend(t, l, Entry{Feedback: &Feedback{Card: "card-1", Outcome: Overridden, Reasons: []Reason{{"https://example.org", "no-time", "No time"}}}})
		mustAppend(t, l, Entry{Disposition: &Disposition{Decision: 1, Status: Enrolled, By: "nurse"}}, Entry{Feedback: &Feedback{Card: "card-9", Outcome: Accepted}})
		verified(t, l, 6)

		all := collect(t, l, Query{OldestFirst: true})
		got := all[0].Decision
		if got.Patient != "p1" || got.Verdict != matcher.Eligible || got.Awaits != matcher.AwaitsNothing || got.Kept ||
			got.Anchors["first_dose"] != patient.NewDay(2026, 12, 6) || got.By != "nurse" || got.Channel != CDSHooks ||
			!slices.Equal(got.Answers, []Answer{{"consents", patient.Yes, "Dr A"}}) || got.Horizon != "" {
			t.Errorf("the decision is %s", all[0].Record)
		}
		if strings.Contains(string(all[0].Record), "1970") {
			t.Error("the log holds the birth date")
		}
		if f := all[3].Feedback; f.Decision != 1 || f.Patient != "p1" || f.Study != "ADULTS" {
			t.Errorf("the feedback is not tied to its decision: %s", all[3].Record)
		}
		if f := all[5].Feedback; f.Decision != 0 || f.Patient != "" {
			t.Errorf("the feedback to a card that nobody gave is %s", all[5].Record)
		}
		if _, _, err := l.Kept(t.Context(), got); !errors.Is(err, ErrNotKept) {
			t.Errorf("a profile was kept: %v", err)
		}
		people, err := l.People(t.Context(), Query{})
		if err != nil || len(people) != 2 {
			t.Fatalf("%v: %+v", err, people)
		}
		if p := people[0]; p.Patient != "p1" || p.Study != "ADULTS" || p.Seq != 5 || p.Decision.Seq != 1 || p.Disposition.Disposition.Status != Enrolled || !p.Changed.Equal(all[4].Time) {
			t.Errorf("p1 is %+v", p)
		}
		if p := people[1]; p.Patient != "p2" || p.Disposition != nil || p.Seq != 2 {
			t.Errorf("p2 is %+v", p)
		}
	})
}

func TestQueries(t *testing.T) {
	eachStore(t, func(t *testing.T, url string) {
		l := open(t, url, Options{})
		other := plain("p2")
		other.Study.ID = "OTHER"
		mustAppend(t, l, Entry{Decision: plain("p1")}, Entry{Decision: plain("p2")}, Entry{Decision: other})
		mustAppend(t, l, Entry{Disposition: &Disposition{Decision: 2, Status: Declined}}, Entry{Disposition: &Disposition{Decision: 3, Status: Enrolled}})
		fourth := collect(t, l, Query{OldestFirst: true})[3].Time
		for _, c := range []struct {
			q    Query
			want []int64
		}{
			{Query{}, []int64{5, 4, 3, 2, 1}},
			{Query{OldestFirst: true}, []int64{1, 2, 3, 4, 5}},
			{Query{OldestFirst: true, After: 2, Limit: 2}, []int64{3, 4}},
			{Query{After: 4, Limit: 2}, []int64{3, 2}},
			{Query{Patient: "p2"}, []int64{5, 4, 3, 2}},
			{Query{Patient: "p2", Study: "OTHER"}, []int64{5, 3}},
			{Query{Kind: KindDisposition}, []int64{5, 4}},
			{Query{Disposition: Declined}, []int64{4}},
			{Query{Since: fourth}, []int64{5, 4}},
			{Query{Since: fourth.Add(time.Microsecond)}, []int64{5}},
			{Query{Patient: "P2"}, nil},
			{Query{Patient: "p2\x00"}, nil},
			{Query{Study: "\xff", Limit: 1}, nil},
			{Query{Patient: "p2' OR '1'='1"}, nil},
		} {
			if got := numbers(collect(t, l, c.q)); !slices.Equal(got, c.want) {
				t.Errorf("%+v: %v, not %v", c.q, got, c.want)
			}
		}
		for _, c := range []struct {
			q    Query
			want []int64 // the entries that changed them last
		}{
			{Query{}, []int64{5, 4, 1}},
			{Query{Limit: 1}, []int64{5}},
			{Query{After: 5}, []int64{4, 1}},
			{Query{Disposition: Declined}, []int64{4}},
			{Query{Disposition: Candidate}, nil},
			{Query{Study: "ADULTS"}, []int64{4, 1}},
			{Query{Patient: "p2", Disposition: Enrolled, Since: fourth}, []int64{5}},
			{Query{Since: fourth}, []int64{5, 4}},
		} {
			people, err := l.People(t.Context(), c.q)
			if err != nil {
				t.Fatal(err)
			}
			var got []int64
			for _, p := range people {
				got = append(got, p.Seq)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("people %+v: %v, not %v", c.q, got, c.want)
			}
		}
		if s, err := l.Entry(t.Context(), 3); err != nil || s.Decision.Study.ID != "OTHER" {
			t.Errorf("entry 3: %+v, %v", s, err)
		}
		if _, err := l.Entry(t.Context(), 6); !errors.Is(err, ErrNoEntry) {
			t.Errorf("entry 6: %v", err)
		}
	})
}

// More than a page, while the caller writes.
func TestEntriesInPages(t *testing.T) {
	eachStore(t, func(t *testing.T, url string) {
		l := open(t, url, Options{})
		var many []Entry
		for range 2*pageSize + 7 {
			many = append(many, Entry{Decision: plain("p")})
		}
		mustAppend(t, l, many...)
		want := int64(len(many))
		for s, err := range l.Entries(t.Context(), Query{}) {
			if err != nil || s.Seq != want {
				t.Fatalf("entry %d is %d: %v", want, s.Seq, err)
			}
			if want--; want%100 == 0 {
				mustAppend(t, l, Entry{Disposition: &Disposition{Decision: s.Seq, Status: Candidate}})
			}
		}
		if want != 0 {
			t.Errorf("%d entries were left out", want)
		}
		entries := l.Entries(t.Context(), Query{Kind: KindDecision})
		for range entries {
			break
		}
		for range 2 {
			n := 0
			for range entries {
				n++
			}
			if n != len(many) {
				t.Errorf("%d entries, not %d", n, len(many))
			}
		}
		verified(t, l, int64(len(many))+5)
	})
}

// A request that is refused leaves nothing behind, and others unharmed.
func TestRefusedEntries(t *testing.T) {
	eachStore(t, func(t *testing.T, url string) {
		l := open(t, url, Options{})
		mustAppend(t, l, Entry{Decision: plain("p1")})
		mustAppend(t, l, Entry{Disposition: &Disposition{Decision: 1, Status: Candidate}})
		bad := func(change func(d *Decision)) Entry {
			d := plain("p1")
			change(d)
			return Entry{Decision: d}
		}
		for name, c := range map[string]struct {
			e   Entry
			why string
		}{
			"nothing":      {Entry{}, "exactly one"},
			"two":          {Entry{Decision: plain("p"), Feedback: &Feedback{}}, "exactly one"},
			"no patient":   {bad(func(d *Decision) { d.Patient = " " }), "patient is missing"},
			"NUL":          {bad(func(d *Decision) { d.Patient = "p\x00" }), "U+0000"},
			"not UTF-8":    {bad(func(d *Decision) { d.By = "\xff" }), "UTF-8"},
			"no day":       {bad(func(d *Decision) { d.Screening = 0 }), "screening is missing"},
			"no such day":  {bad(func(d *Decision) { d.Screening = patient.NewDay(12000, 1, 1) }), "screening"},
			"no verdict":   {bad(func(d *Decision) { d.Verdict = "maybe" }), `verdict is "maybe"`},
			"no hash":      {bad(func(d *Decision) { d.ProfileSHA256 = "B" }), "profile_sha256"},
			"no channel":   {bad(func(d *Decision) { d.Channel = "fax" }), "channel"},
			"no decision":  {Entry{Disposition: &Disposition{Decision: 9, Status: Candidate}}, "entry 9 of the log is no decision"},
			"disposition":  {Entry{Disposition: &Disposition{Decision: 2, Status: Candidate}}, "entry 2 of the log is no decision"},
			"no status":    {Entry{Disposition: &Disposition{Decision: 1, Status: "lost"}}, `status is "lost"`},
			"endless note": {Entry{Disposition: &Disposition{Decision: 1, Status: Candidate, Note: strings.Repeat("n", MaxNote+1)}}, "note is longer"},
			"no card":      {Entry{Feedback: &Feedback{Outcome: Accepted}}, "card is missing"},
			"no outcome":   {Entry{Feedback: &Feedback{Card: "c", Outcome: "ignored"}}, "outcome"},
		} {
			if _, err := l.Append(t.Context(), Entry{Decision: plain("p1")}, c.e); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), c.why) {
				t.Errorf("%s: %v", name, err)
			}
		}
		verified(t, l, 2)
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		l.turn <- struct{}{} // somebody else is writing
		if _, err := l.Append(ended, Entry{Decision: plain("p1")}); !errors.Is(err, context.Canceled) {
			t.Errorf("a caller who has gone: %v", err)
		}
		<-l.turn
		mustAppend(t, l)
		verified(t, l, 2)
	})
}

func TestReadOnly(t *testing.T) {
	eachStore(t, func(t *testing.T, url string) {
		if _, err := Open(t.Context(), url, Options{ReadOnly: true}); err == nil {
			t.Error("a log that is not there was opened")
		}
		if _, err := os.Stat(url); err == nil {
			t.Error("reading made a file")
		}
		l := open(t, url, Options{})
		mustAppend(t, l, Entry{Decision: plain("p1")})
		reader := open(t, url, Options{ReadOnly: true})
		if _, err := reader.Append(t.Context(), Entry{Decision: plain("p1")}); !errors.Is(err, ErrReadOnly) {
			t.Errorf("%v", err)
		}
		if _, err := reader.db.ExecContext(t.Context(), "DROP TABLE screening_contents"); err == nil {
			t.Error("a reader can write")
		}
		mustAppend(t, l, Entry{Decision: plain("p2")})
		verified(t, reader, 2)
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if err := l.Ping(t.Context()); err == nil {
			t.Error("a closed log answers")
		}
		verified(t, reader, 2)
	})
}

// A log of the future is left alone, and one of the past is read by nobody who
// cannot bring it up to date.
func TestOtherVersions(t *testing.T) {
	eachStore(t, func(t *testing.T, url string) {
		l := open(t, url, Options{})
		mustAppend(t, l, Entry{Decision: plain("p1")})
		run(t, l.db, "INSERT INTO screening_schema (version) VALUES (2)")
		for _, o := range []Options{{ReadOnly: true}, {Now: clock()}} {
			if _, err := Open(t.Context(), url, o); err == nil || !strings.Contains(err.Error(), "its tables are of version 2 and this eligo knows them up to 1; use the newer eligo") {
				t.Errorf("%v", err)
			}
		}
		run(t, l.db, "DELETE FROM screening_schema WHERE version = 2")
		verified(t, open(t, url, Options{}), 1)
	})
}

func TestURLs(t *testing.T) {
	dir := t.TempDir()
	for url, why := range map[string]string{
		"":                       "no screening log is named",
		"mysql://localhost/x":    "not mysql://...",
		"sqlite://log.db":        "by its whole path",
		dir:                      "a directory",
		dir + "/none/log.db":     "no such file",
		"postgres://u:s3cret@[x": "", // and no password
	} {
		if runtime.GOOS == "windows" && strings.HasPrefix(url, dir) {
			why = ""
		}
		_, err := Open(t.Context(), url, Options{Now: clock()})
		if err == nil || !strings.Contains(err.Error(), why) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %v", url, err)
		}
	}
	if _, err := Open(t.Context(), filepath.Join(dir, "log.db"), Options{}); err == nil {
		t.Error("a log was opened for writing without a clock")
	}
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), text, Options{Now: clock()}); err == nil || !strings.Contains(err.Error(), "no SQLite file") {
		t.Errorf("a text: %v", err)
	}
	odd := filepath.Join(dir, "50% of #1?.db")
	mustAppend(t, open(t, odd, Options{}), Entry{Decision: plain("p1")})
	if info, err := os.Stat(odd); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v: %v", info, err)
	}
	verified(t, open(t, "sqlite://"+filepath.ToSlash(odd), Options{ReadOnly: true}), 1)
}
