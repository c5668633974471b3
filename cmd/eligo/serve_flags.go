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

	"github.com/eligo-trials/eligo/cmd/internal/httpapi"
)

type serveOptions struct {
	httpapi.Options
	folder, listen, log string
	keep                bool
	site                siteFiles
	users, tokens       string
	cert, key           string
	trust               string   // file, of CDS Hooks
	origins             []string // of CDS Hooks clients in browsers
	format              string
}

var messageFormats = []string{"text", "json"}

func serveFlags(c *cli.Context) (*serveOptions, error) {
	m := flagProblems{command: "serve"}
	m.refuseArguments(c, "; the folder is given with --studies")
	m.checkRequired(c, "studies")
	o := &serveOptions{
		folder: flagValue(c, "studies"), listen: flagValue(c, "listen"), log: flagValue(c, "log"), keep: c.Bool("keep-profiles"),
		users: flagValue(c, "auth-file"), tokens: flagValue(c, "token-file"), cert: flagValue(c, "tls-cert"), key: flagValue(c, "tls-key"),
		trust: flagValue(c, "cds-trust"), origins: listValue(c, "cds-origin"), format: flagValue(c, "messages"),
	}
	o.site = m.readSiteFiles(c)
	m.checkValues(c, "studies", "listen", "log", "auth-file", "token-file", "tls-cert", "tls-key", "external-url", "cds-trust")
	m.checkChoice("--messages", o.format, messageFormats)
	if o.keep && o.log == "" {
		m.addProblem("--keep-profiles keeps them in the screening log; name it with --log")
	}
	if (o.cert == "") != (o.key == "") {
		m.addProblem("--tls-cert and --tls-key go together")
	}
	const most = 256
	o.MaxBody = int64(m.readNumber("max-body", flagValue(c, "max-body"), most)) << 20
	o.MaxRequests = m.readNumber("max-requests", flagValue(c, "max-requests"), 1<<16)
	for _, text := range listValue(c, "behind-proxy") {
		o.Proxies = append(o.Proxies, m.readNetwork(text))
	}
	external := m.readExternalURL(flagValue(c, "external-url"))
	if external != nil {
		o.Origin = external.Scheme + "://" + external.Host
	}
	o.TLS = o.cert != "" || external != nil
	m.checkExposure(o, external)
	return o, m.asError()
}

// checkExposure refuses to serve others without knowing who they are or while
// anybody can read along, and says under which names the server answers.
func (m *flagProblems) checkExposure(o *serveOptions, external *url.URL) {
	host, _, err := net.SplitHostPort(o.listen)
	if err != nil {
		m.addProblem("--listen %s is no address; write it as 127.0.0.1:8080", o.listen)
		return
	}
	addr, err := netip.ParseAddr(host)
	local := host == "localhost" || err == nil && addr.IsLoopback()
	others := !local || external != nil || len(o.Proxies) > 0
	if others && o.users == "" && o.tokens == "" {
		m.addProblem("whoever reaches this address could read patient data; say who may call with --auth-file or --token-file, or listen on 127.0.0.1 alone")
	}
	if !local && o.cert == "" && len(o.Proxies) == 0 {
		m.addProblem("passwords and patient data would be read along the way; give --tls-cert and --tls-key, or name the proxy that does that with --behind-proxy")
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

// readNumber reads a whole number from 1.
func (m *flagProblems) readNumber(flag, text string, most int) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		m.addProblem("--%s %q is not a number from 1 to %d", flag, text, most)
	}
	return n
}

func (m *flagProblems) readNetwork(text string) netip.Prefix {
	if addr, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(addr, addr.BitLen())
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		m.addProblem("--behind-proxy %q is not a network; write it as 10.1.0.0/16 or 10.1.2.3", text)
	}
	return p.Masked()
}

// readExternalURL reads an external URL: https, a host and nothing behind it.
func (m *flagProblems) readExternalURL(text string) *url.URL {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		m.addProblem("--external-url %q is not of the form https://HOST", text)
		return nil
	}
	return u
}

func (o *serveOptions) messages(w io.Writer) *slog.Logger {
	if o.format == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}
