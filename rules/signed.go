// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

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

// review reads who has reviewed the study.
func (w *walker) review(n *yamlwalk.Node) *Review {
	if n == nil {
		return nil
	}
	f := w.Object(n, "review", "by!", "on!", "sha256")
	r := &Review{By: f.Line("by"), SHA256: f.Line("sha256"), Pos: w.File.PositionOf(n)}
	if on := f.Line("on"); on != "" {
		day, err := patient.ParseDay(on)
		if err != nil {
			w.AddError(f.Node("on"), "%s is not a day; write it as YYYY-MM-DD", yamlwalk.Quote(on))
		}
		r.On = day
	}
	if r.SHA256 != "" && !digestPattern.MatchString(r.SHA256) {
		w.AddError(f.Node("sha256"), "sha256 is 64 hex digits; \"eligo check\" prints the ones to write, and \"eligo check --sign NAME\" writes them")
	}
	return r
}

// digest is the [Study.Digest] of a study.
func (s *Study) digest(root *yamlwalk.Node) string {
	h := sha256.New()
	fmt.Fprintln(h, "eligo.review/1")
	hashNode(h, root, true)
	var concepts []*terminology.Concept
	seen := map[*terminology.Concept]bool{}
	var visit func(list []*terminology.Concept)
	visit = func(list []*terminology.Concept) {
		for _, c := range list {
			if !seen[c] {
				seen[c] = true
				concepts = append(concepts, c)
				visit(c.Any)
			}
		}
	}
	visit(s.reads)
	for i := range s.Criteria {
		visit(s.Criteria[i].Show)
	}
	slices.SortFunc(concepts, func(a, b *terminology.Concept) int { return strings.Compare(a.Name, b.Name) })
	for _, c := range concepts {
		hashConcept(h, c)
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
