// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// TestMain ends the PostgreSQL server that the tests started, or is the child
// of a test.
func TestMain(m *testing.M) {
	if text := os.Getenv(childVariable); text != "" {
		if err := runChild(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	code := m.Run()
	server.stop()
	os.Exit(code)
}

// eachStore runs a test on a new log of both stores.
func eachStore(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "log.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, newDatabase(t)) })
}

// clock gives a second more each time.
func clock() func() time.Time {
	now := time.Date(2026, 11, 22, 9, 30, 0, 0, time.FixedZone("", 3600))
	var mu sync.Mutex
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}
}

func open(t testing.TB, url string, o Options) *Log {
	t.Helper()
	if o.Now == nil && !o.ReadOnly {
		o.Now = clock()
	}
	l, err := Open(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func mustAppend(t testing.TB, l *Log, entries ...Entry) []Receipt {
	t.Helper()
	receipts, err := l.Append(t.Context(), entries...)
	if err != nil {
		t.Fatal(err)
	}
	return receipts
}

// verified fails unless the chain holds and has so many entries.
func verified(t testing.TB, l *Log, entries int64) {
	t.Helper()
	report, err := l.Verify(t.Context())
	if err != nil || report.Broken != nil || report.Entries != entries {
		t.Fatalf("%v; %v; %d entries, not %d", err, report.Broken, report.Entries, entries)
	}
}

const studyText = `study: ADULTS
version: "1"
dates: [first_dose]
questions:
  consents: {ask: "Does the patient consent?"}
inclusion:
  - {id: age, quote: "Adults", rule: age >= 18}
  - {id: consents, quote: "Consent", rule: answer(consents)}
`

func mustStudy(t testing.TB, text string) *rules.Study {
	t.Helper()
	s, err := rules.Parse("study.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// decided screens an invented patient, of whom domains are assumed complete.
func decided(t testing.TB, id string, a Asked, complete ...patient.Domain) *Decision {
	t.Helper()
	p, err := patient.DecodeBytes(fmt.Appendf(nil, `{"id":%q,"birth_date":"1970-01","answers":[{"question":"consents","answer":"yes","by":"Dr A"}]}`, id))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range complete {
		p.AssumeComplete(d)
	}
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	m, err := matcher.New(mustStudy(t, studyText))
	if err != nil {
		t.Fatal(err)
	}
	if a.Dates.Screening == 0 {
		a.Dates.Screening = patient.NewDay(2026, 11, 22)
	}
	if a.Channel == "" {
		a.Channel = Page
	}
	var results []matcher.Result
	if a.When == nil {
		results, err = m.Match(p, a.Dates)
	} else {
		results, err = m.Match(p, a.Dates, *a.When)
	}
	if err != nil {
		t.Fatal(err)
	}
	d, err := Decided(p, &results[0], a)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// plain is a decision without a profile, which costs little.
func plain(id string) *Decision {
	return &Decision{
		Patient: id, Study: Study{"ADULTS", "1", strings.Repeat("a", 64)}, Engine: "eligo 0.1.0",
		ProfileSHA256: strings.Repeat("b", 64), ResultSHA256: strings.Repeat("c", 64),
		Screening: patient.NewDay(2026, 11, 22), Verdict: matcher.Undetermined, Awaits: matcher.AwaitsData, By: "coordinator", Channel: API,
	}
}

// raw opens the database of a log behind its back, with the guards off.
func raw(t testing.TB, url string) *sql.DB {
	t.Helper()
	s, err := storeOf(url)
	if err != nil {
		t.Fatal(err)
	}
	db, err := s.connect(context.Background(), false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// unguard drops the triggers.
func unguard(t testing.TB, db *sql.DB) {
	t.Helper()
	statements := []string{"ALTER TABLE screening_entries DISABLE TRIGGER ALL", "ALTER TABLE screening_contents DISABLE TRIGGER ALL"}
	if strings.Contains(fmt.Sprintf("%T", db.Driver()), "sqlite") {
		statements = nil
		for _, name := range []string{"entries_no_update", "entries_no_delete", "entries_no_replace", "contents_no_update", "contents_no_delete", "contents_no_replace"} {
			statements = append(statements, "DROP TRIGGER screening_"+name)
		}
	}
	for _, s := range statements {
		run(t, db, s)
	}
}

func run(t testing.TB, db *sql.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
