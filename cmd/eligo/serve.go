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
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/page"
	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/cmd/internal/server"
	"github.com/eligo-trials/eligo/cmd/internal/shelf"
	"github.com/eligo-trials/eligo/patient"
)

func (p *program) serveCommand() *cli.Command {
	return &cli.Command{
		Name:        "serve",
		Usage:       "answer requests over HTTP",
		UsageText:   "eligo serve --studies FOLDER [FLAGS]",
		Description: helpLead("serve"),
		Flags: []cli.Flag{
			single("studies", "`FOLDER` of the study files (required)", ""),
			single("listen", "`ADDRESS` to listen on", "127.0.0.1:8080"),
			single("log", "screening log, a `FILE` or postgres://... (default: none is kept)", ""),
			&cli.BoolFlag{Name: "keep-profiles", Usage: "keep profiles and results in the screening log", DisableDefaultText: true},
			single("auth-file", "`FILE` of the users who may call, and their passwords' hashes", ""),
			single("token-file", "`FILE` of the programs that may call, and their tokens' hashes", ""),
			single("tls-cert", "`FILE` of the certificate chain, PEM", ""),
			single("tls-key", "`FILE` of its private key, PEM", ""),
			several("behind-proxy", "`NETWORK`, such as 10.1.0.0/16, that requests may come from; again for others"),
			single("external-url", "`URL` under which browsers see the server, as https://eligo.hospital.example", ""),
			single("cds-trust", "`FILE` of the EHRs whose signed CDS Hooks calls are answered", ""),
			several("cds-origin", "`ORIGIN` of a CDS Hooks client that runs in a browser, as https://sandbox.cds-hooks.org; again for others"),
			single("max-body", "`MEGABYTES` that a body may have, unpacked", "16"),
			single("max-requests", "`NUMBER` of requests to answer at one time", "128"),
			single("messages", "`FORMAT` of the messages: text or json", "text"),
		},
		Action: func(c *cli.Context) error {
			o, err := serveFlags(c)
			if err != nil {
				return err
			}
			return p.serve(c.Context, o)
		},
	}
}

// serve answers requests until it is told to stop.
func (p *program) serve(ctx context.Context, o *serveOptions) (err error) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal does not wait
	o.Messages, o.Clock = o.messages(p.stderr), p.clock
	if o.users != "" || o.tokens != "" {
		if o.Auth, err = server.LoadAuth(o.users, o.tokens); err != nil {
			return inputError{strings.Split(err.Error(), "\n"), "nobody can be let in; nothing is served"}
		}
	}
	config, err := o.tls()
	if err != nil {
		return inputError{summary: fmt.Sprintf("the certificate cannot be used: %s; nothing is served", cause(err))}
	}
	if o.Shelf, err = shelf.Open(o.studies, shelf.Options{OnChange: func(now *shelf.Snapshot) { tell(o.Messages, now) }}); err != nil {
		return inputError{summary: fmt.Sprintf("%s: %s; nothing is served", o.studies, cause(err))}
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
	o.Page = o.page()
	if err := o.mountHooks(); err != nil {
		return inputError{strings.Split(err.Error(), "\n"), "CDS Hooks cannot be served; nothing is served"}
	}
	on, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.listen)
	if err != nil {
		return inputError{summary: fmt.Sprintf("cannot listen on %s: %s", o.listen, cause(err))}
	}
	watching := make(chan struct{})
	go func() { defer close(watching); o.Shelf.Watch(ctx) }()
	defer func() { stop(); <-watching }()
	o.Messages.Info("listening", "address", o.address(on.Addr()))
	if err := server.New(o.Options).Serve(ctx, on, config); err != nil {
		return inputError{summary: "cannot go on: " + cause(err)}
	}
	o.Messages.Info("stopped")
	return nil
}

// page makes the web page of a coordinator.
func (o *serveOptions) page() http.Handler {
	options := page.Options{
		Shelf: o.Shelf, Today: func() patient.Day { return patient.DayOf(o.Clock()) }, Keeps: o.keep,
		User: func(r *http.Request) string { return server.User(r.Context()) }, MaxBody: o.MaxBody,
	}
	if log, ok := o.Recorder.(page.Log); ok {
		options.Log = log
	}
	return page.Handler(options)
}

// tell writes messages about what is on the shelf.
func tell(messages *slog.Logger, now *shelf.Snapshot) {
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
			messages.Warn("a study file does not load", "file", s.File, "last_good_version", s.Study != nil, "problems", len(s.Errors), "first", s.Errors[0])
		}
	}
	messages.Info("studies", "in_use", use, "files", len(now.Studies))
}

// tls gives the configuration for TLS; nil where none is wanted.
func (o *serveOptions) tls() (*tls.Config, error) {
	if o.cert == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(o.cert, o.key)
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}

// address is where to point a browser.
func (o *serveOptions) address(on net.Addr) string {
	switch {
	case o.Origin != "":
		return o.Origin
	case o.cert != "":
		return "https://" + on.String()
	}
	return "http://" + on.String()
}
