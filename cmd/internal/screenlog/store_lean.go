// SPDX-License-Identifier: Apache-2.0

//go:build lean

package screenlog

import (
	"context"
	"database/sql"
	"errors"
)

// errLean is the error of opening a log in a program that was built without
// database drivers, which are half of the time of a first build.
var errLean = errors.New("this eligo was built with -tags lean, which leaves out the screening log; build it without the tag")

// driverlessStore is a store that cannot be opened.
type driverlessStore struct{}

func (driverlessStore) dialect() string { return "none" }

func (driverlessStore) connect(context.Context, bool) (*sql.DB, error) { return nil, errLean }

func (driverlessStore) beginWrite(context.Context, *sql.DB) (*sql.Tx, error) { return nil, errLean }

func (driverlessStore) hasTable(context.Context, querier, string) (bool, error) {
	return false, errLean
}

func (driverlessStore) explain(err error) error { return err }

type sqliteStore struct {
	driverlessStore
	path string
}

type postgresStore struct {
	driverlessStore
	url string
}
