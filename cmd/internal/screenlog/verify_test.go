// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
)

// Nobody changes or removes an entry by accident.
func TestGuards(t *testing.T) {
	eachStore(t, func(t *testing.T, url string) {
		l := open(t, url, Options{KeepProfiles: true})
		mustAppend(t, l, Entry{Decision: decided(t, "p1", Asked{})})
		for _, statement := range []string{
			"UPDATE screening_entries SET patient = 'p9' WHERE seq = 1",
			"DELETE FROM screening_entries",
			"UPDATE screening_contents SET content = ''",
			"DELETE FROM screening_contents",
			"INSERT OR REPLACE INTO screening_entries (" + columns + ") SELECT " + strings.Replace(columns, "patient", "'p9'", 1) + " FROM screening_entries",
			"INSERT OR REPLACE INTO screening_contents (sha256, content) SELECT sha256, '' FROM screening_contents",
			"TRUNCATE screening_entries",
			"TRUNCATE screening_contents",
			"INSERT INTO screening_entries SELECT * FROM screening_entries ON CONFLICT (seq) DO UPDATE SET patient = 'p9'",
		} {
			_, err := l.db.ExecContext(t.Context(), statement)
			if err == nil {
				t.Errorf("%s: done", statement)
			}
			syntax := strings.Contains(fmt.Sprint(err), "syntax error") // the other store's words
			if !syntax && !strings.Contains(fmt.Sprint(err), "a screening log is only appended to") {
				t.Errorf("%s: %v", statement, err)
			}
		}
		verified(t, l, 1)
	})
}

// tampered is a log of six entries with everything in it, whose guards are off.
func tampered(t *testing.T, url string) (*Log, *sql.DB) {
	t.Helper()
	l := open(t, url, Options{KeepProfiles: true})
	mustAppend(t, l, Entry{Decision: decided(t, "p1", Asked{Card: "c"})}, Entry{Decision: decided(t, "p2", Asked{})})
	mustAppend(t, l, Entry{Disposition: &Disposition{Decision: 1, Status: Declined, Note: "no time"}})
	mustAppend(t, l, Entry{Feedback: &Feedback{Card: "c", Outcome: Accepted}}, Entry{Decision: decided(t, "p3", Asked{})}, Entry{Decision: decided(t, "p4", Asked{})})
	verified(t, l, 6)
	db := raw(t, url)
	unguard(t, db)
	return l, db
}

// breaks fails unless Verify finds that the chain breaks at an entry.
func breaks(t *testing.T, l *Log, what string, seq int64, why string, heads ...Head) {
	t.Helper()
	report, err := l.Verify(t.Context(), heads...)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if report.Broken == nil || report.Broken.Seq != seq || !strings.Contains(report.Broken.Why, why) {
		t.Errorf("%s: %v, and it is entry %d: %s", what, report.Broken, seq, why)
	}
	if report.Broken != nil && report.Entries != report.Head.Seq {
		t.Errorf("%s: %d entries hold up to %d", what, report.Entries, report.Head.Seq)
	}
}

// Whatever byte of an entry is changed, Verify names the entry.
func TestEveryByteCounts(t *testing.T) {
	eachStore(t, func(t *testing.T, url string) {
		l, db := tampered(t, url)
		every := 1
		if l.store.dialect() == "postgres" {
			every = 7 // for time: what checks is the same
		}
		for _, s := range collect(t, l, Query{}) {
			for _, column := range strings.Split(strings.TrimPrefix(columns, "seq, "), ", ") {
				var was string
				if err := db.QueryRow("SELECT "+column+" FROM screening_entries WHERE seq = $1", s.Seq).Scan(&was); err != nil {
					t.Fatal(err)
				}
				for at := 0; at < len(was); at += every {
					is := was[:at] + string(rune(was[at]^1)) + was[at+1:]
					run(t, db, "UPDATE screening_entries SET "+column+" = $1 WHERE seq = $2", is, s.Seq)
					breaks(t, l, fmt.Sprintf("byte %d of %s", at, column), s.Seq, "")
					if t.Failed() {
						return
					}
				}
				run(t, db, "UPDATE screening_entries SET "+column+" = $1 WHERE seq = $2", was+"x", s.Seq)
				breaks(t, l, "more in "+column, s.Seq, "")
				run(t, db, "UPDATE screening_entries SET "+column+" = $1 WHERE seq = $2", was, s.Seq)
			}
		}
		verified(t, l, 6)
	})
}

