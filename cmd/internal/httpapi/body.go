// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"bytes"
	"errors"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
)

// buffers are kept for the next bodies, so that memory stays flat.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

const keepBuffer = 4 << 20 // bytes; a larger buffer is not kept

// readBody reads a body, unpacked, into memory that release takes back. A body may
// be gzipped, by its content or by Content-Encoding; the limit applies to the
// packed and to the unpacked body.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request) (doc []byte, release func(), err error) {
	buffer := buffers.Get().(*bytes.Buffer)
	buffer.Reset()
	release = func() {
		if buffer.Cap() <= keepBuffer {
			buffers.Put(buffer)
		}
	}
	if r.ContentLength > s.MaxBody {
		return nil, release, newProblem("too-large", "")
	}
	buffer.Grow(int(max(0, r.ContentLength)) + bytes.MinRead)
	if _, err := buffer.ReadFrom(http.MaxBytesReader(innermostWriter(w), r.Body, s.MaxBody)); err != nil {
		return nil, release, err
	}
	if isPacked(r) && !fileio.IsGzip(buffer.Bytes()) {
		return nil, release, newProblem("cut-short", "The body is not the gzip that its Content-Encoding says.")
	}
	doc, err = fileio.Unpack(buffer.Bytes(), s.MaxBody)
	switch {
	case errors.Is(err, fileio.ErrTooLarge):
		return nil, release, newProblem("too-large", "It is too large once it is unpacked.")
	case err != nil:
		return nil, release, newProblem("cut-short", "The gzipped body is damaged.")
	}
	return doc, release, nil
}

// innermostWriter gives the server's own writer. MaxBytesReader tells only that one
// to close the connection of a client that goes on sending, after the answer.
func innermostWriter(w http.ResponseWriter) http.ResponseWriter {
	for {
		outer, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return w
		}
		w = outer.Unwrap()
	}
}

func isPacked(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Content-Encoding"), "gzip")
}

// The types of body that are read.
var (
	oneTypes  = []string{"application/json", "application/fhir+json"}
	manyTypes = []string{"application/x-ndjson", "application/ndjson", "application/fhir+ndjson", "application/jsonl"}
)

// unsupported says why the type or encoding of a body is not read, or nil.
func unsupported(w http.ResponseWriter, r *http.Request, types []string) *problem {
	mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := params["charset"]
	if err != nil || !slices.Contains(types, mediaType) || charset != "" && !strings.EqualFold(charset, "utf-8") {
		w.Header().Set("Accept-Post", strings.Join(types, ", "))
		return newProblem("unsupported-media", "Content-Type must be one of "+strings.Join(types, ", ")+", in UTF-8.")
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") && !isPacked(r) {
		w.Header().Set("Accept-Encoding", "gzip")
		return newProblem("unsupported-media", "Content-Encoding must be gzip, or none.")
	}
	return nil
}

// wellFormed reports whether a text is JSON. A name that is there twice is
// well-formed.
func wellFormed(doc []byte) bool {
	return jsontext.Value(fileio.TrimBOM(doc)).IsValid(jsontext.AllowDuplicateNames(true))
}

func writeBody(w http.ResponseWriter, status int, mediaType string, body []byte) {
	w.Header().Set("Content-Type", mediaType)
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that went away is not told
}

// accepted chooses, of the forms offered, the one that the client likes best,
// and of equals the first; "" if it wants none (RFC 9110, section 12.5.1).
func accepted(r *http.Request, offered ...string) string {
	header := strings.Join(r.Header.Values("Accept"), ",")
	if strings.TrimSpace(header) == "" {
		return offered[0]
	}
	best, most := "", 0.0
	for _, form := range offered {
		if q := qualityOf(header, form); q > most {
			best, most = form, q
		}
	}
	return best
}

// qualityOf gives the quality that the most exact range of an Accept header gives
// to a form.
func qualityOf(header, form string) float64 {
	kind, _, _ := strings.Cut(form, "/")
	q, exact := 0.0, 0
	for part := range strings.SplitSeq(header, ",") {
		name, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		fits := 0
		switch name {
		case form:
			fits = 3
		case kind + "/*":
			fits = 2
		case "*/*":
			fits = 1
		}
		if fits <= exact {
			continue
		}
		exact, q = fits, 1
		if text, given := params["q"]; given {
			if q, err = strconv.ParseFloat(text, 64); err != nil {
				q = 0
			}
		}
	}
	return q
}
