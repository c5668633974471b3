// SPDX-License-Identifier: Apache-2.0

//go:build !lean

package screenlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

type sqliteStore struct{ path string }

const busyMillis = "15000" // for which a process waits for another that writes

func (s *sqliteStore) dialect() string { return "sqlite" }

func (s *sqliteStore) connect(ctx context.Context, readOnly bool) (*sql.DB, error) {
	path, err := filepath.Abs(s.path)
	if err != nil {
		return nil, err
	}
	q := url.Values{"_txlock": {"immediate"}, "_busy_timeout": {busyMillis}, "_defensive": {"1"}, "_pragma": {"trusted_schema(0)"}}
	if readOnly {
		q.Set("mode", "ro")
	} else {
		// Made here for its owner's eyes only; SQLite gives its other files the
		// same permissions.
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
		q.Set("_journal_mode", "WAL")
		q.Set("_synchronous", "FULL")
	}
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", s.path)
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/... on Windows
	}
	name := url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(8)
	return db, db.PingContext(ctx)
}

func (s *sqliteStore) beginWrite(ctx context.Context, db *sql.DB) (*sql.Tx, error) {
	return db.BeginTx(ctx, nil) // immediate: it takes the write lock, or waits for it
}

func (s *sqliteStore) hasTable(ctx context.Context, q querier, table string) (found bool, err error) {
	err = q.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1)", table).Scan(&found)
	return found, err
}

func (s *sqliteStore) explain(err error) error {
	var wrong *sqlite.Error
	var path *fs.PathError
	switch {
	case errors.As(err, &path):
		return fmt.Errorf("%s: %w", s.path, path.Err)
	case !errors.As(err, &wrong):
		return err
	}
	switch wrong.Code() & 0xff {
	case sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%s is no SQLite file", s.path)
	case sqlite3.SQLITE_BUSY:
		return fmt.Errorf("%s: another process has been writing for longer than %s ms", s.path, busyMillis)
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
		return fmt.Errorf("%s cannot be opened here: SQLite must be able to write beside it (a file with -shm at its end), even to read; a copy of the file elsewhere will do", s.path)
	}
	return fmt.Errorf("%s: %w", s.path, err)
}
