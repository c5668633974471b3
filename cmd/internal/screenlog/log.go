// SPDX-License-Identifier: Apache-2.0

// Package screenlog keeps the screening log of a site: every decision of eligo,
// the dispositions that people entered for it, and the feedback of an EHR on its
// cards. Entries are appended and never changed; each holds the hash of the one
// before it. The log is one SQLite file, or tables in a PostgreSQL database.
//
// # Patient data
//
// The id as the profile gives it, the verdicts, the dates and the answers that
// were given to questions, and notes and comments as people wrote them: a log
// is patient data. The profile and the whole result are in it only with
// [Options].KeepProfiles; without it there are their SHA-256 digests.
//
// # The chain
//
// The record of an entry is one JSON text in the canonical form of RFC 8785
// (JCS: no space, members sorted, the shortest escapes, UTF-8):
//
//	{"decision":{...},"previous":"<64 hex digits>","schema":"eligo.log/1","seq":7,"time":"2026-11-22T09:30:00.000000Z"}
//
// with one of the members decision, disposition and feedback (see [Decision],
// [Disposition], [Feedback]). Its hash is the SHA-256 of these bytes, in hex,
// and "previous" is the hash of the entry before it, 64 zeros for the first. So
// sha256sum alone can prove a chain:
//
//	sqlite3 log.db "SELECT record FROM screening_entries WHERE seq = 7" | tr -d '\n' | sha256sum
//
// Numbers count up from 1 without a gap. A chain alone does not show that entries
// are missing at its end, or that somebody with write access to the database
// rewrote all of it: for that, its head (number and hash, see [Log.Head]) must be
// stored elsewhere and given to [Log.Verify].
//
// The other columns of an entry (at, kind, patient, study, status, card) repeat
// members of the record so that it can be found; Verify compares them.
//
// # The stores
//
// Both stores have the same tables, made by the numbered files in migrations,
// and triggers that refuse UPDATE and DELETE. Appends are atomic and in one
// order over all processes: SQLite takes its write lock for the transaction,
// PostgreSQL an advisory lock. An append has returned when the entry is on disk
// (SQLite: WAL with synchronous=FULL).
//
// # Imports
//
// The core, matcher/report for CSV cells, package plural, and database drivers;
// nothing that parses flags, listens or prints.
package screenlog

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options configure how a log is opened.
type Options struct {
	Now          func() time.Time // the time of new entries; required unless ReadOnly
	KeepProfiles bool             // keeps the profile and the result of each new decision, so that it can be replayed
	ReadOnly     bool             // opens an existing log and neither makes nor changes a table
}

// Log is an open screening log. It is safe for concurrent use.
type Log struct {
	db      *sql.DB
	store   store
	options Options

	turn    chan struct{} // held by the goroutine that writes
	mu      sync.Mutex
	waiting []*appendRequest
}

// ErrReadOnly is the error of an append to a log that was opened read-only.
var ErrReadOnly = errors.New("the screening log is open for reading only")

// Open opens a log. Unless it is opened read-only, it is created or migrated if
// necessary. The url is the path of an SQLite file, sqlite:///path or
// postgres://user@host/database; settings of a PostgreSQL server that it does not
// hold are taken from the environment (PGHOST, PGPASSWORD, PGPASSFILE, ...). A
// log of a newer eligo is refused.
func Open(ctx context.Context, url string, o Options) (*Log, error) {
	if o.Now == nil && !o.ReadOnly {
		return nil, errors.New("no clock is given")
	}
	s, err := storeOf(url)
	if err != nil {
		return nil, err
	}
	db, err := s.connect(ctx, o.ReadOnly)
	if err != nil {
		return nil, fmt.Errorf("the screening log cannot be opened: %w", s.explain(err))
	}
	l := &Log{db: db, store: s, options: o, turn: make(chan struct{}, 1)}
	if o.ReadOnly {
		err = l.checkSchema(ctx)
	} else {
		err = l.migrate(ctx)
	}
	if err != nil {
		db.Close()
		return nil, fmt.Errorf("the screening log cannot be opened: %w", s.explain(err))
	}
	return l, nil
}

// Ping returns an error if the log cannot be read now.
func (l *Log) Ping(ctx context.Context) error {
	_, err := l.Head(ctx)
	return err
}

// Close closes the log after the transaction that is being written. Appends that
// wait for their turn fail.
func (l *Log) Close() error {
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	return l.db.Close()
}

type store interface {
	dialect() string // of its migrations
	connect(ctx context.Context, readOnly bool) (*sql.DB, error)
	// beginWrite starts the one transaction that may write.
	beginWrite(ctx context.Context, db *sql.DB) (*sql.Tx, error)
	// hasTable reports whether a table exists.
	hasTable(ctx context.Context, q querier, table string) (bool, error)
	// explain words the cause of an error of the driver.
	explain(err error) error
}

