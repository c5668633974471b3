// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Options configure how a log is opened.
type Options struct {
	// Now returns the time of new entries. It is required unless ReadOnly.
	Now func() time.Time
	// KeepProfiles keeps with each new decision the profile and the result, so
	// that the decision can be replayed.
	KeepProfiles bool
	// ReadOnly opens an existing log and neither makes nor changes a table.
	ReadOnly bool
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

// store holds the operations that differ between the databases.
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

// storeOf chooses the store of a url.
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
