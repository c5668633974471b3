// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"os/user"

	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
)

// logAtURL opens the screening log when a decision is to be appended, and not
// before.
type logAtURL struct {
	url     string
	options screenlog.Options
}

func (l logAtURL) Append(ctx context.Context, entries ...screenlog.Entry) ([]screenlog.Receipt, error) {
	log, err := screenlog.Open(ctx, l.url, l.options)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	return log.Append(ctx, entries...)
}

// userName is the name of the user who runs the program; "" is not known.
func userName() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}
