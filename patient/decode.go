// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"fmt"
	"io"
	"slices"
)

// Limits of one profile in JSON.
const (
	MaxBytes   = 64 << 20  // of text
	MaxEntries = 1_000_000 // in all its lists together, codes included
)

// Decode reads one profile as eligo's own JSON (see [Schema]) up to the end of
// r, and validates it.
//
// It is strict, because a field that is misread may decide a verdict: fields
// that are not known, names in the wrong case, fields given twice, values of
// the wrong type, null, text after the end, bytes that are not UTF-8 and texts
// beyond [MaxBytes] or [MaxEntries] are errors, and so is all that
// [Profile.Validate] finds. The error is then [Errors]: every problem with its
// JSON path, in the order of the text. A text that is not JSON is one problem,
// with line and column. Any other error is one of r.
func Decode(r io.Reader) (*Profile, error) {
	doc, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("cannot read the profile: %w", err)
	}
	return DecodeBytes(doc)
}

// DecodeBytes is [Decode] for text in memory. It keeps nothing of doc.
func DecodeBytes(doc []byte) (*Profile, error) { return decodeAt(doc, origin{1, 1}) }

// decodeAt is DecodeBytes of a text that begins at start.
func decodeAt(doc []byte, start origin) (*Profile, error) {
	if len(doc) > MaxBytes {
		return nil, Errors{{"$", fmt.Sprintf("the text is longer than %d MiB", MaxBytes>>20)}}
	}
	if wrong, found := syntaxProblem(doc, start); found {
		return nil, Errors{wrong}
	}
	r := newReader(doc)
	defer r.releaseReader()
	p := new(Profile)
	profileShape.readObject(r, p)
	if len(r.problems) == 0 {
		c := p.findProblems()
		if len(c.problems) == 0 {
			p.sha256 = p.computeDigest()
			return p, nil
		}
		return nil, inOrder(c.problems, doc)
	}
	return nil, inOrder(append(r.problems, r.furtherProblems(p)...), doc)
}

// furtherProblems gives the problems of the values of a profile that could
// be read only in part, without those that follow from a problem already noted.
func (r *reader) furtherProblems(p *Profile) []located {
	if r.stopped {
		return nil // the rest was not read
	}
	var further []located
	for _, e := range p.findProblems().problems {
		follows := func(noted located) bool {
			return isWithin(e.Path, noted.Path) || e.entry != "" && isWithin(noted.Path, e.entry)
		}
		if !slices.ContainsFunc(r.problems, follows) {
			further = append(further, e)
		}
	}
	return further
}
