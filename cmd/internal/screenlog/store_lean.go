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

// driverlessStore is a store that cannot be opened, so that the rest of it is never
// called.
type driverlessStore struct{ store }

func (driverlessStore) connect(context.Context, bool) (*sql.DB, error) { return nil, errLean }

func (driverlessStore) explain(err error) error { return err }

type sqliteStore struct {
	driverlessStore
	path string
}

type postgresStore struct {
	driverlessStore
	url string
}
