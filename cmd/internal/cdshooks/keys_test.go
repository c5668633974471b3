// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"bytes"
	"crypto"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// keyServer serves a key set over https and counts how often.
type keyServer struct {
	*httptest.Server
	set     atomic.Pointer[[]byte]
	status  atomic.Int64
	fetched atomic.Int64
}

func newKeyServer(t *testing.T) *keyServer {
	t.Helper()
	k := &keyServer{}
	k.status.Store(200)
	k.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k.fetched.Add(1)
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/jwks.json", http.StatusFound)
			return
		}
		w.WriteHeader(int(k.status.Load()))
		_, _ = w.Write(*k.set.Load())
	}))
	t.Cleanup(k.Close)
	return k
}

func TestFetchedKeys(t *testing.T) {
	i, k := trusted(t), newKeyServer(t)
	set := i.keys(t)
	k.set.Store(&set)
	jku := k.URL + "/jwks.json"
	i.Trust.Issuers = []Issuer{{Name: "https://ehr.example.org", JKU: []string{jku, k.URL + "/moved"}}}
	i.Trust.Client = k.Client()
	g := newGuard(i.Trust)
	check := func(key crypto.Signer, kid, jku string) error {
		r := httptest.NewRequest(http.MethodGet, discoveryPath, nil)
		r.Header.Set("Authorization", "Bearer "+i.token(t, discoveryPath, jwt.SigningMethodES384, key, map[string]any{"kid": kid, "jku": jku}, nil))
		_, err := g.authenticate(r)
		return err
	}
	for range 3 {
		if err := check(i.ec, "ec", jku); err != nil {
			t.Fatal(err)
		}
	}
	if n := k.fetched.Load(); n != 1 {
		t.Errorf("fetched %d times for three calls", n)
	}
	for name, err := range map[string]error{
		"no jku": func() error {
			r := httptest.NewRequest(http.MethodGet, discoveryPath, nil)
			r.Header.Set("Authorization", "Bearer "+i.es(t, nil, nil))
			_, err := g.authenticate(r)
			return err
		}(),
		"another path":  check(i.ec, "ec", k.URL+"/other.json"),
		"a redirection": check(i.ec, "ec", k.URL+"/moved"),
		"unknown kid":   check(i.ec, "new", jku),
	} {
		if err == nil {
			t.Errorf("%s is trusted", name)
		}
	}
	before := k.fetched.Load()
	for range 5 {
		_ = check(i.ec, "new", jku)
	}
	if n := k.fetched.Load(); n != before {
		t.Errorf("an unknown kid is looked for at every call: %d", n-before)
	}
	// The issuer gets a new key: its first token after a minute finds it.
	next := trusted(t)
	renewed := bytes.ReplaceAll(next.keys(t), []byte(`"ec"`), []byte(`"new"`))
	k.set.Store(&renewed)
	i.clock = i.clock.Add(2 * time.Minute)
	if err := check(next.ec, "new", jku); err != nil {
		t.Error(err)
	}
	if err := check(i.ec, "ec", jku); err == nil {
		t.Error("a key that was withdrawn is still trusted")
	}
	// The key set cannot be had for a while, and then for too long.
	k.status.Store(500)
	i.clock = i.clock.Add(30 * time.Minute)
	if err := check(next.ec, "new", jku); err != nil {
		t.Errorf("half an hour without an answer: %v", err)
	}
	i.clock = i.clock.Add(40 * time.Minute)
	if err := check(next.ec, "new", jku); err == nil {
		t.Error("keys are trusted after an hour without an answer")
	}
}

func TestEndlessKeySet(t *testing.T) {
	i, k := trusted(t), newKeyServer(t)
	set := bytes.Repeat([]byte(" "), maxKeys+1)
	k.set.Store(&set)
	c := newKeyCache(k.Client(), i.Now)
	if _, err := c.findKey(t.Context(), k.URL, "ec", "ES384"); err == nil {
		t.Error("an endless key set is read")
	}
}

func TestKeySets(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":          `keys`,
		"off the curve":    `{"keys": [{"kty": "EC", "crv": "P-384", "kid": "a", "x": "` + b64(make([]byte, 48)) + `", "y": "` + b64(make([]byte, 48)) + `"}]}`,
		"short":            `{"keys": [{"kty": "EC", "crv": "P-384", "kid": "a", "x": "AA", "y": "AA"}]}`,
		"a small RSA key":  `{"keys": [{"kty": "RSA", "kid": "a", "n": "` + b64(bytes.Repeat([]byte{255}, 128)) + `", "e": "AQAB"}]}`,
		"an exponent of 1": `{"keys": [{"kty": "RSA", "kid": "a", "n": "` + b64(bytes.Repeat([]byte{255}, 256)) + `", "e": "AQ"}]}`,
	} {
		if _, err := readKeys([]byte(text)); err == nil {
			t.Errorf("%s is a key set", name)
		}
	}
	keys, err := readKeys([]byte(`{"keys": [{"kty": "EC", "crv": "P-256", "kid": "a", "x": "AA", "y": "AA"}, {"kty": "OKP", "kid": "b"}]}`))
	if err != nil || len(keys) != 0 {
		t.Errorf("keys of other kinds: %v, %v", keys, err)
	}
}
