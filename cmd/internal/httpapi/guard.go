// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// policy lets a page of this server load its own files, and nothing inline.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// withSecurityHeaders sets the headers that make browsers careful. A handler may replace
// them: a file that never changes can be kept.
func (s *Server) withSecurityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", policy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		if s.TLS {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// fromAllowedNetwork checks where a request comes from and under which name.
func (s *Server) fromAllowedNetwork(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case len(s.Proxies) > 0 && !fromNetworks(r.RemoteAddr, s.Proxies):
			newProblem("forbidden", "").writeTo(w)
		case len(s.Hosts) > 0 && !slices.Contains(s.Hosts, hostName(r.Host)):
			newProblem("wrong-host", "").writeTo(w)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// hostName gives a host as it is compared: without port and brackets, in small
// letters.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

func fromNetworks(remote string, networks []netip.Prefix) bool {
	from, err := netip.ParseAddrPort(remote)
	if err != nil {
		return false
	}
	addr := from.Addr().Unmap().WithZone("")
	return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(addr) })
}

// limited lets in no more requests than are allowed at one time, and no more
// of their bodies. A client that would have to wait is refused at once.
func (s *Server) limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case s.inside <- struct{}{}:
			defer func() { <-s.inside }()
		default:
			s.metrics.refused.Inc()
			newProblem("busy", "").writeTo(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses requests that the page of another site sends and that
// change something.
func (s *Server) sameOrigin(next http.Handler) http.Handler {
	c := http.NewCrossOriginProtection()
	if s.Origin != "" {
		if err := c.AddTrustedOrigin(s.Origin); err != nil {
			s.Messages.Error("the external address is no origin")
		}
	}
	c.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		newProblem("forbidden", "").writeTo(w)
	}))
	return c.Handler(next)
}

// authenticated lets only those in who may call.
func (s *Server) authenticated(next http.Handler) http.Handler {
	if s.Auth == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, p := s.Auth.identify(r)
		if p != nil {
			if p.Status == http.StatusUnauthorized {
				s.Auth.challenge(w.Header())
			}
			p.writeTo(w)
			return
		}
		requestInfoOf(r.Context()).user = user
		next.ServeHTTP(w, r)
	})
}
