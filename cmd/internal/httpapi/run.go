// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// times are how long things may take.
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
