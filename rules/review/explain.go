// SPDX-License-Identifier: Apache-2.0

package review

import (
	"embed"
	"slices"
)

// pages explain the findings, one page each, with a study that has it and the
// same study mended. A test checks both.
//
//go:embed explain/*.md
var pages embed.FS

// ExplainCode gives the page about a kind of finding, as Markdown; false if there
// is no such kind.
func ExplainCode(code string) (string, bool) {
	if !slices.ContainsFunc(codes, func(c Code) bool { return c.Name == code }) {
		return "", false
	}
	page, err := pages.ReadFile("explain/" + code + ".md")
	return string(page), err == nil
}
