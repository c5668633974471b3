// SPDX-License-Identifier: Apache-2.0

//go:build !lean

package screenlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// postgresStore is a log in a PostgreSQL database, in the first schema of the
// search path.
type postgresStore struct{ url string }

const appendLock = 0x656c69676f6c6f67 // "eligolog", the advisory lock for appending

func (s *postgresStore) dialect() string { return "postgres" }

func (s *postgresStore) connect(ctx context.Context, readOnly bool) (*sql.DB, error) {
	config, err := pgx.ParseConfig(s.url)
	if err != nil {
		return nil, err // it does not hold the password
	}
	if readOnly {
		config.RuntimeParams["default_transaction_read_only"] = "on"
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "eligo"
	}
	db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(prepareConnection))
	db.SetMaxOpenConns(8)
	return db, db.PingContext(ctx)
}

// prepareConnection makes sure that commits wait for the disk and that the encoding
// holds every text.
func prepareConnection(ctx context.Context, c *pgx.Conn) error {
	var encoding string
	err := c.QueryRow(ctx, "SELECT current_setting('server_encoding')").Scan(&encoding)
	if err == nil && encoding != "UTF8" {
		err = fmt.Errorf("the database has the encoding %s; a screening log needs one with UTF8", encoding)
	}
	if err == nil {
		_, err = c.Exec(ctx, "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'")
	}
	return err
}

func (s *postgresStore) beginWrite(ctx context.Context, db *sql.DB) (*sql.Tx, error) {
	// Statements after the lock must see the commits of other transactions.
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", int64(appendLock)); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return tx, nil
}

func (s *postgresStore) hasTable(ctx context.Context, q querier, table string) (found bool, err error) {
	err = q.QueryRowContext(ctx, "SELECT to_regclass($1) IS NOT NULL", table).Scan(&found)
	return found, err
}

func (s *postgresStore) explain(err error) error {
	var wrong *pgconn.PgError
	if errors.As(err, &wrong) { // its detail could quote a row
		return fmt.Errorf("PostgreSQL says: %s (%s)", wrong.Message, wrong.Code)
	}
	return err
}
