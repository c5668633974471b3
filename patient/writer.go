// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"crypto/sha256"
	"encoding/hex"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// JSON gives the profile's canonical JSON: the members in the order of the
// struct, without space, numbers with the digits that they were written with,
// dates in their shortest form, domains that were not supplied left out. The
// same profile gives the same bytes on every machine, and [Decode] reads them
// back as the same profile. The error is a string that is not UTF-8.
func (p *Profile) JSON() ([]byte, error) {
	w := writer{b: make([]byte, 0, 1024)}
	profileShape.writeObject(&w, p)
	return w.b, w.err
}

// SHA256 gives the SHA-256 of [Profile.JSON] in hexadecimal: the digest that Validate has
// stored, or else the current one ("" where the profile has no JSON). It writes
// nothing, so that many goroutines may call it.
func (p *Profile) SHA256() string {
	if p.sha256 != "" {
		return p.sha256
	}
	return p.computeDigest()
}

// Validated reports whether the last [Profile.Validate] found nothing wrong.
func (p *Profile) Validated() bool { return p.sha256 != "" }

// computeDigest writes to a buffer that is used again: a batch digests every profile.
func (p *Profile) computeDigest() string {
	w := writers.Get().(*writer)
	defer func() {
		if cap(w.b) <= maxKeptBuffer {
			writers.Put(w)
		}
	}()
	w.b, w.err = w.b[:0], nil
	profileShape.writeObject(w, p)
	if w.err != nil {
		return ""
	}
	sum := sha256.Sum256(w.b)
	return hex.EncodeToString(sum[:])
}

const maxKeptBuffer = 1 << 20

var writers = sync.Pool{New: func() any { return new(writer) }}

// writer appends canonical JSON to b. It keeps the first error.
type writer struct {
	b   []byte
	err error
}

// writeName begins a member; the value follows.
func (w *writer) writeName(name string) {
	if w.b[len(w.b)-1] != '{' {
		w.b = append(w.b, ',')
	}
	w.b = append(append(append(w.b, '"'), name...), `":`...)
}

func (w *writer) writeText(s string) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			var err error
			if w.b, err = jsontext.AppendQuote(w.b, s); err != nil && w.err == nil {
				w.err = err
			}
			return
		}
	}
	w.b = append(append(append(w.b, '"'), s...), '"')
}
