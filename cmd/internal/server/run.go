// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// How long a client may take. A body or an answer of 16 MB fits into them at 5
// Mbit/s; a batch has times of its own.
const (
	headerTime = 5 * time.Second
	readTime   = 30 * time.Second
	writeTime  = 60 * time.Second
	idleTime   = 90 * time.Second
	// DrainTime is how long requests have to be answered once the server stops.
	DrainTime = 20 * time.Second
)

// Serve answers requests on a listener until ctx ends. Then it takes no more,
// answers those that it has, and returns. The error is nil unless the listener
// failed.
func (s *Server) Serve(ctx context.Context, on net.Listener, config *tls.Config) error {
	h := &http.Server{
		Handler:           s.Handler(),
		TLSConfig:         config,
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       readTime,
		WriteTimeout:      writeTime,
		IdleTimeout:       idleTime,
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
	s.Messages.Info("stopping: requests that are being answered have until then", "time", DrainTime)
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), DrainTime)
	defer cancel()
	if err := h.Shutdown(patience); err != nil {
		s.Messages.Warn("requests were cut off")
		_ = h.Close()
	}
	<-failed //nolint:errcheck // that it was closed
	return nil
}