func TestTampering(t *testing.T) {
	for name, c := range map[string]struct {
		statement string
		seq       int64
		why       string
	}{
		"an entry removed":     {"DELETE FROM screening_entries WHERE seq = 3", 3, "it is missing; the next one is 4"},
		"the first removed":    {"DELETE FROM screening_entries WHERE seq = 1", 1, "it is missing"},
		"an entry renumbered":  {"UPDATE screening_entries SET seq = 30 WHERE seq = 3", 3, "it is missing"},
		"one before the first": {"UPDATE screening_entries SET seq = -3 WHERE seq = 6", -3, "does not belong here"},
		"two exchanged":        {"UPDATE screening_entries SET record = (SELECT record FROM screening_entries WHERE seq = 2), hash = (SELECT hash FROM screening_entries WHERE seq = 2) WHERE seq = 5", 5, "not written behind entry 4"},
		"a profile changed":    {"UPDATE screening_contents SET content = replace(content, '1970', '1971') WHERE content LIKE '%\"id\":\"p2\"%'", 2, "the profile that was kept with it was changed"},
		"a result removed":     {"DELETE FROM screening_contents WHERE content LIKE '%\"patient\":\"p3\"%'", 5, "the result that was kept with it is gone"},
	} {
		t.Run(name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, url string) {
				l, db := tampered(t, url)
				run(t, db, c.statement)
				breaks(t, l, name, c.seq, c.why)
			})
		})
	}
}

// Somebody who knows how hashes are made changes an entry and its hash: the
// next one shows it. At the end of the log only a head that was written down
// does.
func TestTamperingWithHashes(t *testing.T) {
	eachStore(t, func(t *testing.T, url string) {
		l, db := tampered(t, url)
		head, err := l.Head(t.Context())
		if err != nil || head.Seq != 6 {
			t.Fatal(head, err)
		}
		empty, _ := ParseHead("0:" + genesis)
		if report, err := l.Verify(t.Context(), head, empty); err != nil || report.Broken != nil || report.Head != head {
			t.Fatalf("%v; %+v", err, report)
		}
		forge := func(seq int64) {
			s, err := l.Entry(t.Context(), seq)
			if err != nil {
				t.Fatal(err)
			}
			r := record{Schema, s.Seq, s.Time.Format(timeLayout), s.Previous, s.Entry}
			r.Decision.Kept, r.Decision.By = false, "nobody"
			b, err := r.encode()
			if err != nil {
				t.Fatal(err)
			}
			run(t, db, "UPDATE screening_entries SET record = $1, hash = $2 WHERE seq = $3", string(b), digest(b), seq)
		}
		forge(6)
		verified(t, l, 6) // a chain cannot know
		breaks(t, l, "a forged end", 6, "not the one that was written down", head)
		forge(2)
		breaks(t, l, "a forged entry", 3, "not written behind entry 2 as that is now")
		run(t, db, "DELETE FROM screening_entries WHERE seq > 1")
		verified(t, l, 1)
		breaks(t, l, "a cut end", 2, "it is missing; the log had reached 6", head)
	})
}

// A column that does not even hold its type is a finding, no failure.
func TestRowOfAnotherType(t *testing.T) {
	l, db := tampered(t, t.TempDir()+"/log.db")
	run(t, db, "UPDATE screening_entries SET seq = 'three' WHERE seq = 3")
	breaks(t, l, "a number in words", 3, "it is missing")
	run(t, db, "UPDATE screening_entries SET seq = 3 WHERE seq = 'three'")
	verified(t, l, 6)
	run(t, db, "UPDATE screening_entries SET seq = 'six' WHERE seq = 6")
	breaks(t, l, "the last number in words", 6, "cannot be read")
}

// What breaks says nothing of the patient.
func TestBrokenIsDiscreet(t *testing.T) {
	l, db := tampered(t, t.TempDir()+"/log.db")
	run(t, db, "UPDATE screening_entries SET patient = 'Jane Doe' WHERE seq = 3")
	report, err := l.Verify(t.Context())
	if err != nil || report.Broken == nil || strings.Contains(report.Broken.String(), "Jane") {
		t.Errorf("%v; %v", err, report.Broken)
	}
}

func TestParseHead(t *testing.T) {
	for _, text := range []string{"", "1", "1:", "1:" + genesis[1:], "-1:" + genesis, "1:" + strings.ToUpper(strings.Repeat("a", 64)), "x:" + genesis, "1:" + genesis + " "} {
		if h, err := ParseHead(text); err == nil {
			t.Errorf("%q is %v", text, h)
		}
	}
	h := Head{12, strings.Repeat("ab", 32)}
	if got, err := ParseHead(h.String()); err != nil || got != h {
		t.Errorf("%v, %v", got, err)
	}
}
