// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

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

// TestAuthGuessing: whoever tries passwords keeps nobody else out.
func TestAuthGuessing(t *testing.T) {
	l := newLab(t, files(), func(o *Options) { o.Auth = authOf(t) })
	for range cap(l.server.Auth.waiting) {
		l.server.Auth.waiting <- struct{}{}
	}
	if a := l.do("GET", "/api/v1/studies", "", "Authorization", "Basic bnVyc2U6d3Jvbmc="); a.problem(t) != "busy" || a.Header.Get("WWW-Authenticate") != "" {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	if a := l.do("GET", "/api/v1/studies", "", "Authorization", "Bearer token-of-the-ehr"); a.StatusCode != http.StatusOK {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
}
