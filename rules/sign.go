// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology"
	"github.com/eligo-trials/eligo/rules/yamlwalk"
)

// Review says who has read a study and found that it agrees with the protocol.
type Review struct {
	By     string
	On     patient.Day
	SHA256 string // the [Study.Digest] that was reviewed; empty where none is written
	// Current says that the study has not changed since the review.
	Current bool
	Pos     Position
}

// reviewKey is the key of a study file that holds the review.
const reviewKey = "reviewed"

var digestPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (w *walker) review(n *yamlwalk.Node) *Review {
	if n == nil {
		return nil
	}
	f := w.ReadObject(n, "review", "by!", "on!", "sha256")
	r := &Review{By: f.ReadLine("by"), SHA256: f.ReadLine("sha256"), Pos: w.File.PositionOf(n)}
	if on := f.ReadLine("on"); on != "" {
		day, err := patient.ParseDay(on)
		if err != nil {
			w.AddError(f.ValueOf("on"), "%s is not a day; write it as YYYY-MM-DD", yamlwalk.QuoteValue(on))
		}
		r.On = day
	}
	if r.SHA256 != "" && !digestPattern.MatchString(r.SHA256) {
		w.AddError(f.ValueOf("sha256"), "sha256 is 64 hex digits; \"eligo check\" prints the ones to write, and \"eligo check --sign NAME\" writes them")
	}
	return r
}

func (s *Study) digest(root *yamlwalk.Node) string {
	h := sha256.New()
	fmt.Fprintln(h, "eligo.review/1")
	hashNode(h, root, true)
	named := slices.Clone(s.reads)
	for i := range s.Criteria {
		named = append(named, s.Criteria[i].Show...)
	}
	concepts := map[string]*terminology.Concept{} // by name, with their members
	for _, c := range named {
		for m := range c.Members() {
			concepts[m.Name] = m
		}
	}
	for _, name := range slices.Sorted(maps.Keys(concepts)) {
		hashConcept(h, concepts[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// hashNode adds the content of a part of a file: no comments, no order of keys, no
// style, and one space for any white space. Of the root it leaves the review
// out.
func hashNode(h hash.Hash, n *yamlwalk.Node, root bool) {
	switch n.Kind {
	case yamlwalk.Mapping:
		values := map[string]*yamlwalk.Node{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if key := n.Content[i].Value; !root || key != reviewKey {
				values[key] = n.Content[i+1]
			}
		}
		fmt.Fprintf(h, "{%d\n", len(values))
		for _, key := range slices.Sorted(maps.Keys(values)) {
			fmt.Fprintf(h, "%q\n", key)
			hashNode(h, values[key], false)
		}
	case yamlwalk.Sequence:
		fmt.Fprintf(h, "[%d\n", len(n.Content))
		for _, entry := range n.Content {
			hashNode(h, entry, false)
		}
	default:
		fmt.Fprintf(h, "%q\n", strings.Join(strings.Fields(n.Value), " "))
	}
}

// hashConcept adds the meaning of a concept, wherever it is defined and however it
// came by its codes.
func hashConcept(h hash.Hash, c *terminology.Concept) {
	fmt.Fprintf(h, "concept %q %q %q %q %q %d %t\n", c.Name, c.Kind, c.Label, c.Unit, molarMass(c), c.Valence, c.Signed)
	for _, member := range c.Any {
		fmt.Fprintf(h, "any %q\n", member.Name)
	}
	for _, t := range []terminology.Terms{c.Terms, c.Except, c.Positive, c.Negative} {
		for _, system := range slices.Sorted(maps.Keys(t.Codes)) {
			fmt.Fprintf(h, "%q %q\n", system, slices.Sorted(slices.Values(t.Codes[system])))
		}
		fmt.Fprintf(h, "names %q\n", t.Names)
	}
	for _, system := range slices.Sorted(maps.Keys(c.MayBe)) {
		fmt.Fprintf(h, "may be %q %q\n", system, slices.Sorted(slices.Values(c.MayBe[system])))
	}
}

func molarMass(c *terminology.Concept) string {
	if c.MolarMass.Sign() == 0 {
		return ""
	}
	return c.MolarMass.String()
}

// signature writes a review as one line of a study file, without a line end.
func signature(by string, on patient.Day, digest string) string {
	return fmt.Sprintf("%s: {by: %s, on: %s, sha256: %s}", reviewKey, strconv.Quote(by), on, digest)
}

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

func holdsReview(root *yamlwalk.Node, by string, on patient.Day, digest string) bool {
	w := walker{yamlwalk.Walker{Problems: &yamlwalk.Problems{}, File: &yamlwalk.File{}}}
	r := w.review(yamlwalk.ValueOf(root, reviewKey))
	return w.ProblemCount() == 0 && r != nil && r.By == by && r.On == on && r.SHA256 == digest
}

func withReview(file *yamlwalk.File, root *yamlwalk.Node, by string, on patient.Day, digest string) ([]byte, bool) {
	review := yamlwalk.ValueOf(root, reviewKey)
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
		n := yamlwalk.ValueOf(review, one.key)
		if n != nil {
			from, to, ok := file.Extent(n)
			if !ok {
				return nil, false
			}
			edits = append(edits, edit{from, to, one.text})
			continue
		}
		_, to, ok := file.Extent(yamlwalk.ValueOf(review, "on")) // sha256 alone may be missing
		if !ok {
			return nil, false
		}
		text := ", sha256: " + digest
		if !yamlwalk.IsFlow(review) {
			text = "\n" + strings.Repeat(" ", review.Column-1) + "sha256: " + digest
		}
		edits = append(edits, edit{to, to, text})
	}
	slices.SortFunc(edits, func(a, b edit) int { return a.from - b.from })
	var text []byte
	done := 0 // bytes of the file
	for _, e := range edits {
		text = append(append(text, file.Data[done:e.from]...), e.text...)
		done = e.to
	}
	return append(text, file.Data[done:]...), true
}
