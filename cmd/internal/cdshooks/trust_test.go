// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const base = "https://eligo.example.org"

// issuer signs tokens.
type issuer struct {
	*Trust
	ec    *ecdsa.PrivateKey
	rsa   *rsa.PrivateKey
	clock time.Time
	n     int
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// trusted makes an issuer whose keys are known.
func trusted(t *testing.T) *issuer {
	t.Helper()
	i := &issuer{clock: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	var err error
	if i.ec, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	if i.rsa, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	i.Trust = &Trust{
		Base: base, Issuers: []Issuer{{Name: "https://ehr.example.org", Keys: i.keys(t)}},
		Now: func() time.Time { return i.clock },
	}
	return i
}

func (i *issuer) keys(t *testing.T) []byte {
	t.Helper()
	point, err := i.ec.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	set, err := json.Marshal(map[string]any{"keys": []any{
		map[string]any{"kty": "EC", "use": "sig", "crv": "P-384", "kid": "ec", "alg": "ES384", "x": b64(point[1:49]), "y": b64(point[49:])},
		map[string]any{"kty": "RSA", "kid": "rsa", "n": b64(i.rsa.N.Bytes()), "e": b64(big.NewInt(int64(i.rsa.E)).Bytes())},
		map[string]any{"kty": "oct", "kid": "shared", "k": b64([]byte("secret"))},
		map[string]any{"kty": "EC", "use": "enc", "crv": "P-384", "kid": "enc", "x": b64(point[1:49]), "y": b64(point[49:])},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// token makes a token for a path that differs from a good one by what is given;
// nil takes a member away.
func (i *issuer) token(t *testing.T, path string, method jwt.SigningMethod, key any, header, claims map[string]any) string {
	t.Helper()
	i.n++
	kid := "ec"
	if method == jwt.SigningMethodRS384 {
		kid = "rsa"
	}
	token := jwt.NewWithClaims(method, jwt.MapClaims{
		"iss": "https://ehr.example.org", "aud": base + path, "jti": strings.Repeat("n", i.n),
		"iat": i.clock.Unix(), "exp": i.clock.Add(5 * time.Minute).Unix(),
	})
	token.Header["kid"] = kid
	merge(token.Header, header)
	merge(token.Claims.(jwt.MapClaims), claims)
	text, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func merge(into, from map[string]any) {
	maps.Copy(into, from)
	maps.DeleteFunc(into, func(_ string, v any) bool { return v == nil })
}

const discoveryPath = "/cds-services"

func (i *issuer) es(t *testing.T, header, claims map[string]any) string {
	t.Helper()
	return i.token(t, discoveryPath, jwt.SigningMethodES384, i.ec, header, claims)
}

func TestTokens(t *testing.T) {
	i := trusted(t)
	stranger := trusted(t)
	type m = map[string]any
	at := func(d time.Duration) int64 { return i.clock.Add(d).Unix() }
	good := i.es(t, nil, nil)
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	head, body, _ := strings.Cut(good, ".")
	forged := strings.Replace(string(unb64(t, head)), "ES384", "none", 1)
	claims, _, _ := strings.Cut(body, ".")
	o := options(t, reference(t))
	o.Trust = i.Trust
	var why error
	o.Refused = func(err error) { why = err }
	h := Handler(o)
	for _, one := range []struct {
		name, token string
		reason      string // for the operator; empty: it is trusted
	}{
		{"good", good, ""},
		{"RS384", i.token(t, discoveryPath, jwt.SigningMethodRS384, i.rsa, nil, nil), ""},
		{"a list of audiences", i.es(t, nil, m{"aud": []string{"https://else.example", base + discoveryPath}}), ""},
		{"a tenant", i.es(t, nil, m{"tenant": "t1", "sub": "me"}), ""},
		{"replayed", good, "used before"},
		{"none", "", "no token"},
		{"no token", "x", "malformed"},
		{"alg none", b64([]byte(forged)) + "." + claims + ".", "method none"},
		{"alg none with the signature", b64([]byte(forged)) + "." + body, "method none"},
		{"HMAC with the public key", i.token(t, discoveryPath, jwt.SigningMethodHS384, i.keys(t), nil, nil), "method HS384"},
		{"HMAC with the shared key", i.token(t, discoveryPath, jwt.SigningMethodHS384, []byte("secret"), m{"kid": "shared"}, nil), "method HS384"},
		{"ES256", i.token(t, discoveryPath, jwt.SigningMethodES256, p256, nil, nil), "method ES256"},
		{"RS256", i.token(t, discoveryPath, jwt.SigningMethodRS256, i.rsa, m{"kid": "rsa"}, nil), "method RS256"},
		{"PS384", i.token(t, discoveryPath, jwt.SigningMethodPS384, i.rsa, m{"kid": "rsa"}, nil), "method PS384"},
		{"the key of another", i.token(t, discoveryPath, jwt.SigningMethodES384, stranger.ec, nil, nil), "verification error"},
		{"a kid of another algorithm", i.es(t, m{"kid": "rsa"}, nil), "kid is not known"},
		{"unknown kid", i.es(t, m{"kid": "other"}, nil), "kid is not known"},
		{"a key for encryption", i.es(t, m{"kid": "enc"}, nil), "kid is not known"},
		{"no kid", i.es(t, m{"kid": nil}, nil), "kid is missing"},
		{"typ", i.es(t, m{"typ": "at+jwt"}, nil), "typ is not JWT"},
		{"crit", i.es(t, m{"crit": []string{"exp"}}, nil), "crit is not"},
		{"unknown jku", i.es(t, m{"jku": "https://evil.example.org/jwks.json"}, nil), "jku is not known"},
		{"jku of no text", i.es(t, m{"jku": 1}, nil), "jku is not known"},
		{"unknown iss", i.es(t, nil, m{"iss": "https://evil.example.org"}), "iss is not known"},
		{"no iss", i.es(t, nil, m{"iss": nil}), "iss is not known"},
		{"wrong aud", i.es(t, nil, m{"aud": base + "/cds-services/eligo-patient-view"}), "another service"},
		{"aud of the base only", i.es(t, nil, m{"aud": base}), "another service"},
		{"no aud", i.es(t, nil, m{"aud": nil}), "another service"},
		{"expired", i.es(t, nil, m{"exp": at(-time.Minute), "iat": at(-time.Hour)}), "token is expired"},
		{"no exp", i.es(t, nil, m{"exp": nil}), "exp claim is required"},
		{"exp in years", i.es(t, nil, m{"exp": at(90 * 24 * time.Hour)}), "too far ahead"},
		{"not yet issued", i.es(t, nil, m{"iat": at(time.Minute)}), "before issued"},
		{"not yet valid", i.es(t, nil, m{"nbf": at(time.Minute)}), "not valid yet"},
		{"no iat", i.es(t, nil, m{"iat": nil}), "iat is missing"},
		{"no jti", i.es(t, nil, m{"jti": nil}), "jti is missing"},
		{"endless jti", i.es(t, nil, m{"jti": strings.Repeat("x", 1000)}), "too long"},
		{"a changed claim", head + "." + b64(bytes.Replace(unb64(t, claims), []byte(`"n`), []byte(`"m`), 1)) + strings.TrimPrefix(body, claims), "verification error"},
		{"very long", i.es(t, nil, m{"sub": strings.Repeat("x", 20_000)}), "too long"},
	} {
		why = nil
		r := httptest.NewRequest(http.MethodGet, discoveryPath, nil)
		if one.token != "" {
			r.Header.Set("Authorization", "Bearer "+one.token)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if one.reason == "" {
			if w.Code != http.StatusOK {
				t.Errorf("%s: %d, %v", one.name, w.Code, why)
			}
			continue
		}
		if w.Code != http.StatusUnauthorized || why == nil || !strings.Contains(why.Error(), one.reason) {
			t.Errorf("%s: %d, %v", one.name, w.Code, why)
		}
		if w.Header().Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("%s: %v", one.name, w.Header())
		}
		const all = `{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"login","details":{"text":"A token of a client that is trusted here is needed."}}]}`
		if got := strings.TrimSpace(w.Body.String()); got != all {
			t.Errorf("%s: the caller is told %s", one.name, got)
		}
	}
}

func unb64(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTokensForServices(t *testing.T) {
	i := trusted(t)
	o, kept := options(t, reference(t)), &notes{}
	o.Trust, o.Log = i.Trust, kept
	s := serve(t, o)
	call := func(path, forPath string, body any) int {
		s.header.Set("Authorization", "bearer "+i.token(t, forPath, jwt.SigningMethodES384, i.ec, nil, nil))
		status, _ := s.post(path, body)
		return status
	}
	view := map[string]any{
		"hook": "patient-view", "hookInstance": instance, "context": map[string]any{"userId": "Practitioner/1", "patientId": "1"},
		"prefetch": map[string]any{"patient": map[string]any{"resourceType": "Patient", "id": "1"}},
	}
	const service = "/cds-services/eligo-patient-view"
	if status := call(service, service, view); status != 200 || kept.decisions[0].Client != "https://ehr.example.org" {
		t.Errorf("%d %+v", status, kept.decisions)
	}
	if status := call(service, "/cds-services", view); status != 401 {
		t.Errorf("a token for discovery calls a service: %d", status)
	}
	if status := call("/cds-services/eligo-order-select", service, view); status != 401 {
		t.Errorf("a token for one service calls another: %d", status)
	}
	feedback := map[string]any{"feedback": []any{map[string]any{"card": instance, "outcome": "overridden", "outcomeTimestamp": "2026-11-22T10:00:00Z"}}}
	for _, forPath := range []string{service, service + "/feedback"} {
		if status := call(service+"/feedback", forPath, feedback); status != 200 {
			t.Errorf("feedback with a token for %s: %d", forPath, status)
		}
	}
	if len(kept.feedback) != 2 || kept.feedback[0].By != "https://ehr.example.org" || len(kept.decisions) != 1 {
		t.Errorf("kept %+v", kept)
	}
}

func TestReplays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUsedTokens(3)
		now := time.Now()
		for _, token := range []string{"a", "b", "c"} {
			if err := u.useToken(token, now, now.Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
		}
		if u.useToken("a", now, now.Add(time.Minute)) == nil {
			t.Error("a token is used twice")
		}
		if u.useToken("d", now, now.Add(time.Minute)) == nil {
			t.Error("more tokens are kept than may be")
		}
		later := now.Add(2 * time.Minute)
		if err := u.useToken("d", later, later.Add(time.Minute)); err != nil || len(u.until) != 1 {
			t.Errorf("after they expired: %v, %d kept", err, len(u.until))
		}
	})
}

func TestLoadTrust(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	i := trusted(t)
	set := string(i.keys(t))
	write("keys.json", set)
	trust, err := LoadTrust(write("good.json", `{"base": "https://eligo.example.org", "issuers": [
		{"iss": "https://a.example", "jku": ["https://a.example/jwks.json"]},
		{"iss": "https://b.example", "jwks_file": "keys.json"}, {"iss": "https://c.example", "jwks": `+set+`}]}`))
	if err != nil || len(trust.Issuers) != 3 || len(trust.Issuers[1].Keys) == 0 || len(trust.Issuers[2].Keys) == 0 {
		t.Errorf("%v, %+v", err, trust)
	}
	for text, want := range map[string]string{
		`{`:                                   "bad.json",
		`{"base": "https://a", "issuer": []}`: "issuer",
		`{"issuers": [{"iss": "https://a.example"}]}`:                                        "neither keys nor jku",
		`{"base": "https://a", "issuers": []}`:                                               "none is trusted",
		`{"base": "https://a", "issuers": [{"iss": "a", "jku": ["http://a.example/keys"]}]}`: "no https address",
		`{"base": "https://a", "issuers": [{"iss": "a", "jwks": {"keys": 1}}]}`:              "cannot be read",
		`{"base": "https://a", "issuers": [{"iss": "a", "jwks_file": "none.json"}]}`:         "none.json",
		`{"base": "eligo", "issuers": [{"iss": "a", "jku": ["https://a"]}, {"jku": ["b"]}]}`: "one has no iss",
	} {
		if _, err := LoadTrust(write("bad.json", text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
