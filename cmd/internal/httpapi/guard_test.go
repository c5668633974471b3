// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

func TestHeaders(t *testing.T) {
	l := newLab(t, files(), func(o *Options) { o.TLS = true })
	for _, a := range []answer{l.get("/api/v1/studies"), l.get("/nowhere"), l.screen("", person), l.get("/healthz")} {
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "camera=()", "Strict-Transport-Security": "max-age",
			"Content-Security-Policy": "frame-ancestors 'none'", "X-Request-Id": "",
		} {
			if got := a.Header.Get(name); got == "" || !strings.HasPrefix(got, want) && !strings.Contains(got, want) {
				t.Errorf("%s: %q", name, got)
			}
		}
		if csp := a.Header.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || !strings.HasPrefix(csp, "default-src 'none'") {
			t.Error(csp)
		}
	}
}

// TestHost: a page whose name somebody lets point to this machine reads
// nothing.
func TestHost(t *testing.T) {
	l := newLab(t, files(), func(o *Options) {
		o.Hosts = []string{"localhost", "127.0.0.1", "::1"}
		o.Page = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "page") })
	})
	for host, good := range map[string]bool{
		"127.0.0.1:1234": true, "localhost": true, "LOCALHOST:80": true, "[::1]:8080": true,
		"evil.example": false, "evil.example:8080": false, "localhost.evil.example": false, "127.0.0.1.evil.example": false,
	} {
		for _, path := range []string{"/api/v1/studies", "/"} {
			if path == "/" && good {
				continue // the description does not speak of the page
			}
			a := l.do("GET", path, "", "Host", host)
			if want := map[bool]int{true: 200, false: 421}[good]; a.StatusCode != want {
				t.Errorf("%s %s: %d", host, path, a.StatusCode)
			}
		}
		if a := l.do("GET", "/healthz", "", "Host", host); a.StatusCode != http.StatusOK {
			t.Errorf("a probe by %s: %d", host, a.StatusCode)
		}
	}
}

func TestProxies(t *testing.T) {
	l := newLab(t, files(), func(o *Options) { o.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} })
	if a := l.get("/api/v1/studies"); a.problem(t) != "forbidden" {
		t.Error(a.text)
	}
	l.server.Proxies = append(l.server.Proxies, netip.MustParsePrefix("127.0.0.0/8"))
	if a := l.get("/api/v1/studies"); a.StatusCode != http.StatusOK {
		t.Error(a.text)
	}
}

// TestCrossOrigin: the page of another site changes nothing here.
func TestCrossOrigin(t *testing.T) {
	l := newLab(t, files(), func(o *Options) { o.Origin = "https://eligo.hospital.example" })
	for _, c := range []struct {
		headers []string
		status  int
	}{
		{[]string{"Sec-Fetch-Site", "cross-site"}, 403},
		{[]string{"Sec-Fetch-Site", "same-site"}, 403},
		{[]string{"Origin", "https://evil.example"}, 403},
		{[]string{"Origin", "null"}, 403},
		{[]string{"Sec-Fetch-Site", "same-origin"}, 200},
		{[]string{"Sec-Fetch-Site", "cross-site", "Origin", "https://eligo.hospital.example"}, 200},
		{nil, 200},
	} {
		a := l.do("POST", "/api/v1/screen", person, append(c.headers, "Content-Type", "application/json")...)
		if a.StatusCode != c.status {
			t.Errorf("%v: %d %s", c.headers, a.StatusCode, a.text)
		}
	}
}

// TestPanic: a fault of the program is a 500 that says nothing, and a message
// that says where, with nothing of a patient.
func TestPanic(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/early/{id}", func(http.ResponseWriter, *http.Request) { panic("patient p-secret") })
	mux.HandleFunc("/late/{id}", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("x", 10_000))
		panic("patient p-secret")
	})
	l := newLab(t, files(), func(o *Options) { o.Page = mux })
	next := l.Client().Transport.(contract).next
	l.Client().Transport = next
	if a := l.get("/early/p-secret?name=p-secret"); a.problem(t) != "internal" || strings.Contains(a.text, "secret") {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	if a := l.get("/late/p-secret"); a.err == nil {
		t.Error("an answer that broke off looks whole")
	}
	said := l.messages.String()
	if strings.Contains(said, "secret") || !strings.Contains(said, "TestPanic") || !strings.Contains(said, `"route":"/early/{id}"`) ||
		!strings.Contains(said, `"type":"string"`) || !strings.Contains(said, `"aborted":true`) {
		t.Error(said)
	}
}

// TestMessages: one for each request, and nothing of a patient in any.
func TestMessages(t *testing.T) {
	l := newLab(t, files(), nil)
	const secret = "p-secret"
	l.screen("?study="+secret, person)
	l.screen("?on="+secret, strings.Replace(person, "p1", secret, 1))
	l.screen("", `{"id": "`+secret+`", "x": 1}`)
	l.get("/api/v1/studies/" + secret)
	l.get("/" + secret + "?" + secret)
	l.do("GET", "/api/v1/studies", "", "X-Request-Id", secret, "User-Agent", secret, "Referer", "http://x/"+secret)
	said := l.messages.String()
	if strings.Contains(said, secret) || strings.Count(said, `"msg":"request"`) != 6 {
		t.Error(said)
	}
	for _, want := range []string{`"method":"POST","route":"/api/v1/screen","status":422`, `"route":"/api/v1/studies/{id}","status":404`, `"took":`, `"bytes":`, `"id":"`} {
		if !strings.Contains(said, want) {
			t.Errorf("no %s in %s", want, said)
		}
	}
}

// TestTooMany: who must wait is told so, at once.
func TestTooMany(t *testing.T) {
	hold, held := make(chan struct{}), make(chan struct{})
	l := newLab(t, files(), func(o *Options) {
		o.MaxRequests = 1
		o.Page = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { close(held); <-hold })
	})
	done := make(chan error, 1)
	go func() {
		got, err := l.Client().Transport.(contract).next.RoundTrip(mustRequest(t, l.URL+"/wait"))
		if err == nil {
			got.Body.Close()
		}
		done <- err
	}()
	<-held
	if a := l.get("/api/v1/studies"); a.problem(t) != "busy" || a.Header.Get("Retry-After") == "" {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	if a := l.get("/healthz"); a.StatusCode != http.StatusOK {
		t.Error("a busy server looks dead")
	}
	close(hold)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if a := l.get("/api/v1/studies"); a.StatusCode != http.StatusOK {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
}

func mustRequest(t *testing.T, url string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Error(err)
	}
	return r
}
