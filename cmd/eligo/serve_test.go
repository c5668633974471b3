// SPDX-License-Identifier: Apache-2.0

//go:build !lean

package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// said is what a command has written so far.
type said struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *said) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// serving runs "eligo serve" and gives the address that it says; stop ends it
// and gives its exit code.
func serving(t *testing.T, args ...string) (address string, stderr *said, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	stderr = &said{}
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"eligo", "serve", "--listen", "127.0.0.1:0"}, args...), strings.NewReader(""), io.Discard, stderr, func() time.Time { return today })
	}()
	listening := regexp.MustCompile(`listening address=(\S+)`)
	for {
		if found := listening.FindStringSubmatch(stderr.String()); found != nil {
			return found[1], stderr, func() int { cancel(); return <-code }
		}
		select {
		case exit := <-code:
			t.Fatalf("it does not listen: %d %s", exit, stderr)
		case <-time.After(time.Millisecond):
		}
	}
}

func studyFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	err := os.WriteFile(filepath.Join(dir, "adults.yaml"), []byte("study: NCT00000001\ninclusion:\n  - {id: adult, quote: \"Adults\", rule: age >= 18}\n"), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// fetch sends a request and gives status and text.
func fetch(t *testing.T, client *http.Client, method, url, body, token string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	got, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	client.CloseIdleConnections()
	return got.StatusCode, string(text)
}

// TestServe: from the command line to an answer, a page, an entry in the log,
// and an end.
func TestServe(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log.db")
	studies := studyFolder(t)
	at, stderr, stop := serving(t, "--studies", studies, "--log", log, "--keep-profiles")
	if status, text := fetch(t, http.DefaultClient, "GET", at+"/readyz", "", ""); status != http.StatusOK {
		t.Error(status, text)
	}
	status, text := fetch(t, http.DefaultClient, "POST", at+"/api/v1/screen", `{"id": "p-secret", "birth_date": "2008-11-22"}`, "")
	if status != http.StatusOK || !strings.Contains(text, `"verdict":"eligible"`) || !strings.Contains(text, `"screening":"2026-11-22"`) {
		t.Error(status, text)
	}
	if status, text := fetch(t, http.DefaultClient, "GET", at+"/", "", ""); status != http.StatusOK || !strings.Contains(text, "NCT00000001") {
		t.Error(status, text)
	}
	if status, text := fetch(t, http.DefaultClient, "GET", at+"/cds-services", "", ""); status != http.StatusOK || !strings.Contains(text, "eligo-patient-view") {
		t.Error(status, text)
	}
	if code := stop(); code != exitOK {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if said := stderr.String(); strings.Contains(said, "secret") || !strings.Contains(said, "msg=stopped") || !strings.Contains(said, "route=/api/v1/screen status=200") {
		t.Error(said)
	}
	for _, args := range [][]string{{"verify", log}, {"replay", log, "--studies", studies}} {
		var out said
		if code := run(t.Context(), append([]string{"eligo", "log"}, args...), strings.NewReader(""), &out, &out, time.Now); code != exitOK {
			t.Errorf("log %s: %d %s", args[0], code, &out)
		}
	}
}

// TestServeTLS: over TLS, and to those that are known.
func TestServeTLS(t *testing.T) {
	dir := t.TempDir()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cert := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte("token"))
	for name, data := range map[string][]byte{
		"cert": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		"key":  pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), "tokens": []byte("ehr:" + hex.EncodeToString(sum[:])),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	at, stderr, stop := serving(t, "--studies", studyFolder(t), "--tls-cert", filepath.Join(dir, "cert"), "--tls-key", filepath.Join(dir, "key"), "--token-file", filepath.Join(dir, "tokens"))
	known, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(known)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}}
	if status, _ := fetch(t, client, "GET", at+"/api/v1/studies", "", "other"); status != http.StatusUnauthorized {
		t.Error("a wrong token: ", status)
	}
	if status, text := fetch(t, client, "GET", at+"/api/v1/studies", "", "token"); status != http.StatusOK {
		t.Error(status, text)
	}
	if code := stop(); code != exitOK || !strings.HasPrefix(at, "https://") {
		t.Errorf("exit code %d at %s: %s", code, at, stderr)
	}
}
