// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"bytes"
	"compress/gzip"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// buffers are kept for the next bodies, so that memory stays flat.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// keepBuffer is the size, in bytes, above which a buffer is not kept.
const keepBuffer = 4 << 20

// readBody reads a body, unpacked, into a buffer that release takes back. A
// body may be gzipped, by its content or by Content-Encoding; the limit holds
// for what it unpacks to.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request) (doc *bytes.Buffer, release func(), err error) {
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
	if _, err := buffer.ReadFrom(http.MaxBytesReader(innermost(w), r.Body, s.MaxBody)); err != nil {
		return nil, release, err
	}
	if !bytes.HasPrefix(buffer.Bytes(), []byte{0x1f, 0x8b}) {
		if packed(r) {
			return nil, release, newProblem("cut-short", "The body is not the gzip that its Content-Encoding says.")
		}
		return buffer, release, nil
	}
	plain := new(bytes.Buffer)
	z, err := gzip.NewReader(buffer)
	if err == nil {
		_, err = plain.ReadFrom(io.LimitReader(z, s.MaxBody+1))
	}
	switch {
	case err != nil:
		return nil, release, newProblem("cut-short", "The gzipped body is damaged.")
	case int64(plain.Len()) > s.MaxBody:
		return nil, release, newProblem("too-large", "It is too large once it is unpacked.")
	}
	return plain, release, nil
}

// innermost is the server's own writer: it alone understands MaxBytesReader,
// which tells it to hang up on who goes on sending, but not before the answer
// is read.
func innermost(w http.ResponseWriter) http.ResponseWriter {
	for {
		outer, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return w
		}
		w = outer.Unwrap()
	}
}

func packed(r *http.Request) bool {
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
	if e := r.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") && !packed(r) {
		w.Header().Set("Accept-Encoding", "gzip")
		return newProblem("unsupported-media", "Content-Encoding must be gzip, or none.")
	}
	return nil
}

// wellFormed reports whether a text is JSON. That a name stands twice is no
// matter of form.
func wellFormed(doc []byte) bool {
	return jsontext.Value(bytes.TrimPrefix(doc, []byte("\xef\xbb\xbf"))).IsValid(jsontext.AllowDuplicateNames(true))
}

// send answers with a body that is made already.
func send(w http.ResponseWriter, status int, mediaType string, body []byte) {
	w.Header().Set("Content-Type", mediaType)
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that went away is not told
}
