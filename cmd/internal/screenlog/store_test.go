// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// What has been appended is on disk: the settings that see to it.
func TestAppendsAreSynced(t *testing.T) {
	setting := func(l *Log, query, want string) {
		t.Helper()
		var got string
		if err := l.db.QueryRowContext(t.Context(), query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %s, not %s: %v", query, got, want, err)
		}
	}
	l := open(t, t.TempDir()+"/log.db", Options{})
	setting(l, "PRAGMA synchronous", "2") // FULL
	setting(l, "PRAGMA journal_mode", "wal")
	url := newDatabase(t)
	name := strings.TrimPrefix(url[:strings.Index(url, "?")], "postgres:///")
	l = open(t, url, Options{})
	run(t, l.db, "ALTER DATABASE "+name+" SET synchronous_commit = off")
	l.Close()
	l = open(t, url, Options{})
	setting(l, "SHOW synchronous_commit", "on")
	setting(l, "SHOW fsync", "on")
}

// A role that may only read and insert is enough once the tables are there.
func TestRoleThatMayOnlyInsert(t *testing.T) {
	url := newDatabase(t)
	l := open(t, url, Options{})
	run(t, l.db, "CREATE ROLE clerk LOGIN")
	for _, table := range []string{"screening_entries", "screening_contents", "screening_schema"} {
		run(t, l.db, "GRANT SELECT, INSERT ON "+table+" TO clerk")
	}
	clerk := open(t, strings.Replace(url, "user=eligo", "user=clerk", 1), Options{KeepProfiles: true})
	mustAppend(t, clerk, Entry{Decision: decided(t, "p1", Asked{})}, Entry{Decision: decided(t, "p1", Asked{})})
	verified(t, clerk, 2)
	for _, statement := range []string{"ALTER TABLE screening_entries DISABLE TRIGGER ALL", "DELETE FROM screening_entries", "DROP TABLE screening_entries"} {
		if _, err := clerk.db.ExecContext(t.Context(), statement); err == nil || strings.Contains(err.Error(), "only appended") {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

// In a database of another encoding, names would not come back as they were.
func TestDatabaseOfAnotherEncoding(t *testing.T) {
	url := newDatabase(t)
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if _, err := c.Exec(t.Context(), "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1'"); err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), server.url("latin"), Options{Now: clock()})
	if err == nil || !strings.Contains(err.Error(), "has the encoding LATIN1; a screening log needs one with UTF8") {
		t.Errorf("%v", err)
	}
}
