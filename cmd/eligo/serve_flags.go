// SPDX-License-Identifier: Apache-2.0

//go:build !lean

package main

import (
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/server"
)

// serveOptions is the command line of serve, read.
type serveOptions struct {
	server.Options
	studies, listen, log string
	keep                 bool
	users, tokens        string
	cert, key            string
	trust                string   // file, of CDS Hooks
	origins              []string // of CDS Hooks clients in browsers
	format               string
}

var messageFormats = []string{"text", "json"}

// serveFlags reads the flags, and gives everything that is wrong with them at
// once.
func serveFlags(c *cli.Context) (*serveOptions, error) {
	m := misuse{command: "serve"}
	m.leftovers(c, "; the folder is given with --studies")
	m.required(c, "studies")
	o := &serveOptions{
		studies: get(c, "studies"), listen: get(c, "listen"), log: get(c, "log"), keep: c.Bool("keep-profiles"),
		users: get(c, "auth-file"), tokens: get(c, "token-file"), cert: get(c, "tls-cert"), key: get(c, "tls-key"),
		trust: get(c, "cds-trust"), origins: getAll(c, "cds-origin"), format: get(c, "messages"),
	}
	for _, f := range []string{"studies", "listen", "log", "auth-file", "token-file", "tls-cert", "tls-key", "external-url", "cds-trust"} {
		if c.IsSet(f) {
			m.value(f, get(c, f))
		}
	}
	m.choice("--messages", o.format, messageFormats)
	if o.keep && o.log == "" {
		m.add("--keep-profiles keeps them in the screening log; name it with --log")
	}
	if (o.cert == "") != (o.key == "") {
		m.add("--tls-cert and --tls-key go together")
	}
	const most = 256
	o.MaxBody = int64(m.number("max-body", get(c, "max-body"), most)) << 20
	o.MaxRequests = m.number("max-requests", get(c, "max-requests"), 1<<16)
	for _, text := range getAll(c, "behind-proxy") {
		o.Proxies = append(o.Proxies, m.network(text))
	}
	external := m.origin(get(c, "external-url"))
	if external != nil {
		o.Origin = external.Scheme + "://" + external.Host
	}
	o.TLS = o.cert != "" || external != nil
	m.exposure(o, external)
	return o, m.err()
}

// exposure refuses to serve others without knowing who they are or while
// anybody can read along, and says under which names the server answers.
func (m *misuse) exposure(o *serveOptions, external *url.URL) {
	host, _, err := net.SplitHostPort(o.listen)
	if err != nil {
		m.add("--listen %s is no address; write it as 127.0.0.1:8080", o.listen)
		return
	}
	addr, err := netip.ParseAddr(host)
	local := host == "localhost" || err == nil && addr.IsLoopback()
	others := !local || external != nil || len(o.Proxies) > 0
	if others && o.users == "" && o.tokens == "" {
		m.add("whoever reaches this address could read patient data; say who may call with --auth-file or --token-file, or listen on 127.0.0.1 alone")
	}
	if !local && o.cert == "" && len(o.Proxies) == 0 {
		m.add("passwords and patient data would be read along the way; give --tls-cert and --tls-key, or name the proxy that does that with --behind-proxy")
	}
	if local || external != nil {
		o.Hosts = []string{"localhost", "127.0.0.1", "::1"}
	}
	if err == nil && local {
		o.Hosts = append(o.Hosts, addr.String())
	}
	if external != nil {
		o.Hosts = append(o.Hosts, strings.ToLower(external.Hostname()))
	}
}

// number reads a whole number from 1.
func (m *misuse) number(flag, text string, most int) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		m.add("--%s %q is not a number from 1 to %d", flag, text, most)
	}
	return n
}

// network reads a network or a single address.
func (m *misuse) network(text string) netip.Prefix {
	if addr, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(addr, addr.BitLen())
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		m.add("--behind-proxy %q is not a network; write it as 10.1.0.0/16 or 10.1.2.3", text)
	}
	return p.Masked()
}

// origin reads an external URL: https, a host and nothing behind it.
func (m *misuse) origin(text string) *url.URL {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		m.add("--external-url %q is not of the form https://HOST", text)
		return nil
	}
	return u
}

// messages makes the logger of the server's messages.
func (o *serveOptions) messages(w io.Writer) *slog.Logger {
	if o.format == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}
