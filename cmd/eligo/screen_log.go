// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"os/user"

	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/matcher"
)

// record appends the results to the screening log, if one is named: all of them
// or none.
func (p *program) record(ctx context.Context, o *screenOptions, person *document.Patient, results []matcher.Result) error {
	if o.log == "" {
		return nil
	}
	asked := screenlog.Asked{Dates: o.dates, By: userName(), Channel: screenlog.CLI}
	if !o.noDates {
		asked.When = &o.when
	}
	var entries []screenlog.Entry
	for i := range results {
		d, err := screenlog.Decided(person.Profile, &results[i], asked)
		if err != nil {
			return err
		}
		entries = append(entries, screenlog.Entry{Decision: d})
	}
	l, err := screenlog.Open(ctx, o.log, screenlog.Options{Now: p.clock, KeepProfiles: o.keep})
	if err == nil {
		defer l.Close()
		_, err = l.Append(ctx, entries...)
	}
	if err != nil {
		return inputError{summary: err.Error() + "; no result is given that is not logged"}
	}
	return nil
}

// userName is the name of the user who runs the program; "" is not known.
func userName() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}
