// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// migrations are numbered files of SQL. NUMBER_name.sql runs on both stores,
// NUMBER_name.sqlite.sql and .postgres.sql after it on one. A released file is
// never changed; a further number is added.
//
//go:embed migrations/*.sql
var migrations embed.FS

// migration is the SQL of one number.
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

// checkSchema refuses tables of another version.
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
