// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// SiteLine is one statement of a site: what a code or wording of its records is. It says
// nothing about other codes and wordings.
//
// A line with a code and a wording is about facts that have both. One with a code alone
// is about the code whatever the words are, and one with a wording alone about the wording
// whatever the codes are. Wordings are compared whole, without regard to case, accents and
// punctuation.
type SiteLine struct {
	Domain  patient.Domain // "" is every domain
	System  string         // short name or URL; "" for codes of no system
	Code    string
	Wording string
	Is      SiteMeaning
}

// SiteMeaning is what a site says that a code or wording is: one of a code, a concept or
// none of some concepts.
type SiteMeaning struct {
	// System is the short name of a known system, of which Code is a well-formed code: the
	// fact is read as one with that code.
	System, Code string
	// Concept is the concept that the fact is. It is known by its name: a study's own
	// concept of that name is meant where there is one. The fact is none of the
	// other concepts, but those that its codes or names may be.
	Concept *Concept
	// NoneOf are names of concepts. If neither Code nor Concept is given the fact is none
	// of these nor of their members; if there are none, it is no concept at all.
	NoneOf []string
}

// key is the meaning in one text: equal meanings have equal keys.
func (m *SiteMeaning) key() string {
	switch {
	case m.Code != "":
		return m.System + ":" + NormalCode(m.System, m.Code)
	case m.Concept != nil:
		return m.Concept.Name
	}
	return strings.Join(slices.Sorted(slices.Values(m.NoneOf)), "\n")
}

// SiteList is what a site says about its codes and wordings. It is immutable.
type SiteList struct {
	// Files are the files that hold the lines, in order.
	Files []SiteFile
	lines map[siteKey]*SiteLine
}

// SiteFile is a file of a site's list.
type SiteFile struct {
	Name    string `json:"name"`    // without the folders around it
	SHA256  string `json:"sha256"`  // hex digest of its bytes
	Lines   int    `json:"lines"`   // that say what a code or wording is
	Skipped int    `json:"skipped"` // whose cell is empty
}

// siteKey is what a line is about: the domain, the short name or URL of the system, the
// code in the form that codes are compared in, and the words of the wording.
type siteKey struct {
	domain                patient.Domain
	system, code, wording string
}

func (l *SiteLine) key() siteKey {
	system := patient.SystemName(strings.TrimSpace(l.System))
	return siteKey{l.Domain, system, NormalCode(system, l.Code), FoldWording(l.Wording)}
}

// NewSiteList makes a list of lines, each with a code or a wording that has a letter or digit.
// Earlier gives, for each line that says something else than an earlier one about the
// same code and wording, the index of that earlier one, which counts.
func NewSiteList(lines []SiteLine) (list *SiteList, earlier map[int]int) {
	list, earlier = &SiteList{lines: map[siteKey]*SiteLine{}}, map[int]int{}
	about := map[siteKey][]int{} // lines by what they are about, in any domain
	for i := range lines {
		key := lines[i].key()
		anywhere := key
		anywhere.domain = ""
		for _, first := range about[anywhere] {
			if o := &lines[first]; (o.Domain == key.domain || o.Domain == "" || key.domain == "") && o.Is.key() != lines[i].Is.key() {
				earlier[i] = first
				break
			}
		}
		if _, contradicts := earlier[i]; contradicts {
			continue
		}
		about[anywhere] = append(about[anywhere], i)
		line := lines[i]
		list.lines[key] = &line
	}
	return list, earlier
}
