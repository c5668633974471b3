// SPDX-License-Identifier: Apache-2.0

package server

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
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

// authOf makes an Auth of a user nurse and a token for the EHR.
func authOf(t *testing.T) *Auth {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte("right: horse"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte("token-of-the-ehr"))
	users, tokens := filepath.Join(t.TempDir(), "users"), filepath.Join(t.TempDir(), "tokens")
	if err := os.WriteFile(users, []byte("# who may call\n\nnurse:"+string(hash)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(tokens, []byte("ehr:"+hex.EncodeToString(sum[:])+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := LoadAuth(users, tokens)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAuth(t *testing.T) {
	log := &book{}
	hooks := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "hooks:"+User(r.Context())) })
	l := newLab(t, files(), func(o *Options) { o.Auth, o.Recorder, o.Hooks = authOf(t), log, hooks })
	ask := func(path string, set func(*http.Request)) int {
		t.Helper()
		r, err := http.NewRequest(http.MethodPost, l.URL+path, strings.NewReader(person))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		set(r)
		got, err := l.Client().Transport.(contract).next.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer got.Body.Close()
		text, err := io.ReadAll(got.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got.StatusCode == http.StatusUnauthorized && (strings.Contains(string(text), "detail") || len(got.Header["Www-Authenticate"]) != 2) {
			t.Errorf("%v %s", got.Header, text)
		}
		return got.StatusCode
	}
	basic := func(user, password string) func(*http.Request) {
		return func(r *http.Request) { r.SetBasicAuth(user, password) }
	}
	header := func(value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", value) }
	}
	for name, set := range map[string]func(*http.Request){
		"nobody": func(*http.Request) {}, "a wrong password": basic("nurse", "wrong"), "no password": basic("nurse", ""),
		"an unknown user": basic("doctor", "right: horse"), "a wrong token": header("Bearer token-of-the-her"), "no token": header("Bearer"),
		"the hash of a token": header("Bearer " + strings.Repeat("0", 64)), "another scheme": header("Digest x"), "no scheme": header("token-of-the-ehr"),
	} {
		for range 2 { // what was wrong once is wrong again
			for _, path := range []string{"/api/v1/screen", "/metrics", "/nowhere", "/cds-services"} {
				if got := ask(path, set); got != http.StatusUnauthorized {
					t.Errorf("%s: %s: %d", name, path, got)
				}
			}
		}
	}
	for name, set := range map[string]func(*http.Request){"nurse": basic("nurse", "right: horse"), "ehr": header("bearer token-of-the-ehr")} {
		for range 2 {
			if got := ask("/api/v1/screen?study=NCT00000001", set); got != http.StatusOK {
				t.Fatalf("%s: %d", name, got)
			}
			if last := log.decisions[len(log.decisions)-1]; last.By != name {
				t.Errorf("%s asked, and the log says %q", name, last.By)
			}
		}
		if got := ask("/cds-services", set); got != http.StatusOK {
			t.Errorf("%s: hooks: %d", name, got)
		}
	}
	if got := ask("/api/v1/screen", basic("nurse", "wrong")); got != http.StatusUnauthorized {
		t.Error("a wrong password passes after a right one")
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if a := l.get(path); a.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
	if said := l.messages.String(); strings.Contains(said, "horse") || strings.Contains(said, "token-of") || !strings.Contains(said, `"user":"nurse"`) {
		t.Error("messages hold a secret, or no user")
	}
	l.server.HooksGuarded = true
	l.Config.Handler = l.server.Handler()
	if got := ask("/cds-services", func(*http.Request) {}); got != http.StatusOK {
		t.Errorf("hooks that guard themselves: %d", got)
	}
}

// TestLoadAuth: everything that is wrong, by line, and no secret repeated.
func TestLoadAuth(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	hash, err := bcrypt.GenerateFromPassword([]byte("x"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	sum := strings.Repeat("ab", 32)
	users := write("users", "nurse:secret1\nno colon\n:"+string(hash)+"\na:"+string(hash)+"\na:"+string(hash)+"\nb:"+strings.Replace(string(hash), "$04$", "$20$", 1)+"\n")
	tokens := write("tokens", "ehr:secret2\nehr:"+sum+"\nother:"+sum+"\nlong:"+sum+"ab\n")
	_, err = LoadAuth(users, tokens)
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"users:1:", "users:2:", "users:3:", "users:5:", "users:6:", "tokens:1:", "tokens:3:", "tokens:4:"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %s in %v", want, err)
		}
	}
	if strings.Contains(err.Error(), "secret") || strings.Count(err.Error(), "\n") != 7 {
		t.Error(err)
	}
	for _, path := range []string{write("empty", "# nobody\n"), filepath.Join(dir, "absent")} {
		if _, err := LoadAuth(path, ""); err == nil {
			t.Errorf("%s lets somebody in", path)
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