// querier is a database or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

func storeOf(url string) (store, error) {
	scheme, rest, isURL := strings.Cut(url, "://")
	switch {
	case strings.TrimSpace(url) == "":
		return nil, errors.New("no screening log is named; give a file or a postgres:// URL")
	case !isURL:
		return &sqliteStore{path: url}, nil
	case scheme == "postgres" || scheme == "postgresql":
		return &postgresStore{url: url}, nil
	case scheme == "sqlite" && strings.HasPrefix(rest, "/") && len(rest) > 1:
		return &sqliteStore{path: localPath(rest)}, nil
	case scheme == "sqlite":
		return nil, errors.New("a sqlite URL names a file by its whole path, as in sqlite:///var/lib/eligo/log.db")
	}
	return nil, fmt.Errorf("a screening log is a file, sqlite:///PATH or postgres://..., not %s://...", scheme)
}

// localPath returns the path of sqlite:///path. On Windows it begins with a drive.
func localPath(path string) string {
	if len(path) > 2 && path[2] == ':' {
		return path[1:]
	}
	return path
}

// migrations are numbered files of SQL. NUMBER_name.sql runs on both stores,
// NUMBER_name.sqlite.sql and .postgres.sql after it on one. A released file is
// never changed; a further number is added.
//
//go:embed migrations/*.sql
var migrations embed.FS

type migration struct {
	number int
	sql    string
}

// migrationsFor returns the migrations of a store in order. Their numbers count up
// from 1 without a gap.
func migrationsFor(files fs.FS, store string) ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql") // sorted, ".postgres." and ".sqlite." before ".sql"
	if err != nil {
		return nil, err
	}
	var all []migration
	for _, common := range names {
		base := strings.TrimSuffix(common, ".sql")
		if strings.Contains(base, ".") {
			continue
		}
		number, err := strconv.Atoi(strings.TrimPrefix(base, "migrations/")[:4])
		if err != nil || number != len(all)+1 {
			return nil, fmt.Errorf("migration %s is not number %d", common, len(all)+1)
		}
		text, err := fs.ReadFile(files, common)
		if err != nil {
			return nil, err
		}
		own, err := fs.ReadFile(files, base+"."+store+".sql")
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		all = append(all, migration{number, string(text) + "\n" + string(own)})
	}
	return all, nil
}

const schemaTable = "screening_schema"

// schemaVersion returns the number of the last migration that was run; 0 if there
// is no log.
func (l *Log) schemaVersion(ctx context.Context, q querier) (version int, err error) {
	if found, err := l.store.hasTable(ctx, q, schemaTable); err != nil || !found {
		return 0, err
	}
	err = q.QueryRowContext(ctx, "SELECT COALESCE(MAX(version), 0) FROM "+schemaTable).Scan(&version)
	return version, err
}

func newerSchema(version, known int) error {
	return fmt.Errorf("its tables are of version %d and this eligo knows them up to %d; use the newer eligo that made them", version, known)
}

func (l *Log) checkSchema(ctx context.Context) error {
	all, err := migrationsFor(migrations, l.store.dialect())
	if err != nil {
		return err
	}
	version, err := l.schemaVersion(ctx, l.db)
	switch {
	case err != nil:
		return err
	case version == 0:
		return errors.New("there is no screening log")
	case version > len(all):
		return newerSchema(version, len(all))
	case version < len(all):
		return fmt.Errorf("its tables are of version %d and this eligo reads %d; opening it for writing once brings them up to date", version, len(all))
	}
	return nil
}

// migrate runs the migrations that were not run yet, all or none.
func (l *Log) migrate(ctx context.Context) error {
	all, err := migrationsFor(migrations, l.store.dialect())
	if err != nil {
		return err
	}
	tx, err := l.store.beginWrite(ctx, l.db)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	version, err := l.schemaVersion(ctx, tx)
	if err != nil {
		return err
	}
	if version > len(all) {
		return newerSchema(version, len(all))
	}
	if version == len(all) {
		return nil
	}
	if _, err := tx.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS "+schemaTable+" (version INTEGER NOT NULL PRIMARY KEY)"); err != nil {
		return err
	}
	for _, m := range all[version:] {
		if _, err := tx.ExecContext(ctx, m.sql); err != nil {
			return fmt.Errorf("migration %d: %w", m.number, err)
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO "+schemaTable+" (version) VALUES ($1)", m.number); err != nil {
			return err
		}
	}
	return tx.Commit()
}
