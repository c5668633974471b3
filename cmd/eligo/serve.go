// SPDX-License-Identifier: Apache-2.0

//go:build !lean

package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/cdshooks"
	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/cmd/internal/httpapi"
	"github.com/eligo-trials/eligo/cmd/internal/screening/studydir"
	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/cmd/internal/web"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/terminology"
)

func (p *program) serveCommand() *cli.Command {
	return &cli.Command{
		Name:        "serve",
		Usage:       "answer requests over HTTP",
		UsageText:   "eligo serve --studies FOLDER [FLAGS]",
		Description: helpLead("serve"),
		Flags: []cli.Flag{
			singleFlag("studies", "`FOLDER` of the study files (required)", ""),
			termsFlag(),
			terminologyFlag(),
			singleFlag("listen", "`ADDRESS` to listen on", "127.0.0.1:8080"),
			singleFlag("log", "screening log, a `FILE` or postgres://... (default: none is kept)", ""),
			&cli.BoolFlag{Name: "keep-profiles", Usage: "keep profiles and results in the screening log", DisableDefaultText: true},
			singleFlag("auth-file", "`FILE` of the users who may call, and their passwords' hashes", ""),
			singleFlag("token-file", "`FILE` of the programs that may call, and their tokens' hashes", ""),
			singleFlag("tls-cert", "`FILE` of the certificate chain, PEM", ""),
			singleFlag("tls-key", "`FILE` of its private key, PEM", ""),
			listFlag("behind-proxy", "`NETWORK`, such as 10.1.0.0/16, that requests may come from; again for others"),
			singleFlag("external-url", "`URL` under which browsers see the server, as https://eligo.hospital.example", ""),
			singleFlag("cds-trust", "`FILE` of the EHRs whose signed CDS Hooks calls are answered", ""),
			listFlag("cds-origin", "`ORIGIN` of a CDS Hooks client that runs in a browser, as https://sandbox.cds-hooks.org; again for others"),
			singleFlag("max-body", "`MEGABYTES` that a body may have, unpacked", "16"),
			singleFlag("max-requests", "`NUMBER` of requests to answer at one time", "128"),
			singleFlag("messages", "`FORMAT` of the messages: text or json", "text"),
		},
		Action: func(c *cli.Context) error {
			o, err := serveFlags(c)
			if err != nil {
				return err
			}
			return p.runServe(c.Context, o)
		},
	}
}

func (p *program) runServe(ctx context.Context, o *serveOptions) (err error) {
	ctx, stop := untilInterrupted(ctx)
	defer stop()
	o.Messages, o.Clock = o.messages(p.stderr), p.clock
	if o.users != "" || o.tokens != "" {
		if o.Auth, err = httpapi.LoadAuth(o.users, o.tokens); err != nil {
			return inputError{lines: strings.Split(err.Error(), "\n"), summary: "nobody can be let in; nothing is served"}
		}
	}
	config, err := o.tlsConfig()
	if err != nil {
		return inputError{summary: fmt.Sprintf("the certificate cannot be used: %s; nothing is served", fileio.Cause(err))}
	}
	options := studydir.Options{OnChange: func(now *studydir.Snapshot) { logStudies(o.Messages, now) }}
	if options.Terminology, err = o.openSite(); err != nil {
		return err
	}
	if o.Studies, err = studydir.OpenFolder(o.folder, options); err != nil {
		return inputError{summary: fmt.Sprintf("%s: %s; nothing is served", o.folder, fileio.Cause(err))}
	}
	if o.log == "" {
		o.Messages.Warn("no screening log is kept; --log keeps one")
	} else {
		log, err := screenlog.Open(ctx, o.log, screenlog.Options{Now: p.clock, KeepProfiles: o.keep})
		if err != nil {
			return inputError{summary: err.Error() + "; nothing is served"}
		}
		defer func() { err = errors.Join(err, log.Close()) }()
		o.Recorder = log
	}
	o.Page = o.webPage()
	if err := o.mountHooks(); err != nil {
		return inputError{lines: strings.Split(err.Error(), "\n"), summary: "CDS Hooks cannot be served; nothing is served"}
	}
	on, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.listen)
	if err != nil {
		return inputError{summary: fmt.Sprintf("cannot listen on %s: %s", o.listen, fileio.Cause(err))}
	}
	watching := make(chan struct{})
	go func() { defer close(watching); o.Studies.Watch(ctx) }()
	defer func() { stop(); <-watching }()
	o.Messages.Info("listening", "address", o.address(on.Addr()))
	if err := httpapi.New(o.Options).Serve(ctx, on, config); err != nil {
		return inputError{summary: "cannot go on: " + fileio.Cause(err).Error()}
	}
	o.Messages.Info("stopped")
	return nil
}

// openSite opens what the site adds to what the program knows. The lines of --terms may name
// the concepts of the studies that the folder holds now.
func (o *serveOptions) openSite() (*terminology.Knowledge, error) {
	if len(o.site.terms) == 0 {
		return o.site.open("nothing is served")
	}
	contents, err := studydir.ReadStudies(nil, []string{o.folder})
	if err != nil {
		return nil, inputError{summary: fmt.Sprintf("%s: %s; nothing is served", o.folder, fileio.Cause(err))}
	}
	return o.site.open("nothing is served", contents.Studies...)
}

func (o *serveOptions) webPage() http.Handler {
	options := web.Options{
		Studies: o.Studies, Today: func() patient.Day { return patient.DayOf(o.Clock()) }, Keeps: o.keep,
		User: func(r *http.Request) string { return httpapi.User(r.Context()) }, MaxBody: o.MaxBody,
	}
	if log, ok := o.Recorder.(web.Log); ok {
		options.Log = log
	}
	return web.Handler(options)
}

func logStudies(messages *slog.Logger, now *studydir.Snapshot) {
	if now.Problem != "" {
		messages.Error("the folder of the studies cannot be read", "reason", now.Problem)
	}
	use := 0
	for i := range now.Studies {
		s := &now.Studies[i]
		if s.Study != nil {
			use++
		}
		if len(s.Errors) > 0 {
			message := "a study file does not load"
			if s.Duplicate {
				message = "a study file is not used"
			}
			messages.Warn(message, "file", s.File, "last_good_version", s.Study != nil, "problems", len(s.Errors), "first", s.Errors[0])
		}
	}
	messages.Info("studies", "in_use", use, "files", len(now.Studies))
}

// tlsConfig gives the configuration for TLS; nil where none is wanted.
func (o *serveOptions) tlsConfig() (*tls.Config, error) {
	if o.cert == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(o.cert, o.key)
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}

func (o *serveOptions) address(on net.Addr) string {
	switch {
	case o.Origin != "":
		return o.Origin
	case o.cert != "":
		return "https://" + on.String()
	}
	return "http://" + on.String()
}

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

func (o *serveOptions) studiesInUse() (*matcher.Matcher, []*rules.Study) {
	now := o.Studies.Current()
	return now.All, now.InUse()
}
