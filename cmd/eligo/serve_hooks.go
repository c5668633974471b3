// SPDX-License-Identifier: Apache-2.0

//go:build !lean

package main

import (
	"fmt"

	"github.com/eligo-trials/eligo/cmd/internal/cdshooks"
	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// mountHooks makes the CDS Hooks services. With --cds-trust they check
// themselves who calls; without it the guards of everything else hold for them.
func (o *serveOptions) mountHooks() error {
	options := cdshooks.Options{
		Studies: o.studiesInUse, Today: func() patient.Day { return patient.DayOf(o.Clock()) },
		PageURL: o.Origin, Origins: o.origins, MaxBody: o.MaxBody,
		Refused: func(err error) { o.Messages.Warn("a CDS Hooks call was not trusted", "type", fmt.Sprintf("%T", err)) },
	}
	if log, ok := o.Recorder.(*screenlog.Log); ok {
		options.Log = cdshooks.NewLog(log)
	}
	if o.trust != "" {
		trust, err := cdshooks.LoadTrust(o.trust)
		if err != nil {
			return err
		}
		trust.Now = o.Clock
		options.Trust, o.HooksGuarded = trust, true
	}
	if err := options.Validate(); err != nil {
		return err
	}
	o.Hooks = cdshooks.Handler(options)
	return nil
}

// studiesInUse gives the studies in use.
func (o *serveOptions) studiesInUse() (*matcher.Matcher, []*rules.Study) {
	now := o.Studies.Current()
	return now.All, now.InUse()
}
