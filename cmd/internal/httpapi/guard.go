// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"

	"golang.org/x/crypto/bcrypt"
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

// Auth knows who may call: users with passwords (HTTP Basic, RFC 7617) and
// programs with tokens (Bearer, RFC 6750).
type Auth struct {
	users  map[string][]byte            // bcrypt hashes by name
	tokens map[[sha256.Size]byte]string // names by the hash of their token

	none []byte // a hash that nobody has, so that an unknown name takes as long

	// A bcrypt hash takes some 50 ms of a core to check. A password that was
	// right is known again by a keyed hash, and few are checked at one time.
	key      [32]byte
	checking chan struct{} // a place for each that is checked
	waiting  chan struct{} // and for each that is or waits for it
	mu       sync.Mutex
	right    map[string][]byte
}

// LoadAuth reads files of users, a line "name:bcrypt hash" each, and of tokens,
// a line "name:SHA-256 of the token in hex" each. A name of "" means that there is no
// such file. Empty lines and lines that begin with # do not count. The error
// names every line that is wrong, and repeats none.
func LoadAuth(usersFile, tokensFile string) (*Auth, error) {
	a := &Auth{
		users: map[string][]byte{}, tokens: map[[sha256.Size]byte]string{},
		right: map[string][]byte{}, checking: make(chan struct{}, 2), waiting: make(chan struct{}, 64),
	}
	_, _ = rand.Read(a.key[:]) // it never fails
	var wrong []error
	if usersFile != "" {
		wrong = append(wrong, readPairs(usersFile, a.addUser))
	}
	if tokensFile != "" {
		wrong = append(wrong, readPairs(tokensFile, a.addToken))
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	highest := bcrypt.MinCost
	for _, hash := range a.users {
		cost, _ := bcrypt.Cost(hash) // it is one, as addUser saw
		highest = max(highest, cost)
	}
	var err error
	a.none, err = bcrypt.GenerateFromPassword([]byte(rand.Text()), highest)
	return a, err
}

func (a *Auth) addUser(name, hash string) error {
	cost, err := bcrypt.Cost([]byte(hash))
	switch {
	case err != nil:
		return errors.New("this is no bcrypt hash; htpasswd -nB NAME makes one")
	case cost > 14:
		return errors.New("a bcrypt hash of a cost above 14 takes too long to check")
	case a.users[name] != nil:
		return errors.New("the user is there twice")
	}
	a.users[name] = []byte(hash)
	return nil
}

func (a *Auth) addToken(name, digest string) error {
	var sum [sha256.Size]byte
	raw, err := hex.DecodeString(digest)
	if err != nil || copy(sum[:], raw) != len(sum) || len(raw) != len(sum) {
		return errors.New("this is no SHA-256 of a token in hex; printf %s TOKEN | sha256sum makes one")
	}
	if a.tokens[sum] != "" {
		return errors.New("the token is there twice")
	}
	a.tokens[sum] = name
	return nil
}

func readPairs(path string, add func(name, value string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	var wrong []error
	found := false
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		found = true
		name, value, ok := strings.Cut(line, ":")
		if !ok || name == "" || len(value) > 1<<10 {
			wrong = append(wrong, fmt.Errorf("%s:%d: a line is NAME:HASH", path, n))
		} else if err := add(name, value); err != nil {
			wrong = append(wrong, fmt.Errorf("%s:%d: %w", path, n, err))
		}
	}
	if err := lines.Err(); err != nil {
		wrong = append(wrong, err)
	} else if !found {
		wrong = append(wrong, fmt.Errorf("%s: names nobody", path))
	}
	return errors.Join(wrong...)
}

func (a *Auth) identify(r *http.Request) (string, *problem) {
	if name, password, ok := r.BasicAuth(); ok {
		return name, a.password(r.Context(), name, password)
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	name, known := a.tokens[sha256.Sum256([]byte(strings.TrimSpace(token)))]
	if !known || !strings.EqualFold(scheme, "Bearer") {
		return "", newProblem("unauthorized", "")
	}
	return name, nil
}

// password checks a password, and gives nil if it is right.
func (a *Auth) password(ctx context.Context, name, password string) *problem {
	mac := hmac.New(sha256.New, a.key[:])
	fmt.Fprintf(mac, "%q %q", name, password)
	sum := mac.Sum(nil)
	a.mu.Lock()
	known := hmac.Equal(a.right[name], sum)
	a.mu.Unlock()
	if known {
		return nil
	}
	select {
	case a.waiting <- struct{}{}:
		defer func() { <-a.waiting }()
	default:
		return newProblem("busy", "")
	}
	select {
	case a.checking <- struct{}{}:
		defer func() { <-a.checking }()
	case <-ctx.Done():
		return newProblem("busy", "")
	}
	hash, there := a.users[name]
	if !there {
		hash = a.none
	}
	if bcrypt.CompareHashAndPassword(hash, []byte(password)) != nil || !there {
		return newProblem("unauthorized", "")
	}
	a.mu.Lock()
	a.right[name] = sum
	a.mu.Unlock()
	return nil
}

// challenge says how to say who one is.
func (a *Auth) challenge(h http.Header) {
	if len(a.users) > 0 {
		h.Add("WWW-Authenticate", `Basic realm="eligo", charset="UTF-8"`)
	}
	if len(a.tokens) > 0 {
		h.Add("WWW-Authenticate", `Bearer realm="eligo"`)
	}
}
