// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/yamlwalk"
)

// Sign writes into the bytes of a study file, which [Load] has read, that
// somebody has reviewed it as it is. It changes the values of the key reviewed,
// or adds the key as the last line; every other byte stays. It returns an error
// if that cannot be done, for one where the name is no plain text of a line.
func (s *Study) Sign(src []byte, by string, on patient.Day) ([]byte, error) {
	by = strings.TrimSpace(by)
	switch {
	case by == "" || !utf8.ValidString(by) || strings.ContainsFunc(by, func(r rune) bool { return !unicode.IsPrint(r) }):
		return nil, errors.New("a review needs the name of a person, on one line")
	case s.places == nil:
		return nil, errors.New("the study was not read from a file")
	}
	before := yamlwalk.NewFile(s.file, 0, src, maxFileSize)
	root, faults := before.Parse(plainData)
	if len(faults) > 0 || s.digest(root) != s.Digest {
		return nil, errors.New("the file has changed since it was read")
	}
	signed, ok := withReview(before, root, by, on, s.Digest)
	if ok {
		signed = append(bytes.Clone(src[:len(src)-len(before.Data)]), signed...) // a byte order mark
		after, faults := yamlwalk.NewFile(s.file, 0, signed, maxFileSize).Parse(plainData)
		if len(faults) == 0 && s.digest(after) == s.Digest && holdsReview(after, by, on, s.Digest) {
			return signed, nil
		}
	}
	return nil, fmt.Errorf("the review cannot be written into a file of this form; write it by hand: %s", signature(by, on, s.Digest))
}

// holdsReview reports whether a file holds the review.
func holdsReview(root *yamlwalk.Node, by string, on patient.Day, digest string) bool {
	w := walker{yamlwalk.Walker{Problems: &yamlwalk.Problems{}, File: &yamlwalk.File{}}}
	r := w.review(yamlwalk.Value(root, reviewKey))
	return w.Count() == 0 && r != nil && r.By == by && r.On == on && r.SHA256 == digest
}

// withReview writes the review into the file.
func withReview(file *yamlwalk.File, root *yamlwalk.Node, by string, on patient.Day, digest string) ([]byte, bool) {
	review := yamlwalk.Value(root, reviewKey)
	if review == nil {
		end := "\n"
		if bytes.Contains(file.Data, []byte("\r\n")) {
			end = "\r\n"
		}
		text := bytes.Clone(file.Data)
		if !bytes.HasSuffix(text, []byte("\n")) {
			text = append(text, end...)
		}
		return append(text, end+signature(by, on, digest)+end...), !yamlwalk.IsFlow(root)
	}
	type edit struct {
		from, to int
		text     string
	}
	var edits []edit
	for _, one := range [...]struct{ key, text string }{{"by", strconv.Quote(by)}, {"on", on.String()}, {"sha256", digest}} {
		n := yamlwalk.Value(review, one.key)
		if n != nil {
			from, to, ok := file.Extent(n)
			if !ok {
				return nil, false
			}
			edits = append(edits, edit{from, to, one.text})
			continue
		}
		_, to, ok := file.Extent(yamlwalk.Value(review, "on")) // sha256 alone may be missing
		if !ok {
			return nil, false
		}
		text := ", sha256: " + digest
		if !yamlwalk.IsFlow(review) {
			text = "\n" + strings.Repeat(" ", review.Column-1) + "sha256: " + digest
		}
		edits = append(edits, edit{to, to, text})
	}
	text, shift := bytes.Clone(file.Data), 0
	for len(edits) > 0 { // in the order of the file
		first := 0
		for i := range edits {
			if edits[i].from < edits[first].from {
				first = i
			}
		}
		e := edits[first]
		edits = append(edits[:first], edits[first+1:]...)
		text = append(text[:e.from+shift:e.from+shift], append([]byte(e.text), text[e.to+shift:]...)...)
		shift += len(e.text) - (e.to - e.from)
	}
	return text, true
}
