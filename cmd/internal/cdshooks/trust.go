// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/golang-jwt/jwt/v5"
)

// Trust names the clients whose calls are answered. A call must have a JSON web
// token (RFC 7519) that one of the issuers has signed for this service, that is in
// date and that was not used before.
// https://cds-hooks.hl7.org/2.0/#trusting-cds-clients
type Trust struct {
	// Base is the address that clients call, without /cds-services:
	// https://eligo.example.org. A token must be for the very path called.
	Base    string
	Issuers []Issuer
	Client  *http.Client     // fetches key sets; nil is one with a timeout of five seconds
	Now     func() time.Time // the clock; nil is the computer's
}

// Issuer is a CDS client, or the party that signs its tokens.
type Issuer struct {
	Name string   // iss
	Keys []byte   // a JSON Web Key Set (RFC 7517) for tokens that name no jku
	JKU  []string // https addresses of key sets that its tokens may name
}

// Bounds of a token.
const (
	maxToken    = 8 << 10
	maxLifetime = time.Hour // from now to exp; each jti is kept so long
	leeway      = 30 * time.Second
)

// algorithms are the algorithms that CDS Hooks recommends. "none" and algorithms
// with a shared secret must never be added.
var algorithms = []string{"ES384", "RS384"}

// LoadTrust reads a file of JSON:
//
//	{"base": "https://eligo.example.org",
//	 "issuers": [{"iss": "https://ehr.example.org", "jku": ["https://ehr.example.org/jwks.json"]},
//	             {"iss": "https://other.example.org", "jwks_file": "other.json"},
//	             {"iss": "https://third.example.org", "jwks": {"keys": [...]}}]}
//
// A file name is relative to the folder of this file.
func LoadTrust(path string) (*Trust, error) {
	var in struct {
		Base    string `json:"base"`
		Issuers []struct {
			Iss  string         `json:"iss"`
			JKU  []string       `json:"jku"`
			JWKS jsontext.Value `json:"jwks"`
			File string         `json:"jwks_file"`
		} `json:"issuers"`
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &in, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	t := &Trust{Base: in.Base}
	for _, i := range in.Issuers {
		issuer := Issuer{Name: i.Iss, JKU: i.JKU, Keys: i.JWKS}
		if i.File != "" {
			if issuer.Keys, err = os.ReadFile(filepath.Join(filepath.Dir(path), i.File)); err != nil {
				return nil, err
			}
		}
		t.Issuers = append(t.Issuers, issuer)
	}
	if err := t.Validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// Validate reports everything that is wrong with the settings.
func (t *Trust) Validate() error {
	var all []error
	if !strings.HasPrefix(t.Base, "https://") && !strings.HasPrefix(t.Base, "http://") {
		all = append(all, errors.New("base: the address that clients call is needed, as in https://eligo.example.org"))
	}
	if len(t.Issuers) == 0 {
		all = append(all, errors.New("issuers: none is trusted"))
	}
	seen := map[string]bool{}
	for _, i := range t.Issuers {
		switch {
		case i.Name == "":
			all = append(all, errors.New("issuers: one has no iss"))
		case seen[i.Name]:
			all = append(all, fmt.Errorf("issuer %s is there twice", i.Name))
		case len(i.Keys) == 0 && len(i.JKU) == 0:
			all = append(all, fmt.Errorf("issuer %s has neither keys nor jku", i.Name))
		}
		seen[i.Name] = true
		if len(i.Keys) > 0 {
			if _, err := readKeys(i.Keys); err != nil {
				all = append(all, fmt.Errorf("issuer %s: %w", i.Name, err))
			}
		}
		for _, u := range i.JKU {
			if !strings.HasPrefix(u, "https://") {
				all = append(all, fmt.Errorf("issuer %s: jku %s is no https address", i.Name, u))
			}
		}
	}
	return errors.Join(all...)
}

type guard struct {
	trust   *Trust
	now     func() time.Time
	issuers map[string]*Issuer
	inline  map[string]keySet // by issuer
	fetched *keyCache
	used    *usedTokens
}

// newGuard makes a guard of a Trust that Validate accepts.
func newGuard(t *Trust) *guard {
	g := &guard{trust: t, now: t.Now, issuers: map[string]*Issuer{}, inline: map[string]keySet{}, used: newUsedTokens(maxUsedTokens)}
	if g.now == nil {
		g.now = time.Now
	}
	g.fetched = newKeyCache(t.Client, g.now)
	for i := range t.Issuers {
		issuer := &t.Issuers[i]
		g.issuers[issuer.Name] = issuer
		if len(issuer.Keys) > 0 {
			g.inline[issuer.Name], _ = readKeys(issuer.Keys) // it was checked
		}
	}
	return g
}

// authenticate returns the issuer of the token of a request, or the reason why it
// is not trusted.
func (g *guard) authenticate(r *http.Request) (string, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	switch {
	case len(r.Header.Values("Authorization")) > 1:
		return "", errors.New("several tokens")
	case !strings.EqualFold(scheme, "Bearer") || token == "":
		return "", errors.New("no token")
	case len(token) > maxToken:
		return "", errors.New("the token is too long")
	}
	claims := &jwt.RegisteredClaims{}
	parser := jwt.NewParser(jwt.WithValidMethods(algorithms), jwt.WithExpirationRequired(), jwt.WithIssuedAt(),
		jwt.WithLeeway(leeway), jwt.WithTimeFunc(g.now), jwt.WithStrictDecoding())
	_, err := parser.ParseWithClaims(token, claims, func(t *jwt.Token) (any, error) { return g.verificationKey(r, t, claims.Issuer) })
	switch {
	case err != nil:
		return "", err
	case !slices.ContainsFunc(claims.Audience, func(aud string) bool { return slices.Contains(g.audiences(r), aud) }):
		return "", errors.New("aud: the token is for another service")
	case claims.IssuedAt == nil:
		return "", errors.New("iat is missing")
	case claims.ID == "" || len(claims.ID) > maxID:
		return "", errors.New("jti is missing or too long")
	case claims.ExpiresAt.Sub(g.now()) > maxLifetime:
		return "", errors.New("exp is too far ahead")
	}
	if err := g.used.useToken(claims.Issuer+"\n"+claims.ID, g.now(), claims.ExpiresAt.Add(leeway)); err != nil {
		return "", err
	}
	return claims.Issuer, nil
}

// audiences returns the accepted audiences: the address of the call and, for
// feedback, also that of the service.
func (g *guard) audiences(r *http.Request) []string {
	called := strings.TrimSuffix(g.trust.Base, "/") + r.URL.Path
	return []string{called, strings.TrimSuffix(called, "/feedback")}
}

// verificationKey finds the key of a token whose signature is not verified yet: the
// issuer and the jku must be among the trusted ones.
func (g *guard) verificationKey(r *http.Request, t *jwt.Token, iss string) (any, error) {
	issuer, known := g.issuers[iss]
	kid, _ := t.Header["kid"].(string)
	jku, named := t.Header["jku"]
	address, _ := jku.(string)
	typ, _ := t.Header["typ"].(string)
	switch {
	case !known:
		return nil, errors.New("iss is not known")
	case kid == "":
		return nil, errors.New("kid is missing")
	case !strings.EqualFold(typ, "JWT"):
		return nil, errors.New("typ is not JWT")
	case t.Header["crit"] != nil:
		return nil, errors.New("crit is not understood")
	case !named && g.inline[iss] != nil:
		return g.inline[iss].findKey(kid, t.Method.Alg())
	case !named:
		return nil, errors.New("jku is missing")
	case !slices.Contains(issuer.JKU, address):
		return nil, errors.New("jku is not known")
	}
	return g.fetched.findKey(r.Context(), address, kid, t.Method.Alg())
}

// maxUsedTokens is the largest number of tokens that are kept. With an hour until
// they expire it suffices for 55 calls a second.
const maxUsedTokens = 200_000

// usedTokens holds the tokens that were used and have not expired, so that none
// is used twice. Only tokens with a valid signature are added; if there are too
// many, further tokens are refused.
type usedTokens struct {
	mu    sync.Mutex
	most  int
	until map[string]time.Time
	swept time.Time
}

func newUsedTokens(most int) *usedTokens {
	return &usedTokens{most: most, until: map[string]time.Time{}}
}

func (u *usedTokens) useToken(token string, now, until time.Time) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if now.Sub(u.swept) > time.Minute || len(u.until) >= u.most {
		maps.DeleteFunc(u.until, func(_ string, end time.Time) bool { return end.Before(now) })
		u.swept = now
	}
	if _, used := u.until[token]; used {
		return errors.New("jti: the token was used before")
	}
	if len(u.until) >= u.most {
		return errors.New("too many tokens at once")
	}
	u.until[token] = until
	return nil
}
