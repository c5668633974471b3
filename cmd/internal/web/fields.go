// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
)

// fields are the fields and files of a form. They are never written to disk, as
// net/http does with large files.
type fields struct {
	url.Values
	files []file
}

// file is a file of the form that is not empty.
type file struct {
	name string // as the browser gives it
	body []byte
}

// mostFiles is how many files and fields a form may have.
const mostFiles = 10_000

// readForm reads a form of either encoding.
func (p *pages) readForm(w http.ResponseWriter, r *http.Request) (*fields, error) {
	r.Body = http.MaxBytesReader(w, r.Body, p.MaxBody)
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, errors.New("the form has no content type")
	}
	f := &fields{Values: url.Values{}}
	if kind == "application/x-www-form-urlencoded" {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		f.Values, err = url.ParseQuery(string(body))
		return f, err
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, errors.New("the form is neither multipart/form-data nor application/x-www-form-urlencoded")
	}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return f, nil
		case err != nil:
			return nil, err
		case n == mostFiles:
			return nil, errors.New("the form has too many files or fields")
		}
		body, err := io.ReadAll(part)
		if err != nil {
			return nil, err
		}
		if part.FileName() == "" {
			f.Add(part.FormName(), string(body))
		} else if len(bytes.TrimSpace(body)) > 0 {
			f.files = append(f.files, file{part.FileName(), body})
		}
	}
}

// refuseForm answers a form that could not be read.
func (p *pages) refuseForm(w http.ResponseWriter, err error) {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		p.writeError(w, http.StatusRequestEntityTooLarge, "Too large", "The record is larger than this server takes.")
		return
	}
	p.writeError(w, http.StatusBadRequest, "The form could not be read", "Please go back and send it again.")
}
