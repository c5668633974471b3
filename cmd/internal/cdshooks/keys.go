// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
)

// keySet holds public keys by kid and algorithm.
type keySet map[[2]string]any

func (s keySet) findKey(kid, algorithm string) (any, error) {
	if k, ok := s[[2]string{kid, algorithm}]; ok {
		return k, nil
	}
	return nil, errUnknownKey
}

var errUnknownKey = errors.New("kid is not known for this algorithm")

// jwk is a JSON Web Key: RFC 7517, RFC 7518 section 6.
type jwk struct {
	Kty string `json:"kty"`
	Kid string `json:"kid"`
	Use string `json:"use"`
	Alg string `json:"alg"`
	Crv string `json:"crv"`
	X   string `json:"x"`
	Y   string `json:"y"`
	N   string `json:"n"`
	E   string `json:"e"`
}

const minRSA = 2048 // smallest size of an RSA key, in bits

// readKeys reads a key set. Keys of other types are left out, as RFC 7517
// section 5 asks; an invalid key of these types is an error.
func readKeys(text []byte) (keySet, error) {
	var in struct {
		Keys []jwk `json:"keys"`
	}
	if err := json.Unmarshal(text, &in); err != nil {
		return nil, errors.New("the key set cannot be read")
	}
	keys := keySet{}
	for i := range in.Keys {
		k := &in.Keys[i]
		if k.Use != "" && k.Use != "sig" || k.Kid == "" {
			continue
		}
		var public any
		var err error
		algorithm := ""
		switch {
		case k.Kty == "EC" && k.Crv == "P-384" && (k.Alg == "" || k.Alg == "ES384"):
			algorithm = "ES384"
			public, err = k.ecdsaKey()
		case k.Kty == "RSA" && (k.Alg == "" || k.Alg == "RS384"):
			algorithm = "RS384"
			public, err = k.rsaKey()
		default:
			continue
		}
		name := [2]string{k.Kid, algorithm}
		if _, twice := keys[name]; twice {
			err = errors.New("is there twice")
		}
		if err != nil {
			return nil, fmt.Errorf("the key %q %w", k.Kid, err)
		}
		keys[name] = public
	}
	return keys, nil
}

func (k *jwk) ecdsaKey() (any, error) {
	x, errX := base64.RawURLEncoding.DecodeString(k.X)
	y, errY := base64.RawURLEncoding.DecodeString(k.Y)
	const size = 48
	if errX != nil || errY != nil || len(x) != size || len(y) != size {
		return nil, errors.New("has no coordinates of P-384")
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P384(), append(append([]byte{4}, x...), y...))
	if err != nil {
		return nil, errors.New("is not on the curve")
	}
	return public, nil
}

func (k *jwk) rsaKey() (any, error) {
	n, errN := base64.RawURLEncoding.DecodeString(k.N)
	e, errE := base64.RawURLEncoding.DecodeString(k.E)
	exponent := new(big.Int).SetBytes(e)
	public := &rsa.PublicKey{N: new(big.Int).SetBytes(n)}
	switch {
	case errN != nil || errE != nil || !exponent.IsInt64() || exponent.Int64() < 3 || exponent.Int64() > 1<<31-1:
		return nil, errors.New("has no modulus and exponent")
	case public.N.BitLen() < minRSA:
		return nil, fmt.Errorf("is shorter than %d bits", minRSA)
	case public.N.BitLen() > 8*minRSA:
		return nil, errors.New("is longer than any in use")
	}
	public.E = int(exponent.Int64())
	return public, nil
}

// Bounds of fetched key sets.
const (
	freshFor   = 10 * time.Minute
	stalest    = time.Hour   // age at which keys are dropped if their address does not answer
	retryAfter = time.Minute // after an unknown kid or no answer
	maxKeys    = 256 << 10   // bytes of a key set
)

type keyCache struct {
	client *http.Client
	now    func() time.Time
	mu     sync.Mutex
	sets   map[string]*fetchedKeys
}

// fetchedKeys is the key set of one address. Its lock is held during a fetch, so
// that concurrent calls make one request.
type fetchedKeys struct {
	mu          sync.Mutex
	keys        keySet
	read, tried time.Time
}

func newKeyCache(client *http.Client, now func() time.Time) *keyCache {
	if client == nil {
		client = &http.Client{}
	}
	own := *client
	if own.Timeout == 0 {
		own.Timeout = 5 * time.Second
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return errors.New("a key set may not be elsewhere") }
	return &keyCache{client: &own, now: now, sets: map[string]*fetchedKeys{}}
}

func (c *keyCache) findKey(ctx context.Context, address, kid, algorithm string) (any, error) {
	c.mu.Lock()
	set := c.sets[address]
	if set == nil {
		set = &fetchedKeys{}
		c.sets[address] = set
	}
	c.mu.Unlock()

	set.mu.Lock()
	defer set.mu.Unlock()
	now := c.now()
	key, err := set.keys.findKey(kid, algorithm)
	if err == nil && now.Sub(set.read) < freshFor {
		return key, nil
	}
	if now.Sub(set.tried) < retryAfter {
		return set.staleKey(kid, algorithm, now)
	}
	set.tried = now
	// The context of the caller must not end a fetch that others wait for.
	keys, err := c.fetchKeys(context.WithoutCancel(ctx), address)
	if err != nil {
		if key, stillErr := set.staleKey(kid, algorithm, now); stillErr == nil {
			return key, nil
		}
		return nil, err
	}
	set.keys, set.read = keys, now
	return keys.findKey(kid, algorithm)
}

// staleKey finds a key in the set that was read last, unless that is too old.
func (s *fetchedKeys) staleKey(kid, algorithm string, now time.Time) (any, error) {
	if now.Sub(s.read) > stalest {
		return nil, errors.New("the key set at jku cannot be had")
	}
	return s.keys.findKey(kid, algorithm)
}

func (c *keyCache) fetchKeys(ctx context.Context, address string) (keySet, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "application/json")
	answer, err := c.client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("the key set at jku cannot be had: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the key set at jku cannot be had: %s", answer.Status)
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxKeys+1))
	if err != nil || len(text) > maxKeys {
		return nil, errors.New("the key set at jku cannot be read")
	}
	return readKeys(text)
}
