// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/rules/ctgov/internal/prose"
)

// slugStopWords are left out of the name of a criterion.
var slugStopWords = prose.WordSet("the a an of to in for with and or is are be been was were have has had must should will may can who whom whose which that this these those " +
	"at by on any all as if from into than their his her patient patients subject subjects participant participants individuals people person persons " +
	"study trial following eg ie etc not")

// notText are words that YAML does not parse as texts.
var notText = prose.WordSet("null true false yes no on off y n")

// Limits of the name of a criterion.
const (
	slugWords  = 5
	slugLength = 48 // bytes
)

// criterionSlug makes the name of a criterion of the first words of its quote.
func criterionSlug(quote string) string {
	var parts []string
	length := 0
	for _, w := range words.FindAllString(quote, -1) {
		w = strings.Map(func(c rune) rune {
			if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
				return c
			}
			return -1
		}, strings.ToLower(w))
		if w == "" || slugStopWords[w] {
			continue
		}
		if length+len(w) > slugLength {
			break
		}
		parts = append(parts, w)
		if length += len(w) + 1; len(parts) == slugWords {
			break
		}
	}
	s := strings.Join(parts, "-")
	if s == "" || s[0] < 'a' || s[0] > 'z' || notText[s] {
		s = strings.TrimSuffix("criterion-"+s, "-")
	}
	return s
}

// uniqueName gives a name that is not taken, and adds it to the taken ones.
func uniqueName(name, joint string, taken map[string]bool) string {
	one := name
	for n := 2; taken[one]; n++ {
		one = name + joint + strconv.Itoa(n)
	}
	taken[one] = true
	return one
}
