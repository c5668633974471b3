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

	"go.yaml.in/yaml/v4"

	"github.com/eligo-trials/eligo/patient"
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
	before := newSourceFile(s.file, 0, src, maxFileSize)
	root, faults := parseYAML(before)
	if len(faults) > 0 || s.digest(root) != s.Digest {
		return nil, errors.New("the file has changed since it was read")
	}
	signed, ok := before.withReview(root, by, on, s.Digest)
	if ok {
		signed = append(bytes.Clone(src[:len(src)-len(before.data)]), signed...) // a byte order mark
		after, faults := parseYAML(newSourceFile(s.file, 0, signed, maxFileSize))
		if len(faults) == 0 && s.digest(after) == s.Digest && holdsReview(after, by, on, s.Digest) {
			return signed, nil
		}
	}
	return nil, fmt.Errorf("the review cannot be written into a file of this form; write it by hand: %s", signature(by, on, s.Digest))
}

// holdsReview reports whether a file holds the review.
func holdsReview(root *yaml.Node, by string, on patient.Day, digest string) bool {
	p := problems{}
	w := walker{problems: &p, src: &sourceFile{}}
	r := w.review(valueOf(root, reviewKey))
	return len(p.found) == 0 && r != nil && r.By == by && r.On == on && r.SHA256 == digest
}

// valueOf gives the value of a key of a mapping; nil if there is none.
func valueOf(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// withReview writes the review into the file.
func (s *sourceFile) withReview(root *yaml.Node, by string, on patient.Day, digest string) ([]byte, bool) {
	review := valueOf(root, reviewKey)
	if review == nil {
		end := "\n"
		if bytes.Contains(s.data, []byte("\r\n")) {
			end = "\r\n"
		}
		text := bytes.Clone(s.data)
		if !bytes.HasSuffix(text, []byte("\n")) {
			text = append(text, end...)
		}
		return append(text, end+signature(by, on, digest)+end...), root.Style&yaml.FlowStyle == 0
	}
	type edit struct {
		from, to int
		text     string
	}
	var edits []edit
	for _, one := range [...]struct{ key, text string }{{"by", strconv.Quote(by)}, {"on", on.String()}, {"sha256", digest}} {
		n := valueOf(review, one.key)
		if n != nil {
			from, to, ok := s.extent(n)
			if !ok {
				return nil, false
			}
			edits = append(edits, edit{from, to, one.text})
			continue
		}
		_, to, ok := s.extent(valueOf(review, "on")) // sha256 alone may be missing
		if !ok {
			return nil, false
		}
		text := ", sha256: " + digest
		if review.Style&yaml.FlowStyle == 0 {
			text = "\n" + strings.Repeat(" ", review.Column-1) + "sha256: " + digest
		}
		edits = append(edits, edit{to, to, text})
	}
	text, shift := bytes.Clone(s.data), 0
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

// extent is where the source of a scalar on one line starts and ends.
func (s *sourceFile) extent(n *yaml.Node) (from, to int, ok bool) {
	from = s.offset(n)
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 {
		to = from + len(n.Value)
		return from, to, to <= len(s.data) && string(s.data[from:to]) == n.Value
	}
	quote := s.data[from]
	for to = from + 1; to < len(s.data); {
		if s.data[to] == quote && !(quote == '\'' && bytes.HasPrefix(s.data[to:], []byte("''"))) {
			return from, to + 1, true
		}
		to += s.tokenAt(n.Style, to).width
	}
	return from, to, false
}
