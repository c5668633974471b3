// SPDX-License-Identifier: Apache-2.0

// Package httpapi answers HTTP requests: the JSON API, health, metrics, and the
// handlers that are mounted beside them, behind one set of guards (who may call,
// from where, how much, how long).
//
// Messages and metrics hold nothing of a patient: no path with ids, no query, no
// body.
//
// It may import screening and its folders, screenlog, fileio, and the packages
// outside of cmd.
package httpapi

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/eligo-trials/eligo/cmd/internal/screening"
	"github.com/eligo-trials/eligo/cmd/internal/screening/studydir"
)

// Options of a Server. Only Studies must be given.
type Options struct {
	Studies  *studydir.Folder
	Recorder Recorder     // the screening log; nil: none is kept
	Messages *slog.Logger // nil: none
	Clock    func() time.Time

	Auth *Auth // who may call; nil: everybody who reaches the address
	// Hosts are the names, without a port, under which the server answers; none:
	// under any. They keep out a foreign page whose name was made to point to
	// this machine (DNS rebinding).
	Hosts []string
	// Origin is the address under which browsers see the server, such as
	// https://eligo.hospital.example, if it is behind a proxy.
	Origin  string
	Proxies []netip.Prefix // networks that requests may come from; none: any
	TLS     bool           // browsers reach the server by https

	MaxBody     int64 // bytes of a body, unpacked; 0 is DefaultMaxBody
	MaxRequests int   // answered at one time; 0 is DefaultMaxRequests

	Page, Hooks  http.Handler // mounted at / and at /cds-services; nil: nothing is
	HooksGuarded bool         // Hooks itself checks who calls; if not, Auth does
}

// The limits that hold where Options has none.
const (
	DefaultMaxBody     = 16 << 20
	DefaultMaxRequests = 128
)

// Recorder is the screening log: a screenlog.Log. A decision that cannot be
// recorded is given to nobody.
type Recorder interface {
	screening.Appender
	Ping(ctx context.Context) error
}

// Server answers requests. Make one with New.
type Server struct {
	Options
	times    times
	metrics  *metrics
	service  *screening.Service
	inside   chan struct{} // a place for each request that is answered
	batches  chan struct{} // a place for each batch
	draining atomic.Bool
}

// New makes a Server.
func New(o Options) *Server {
	if o.MaxBody <= 0 {
		o.MaxBody = DefaultMaxBody
	}
	if o.MaxRequests <= 0 {
		o.MaxRequests = DefaultMaxRequests
	}
	if o.Messages == nil {
		o.Messages = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	cores := runtime.GOMAXPROCS(0)
	s := &Server{
		Options: o, times: usualTimes,
		service: &screening.Service{Slots: make(chan struct{}, cores)},
		inside:  make(chan struct{}, o.MaxRequests),
		batches: make(chan struct{}, max(1, cores/2)),
	}
	if o.Recorder != nil {
		s.service.Log = o.Recorder
	}
	s.metrics = newMetrics(o.Studies)
	return s
}

// Handler gives the handler of all requests.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/metrics", methods{http.MethodGet: s.metrics.ServeHTTP})
	mux.Handle("/api/v1/studies", methods{http.MethodGet: s.listStudies})
	mux.Handle("/api/v1/studies/{id}", methods{http.MethodGet: s.showStudy})
	mux.Handle("/api/v1/vocabulary", methods{http.MethodGet: s.vocabulary})
	mux.Handle("/api/v1/openapi.json", methods{http.MethodGet: openAPI})
	mux.Handle("/api/v1/screen", methods{http.MethodPost: s.screen})
	mux.Handle("/api/v1/screen/batch", methods{http.MethodPost: s.screenBatch})
	if s.Page != nil {
		mux.Handle("/", s.Page)
		mux.HandleFunc("/api/", notFound)
	} else {
		mux.HandleFunc("/", notFound)
	}
	inner := s.authenticated(s.limited(s.sameOrigin(mux)))

	all := http.NewServeMux()
	all.Handle("/healthz", methods{http.MethodGet: s.liveness})
	all.Handle("/readyz", methods{http.MethodGet: s.readiness})
	all.Handle("/", s.fromAllowedNetwork(inner))
	if s.Hooks != nil {
		hooks := s.limited(s.Hooks)
		if !s.HooksGuarded {
			hooks = s.authenticated(hooks)
		}
		hooks = s.fromAllowedNetwork(hooks)
		all.Handle("/cds-services", hooks)
		all.Handle("/cds-services/", hooks)
	}
	return s.withMetrics(s.withSecurityHeaders(all))
}

type times struct {
	header, read, write, idle time.Duration
	step                      time.Duration // of a batch
	drain                     time.Duration // for requests to be answered once the server stops
}

// usualTimes let a body or an answer of 16 MB pass at 5 Mbit/s.
var usualTimes = times{
	header: 5 * time.Second, read: 30 * time.Second, write: 60 * time.Second, idle: 90 * time.Second,
	step: 30 * time.Second, drain: 20 * time.Second,
}

// Serve answers requests on a listener until ctx ends. Then it takes no more,
// answers those that it has, and returns. The error is nil unless the listener
// failed.
func (s *Server) Serve(ctx context.Context, on net.Listener, config *tls.Config) error {
	h := &http.Server{
		Handler:           s.Handler(),
		TLSConfig:         config,
		ReadHeaderTimeout: s.times.header,
		ReadTimeout:       s.times.read,
		WriteTimeout:      s.times.write,
		IdleTimeout:       s.times.idle,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(s.Messages.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() {
		if config != nil {
			failed <- h.ServeTLS(on, "", "")
		} else {
			failed <- h.Serve(on)
		}
	}()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.draining.Store(true)
	s.Messages.Info("stopping; requests that are being answered have time", "time", s.times.drain)
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.times.drain)
	defer cancel()
	if err := h.Shutdown(patience); err != nil {
		s.Messages.Warn("requests were cut off")
		_ = h.Close()
	}
	<-failed //nolint:errcheck // that it was closed
	return nil
}

func (s *Server) liveness(w http.ResponseWriter, _ *http.Request) {
	writeBody(w, http.StatusOK, "text/plain; charset=utf-8", []byte("ok\n"))
}

// readiness answers whether requests can be served: some study is in use and the
// screening log, if one is kept, can be reached.
func (s *Server) readiness(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	switch {
	case s.draining.Load():
		newProblem("shutting-down", "").writeTo(w)
	case s.Studies.Current().All == nil:
		newProblem("no-study", "").writeTo(w)
	case s.Recorder != nil && s.Recorder.Ping(ctx) != nil:
		newProblem("log-not-available", "").writeTo(w)
	default:
		writeBody(w, http.StatusOK, "text/plain; charset=utf-8", []byte("ready\n"))
	}
}
