// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// noResult finds components that are no result of a test or measurement: questions of
// surveys, documents, panels, imaging orders, administration, leads of an ECG.
var noResult = regexp.MustCompile(`(?i)\bpanel\b|\bnotes?\b|^guidance|\bviews?\b|^multisection|\.lead |(long|short|encounter|version|definition|completing) form\b|\bform (version|definition|attachment)|\bsection\b|` +
	`\b(my|your|you|i'm|he|she|his|her|they|their|patient|resident|child|person)('s)?\b|\bdo(es)?\b|\bdid\b|\bhow\b|\bwhat\b|` +
	`^i |\b(when|that|if|what|because) i\b|promis|oasis|mds v|\bcda\b|phenx|survey|questionnaire|document|narrative|interview|scale|score|goal|assessment|attachment|` +
	`\bname\b|address|\bdate\b|minutes\^|therapy|\bplan\b|report|education|history|summary|consult|evaluation|frequency|reason|` +
	`functional ability|abilities|^ability|insurance|number of|\bstatus\b|\bcare\b|self-|activities|physical activity|activity level|information|identifier|intake|device|exposure|type of|employ|` +
	`occupation|school|language|religio|caregiver|caused|health|walking|\bhelp\b|feeling|anger|fear|pain\b|sleep|sexual|smok|tobacco|` +
	`drink|treatment|surgery|surgical|procedure|finding|study observation|of observation|pronounce|vendor|facility|participant|service comment`)

// longestComponent is the number of words beyond which a component is a question.
const longestComponent = 8

// addLaboratory adds codes of LOINC with what they measure and, of the commonest, their
// names, the kind of quantity and the specimen.
func (b *builder) addLaboratory() error {
	rows, err := b.read("lexicon/loinc-common.tsv", "loinc")
	if err != nil {
		return err
	}
	kept := map[string]bool{} // codes, and components that our list names
	for _, r := range rows {
		kept[r[0]] = true
	}
	if rows, err = readOwn("tests.tsv", "component"); err != nil {
		return err
	}
	for _, r := range rows {
		kept[r[0]] = true
	}
	if rows, err = b.read("lexicon/loinc-components.tsv", "loinc", "component"); err != nil {
		return err
	}
	for _, r := range rows {
		if kept[r[0]] || kept[r[1]] || !noResult.MatchString(r[1]) && len(strings.Fields(r[1])) <= longestComponent {
			b.addComponent(r[0], r[1])
		}
	}
	if rows, err = b.read("lexicon/loinc-common.tsv", "loinc", "component", "long_common_name", "property", "specimen", "local_names"); err != nil {
		return err
	}
	for _, r := range rows {
		if !b.Has("loinc", r[0]) && r[1] != "" {
			b.addComponent(r[0], r[1])
		}
		b.AddName("loinc", r[0], lexicon.Laboratory, lexicon.Label, 0, true, r[2])
		for name := range strings.SplitSeq(r[5], "|") {
			b.AddName("loinc", r[0], lexicon.Laboratory, lexicon.Exact, 0, true, name)
		}
		if r[3] != "" {
			b.Relate("loinc", r[0], lexicon.Parent, "property", r[3])
		}
		if r[4] != "" {
			b.Relate("loinc", r[0], lexicon.Parent, "specimen", r[4])
		}
	}
	return b.addOwnTests()
}

// addOwnTests adds short and foreign names of what tests measure.
func (b *builder) addOwnTests() error {
	rows, err := readOwn("tests.tsv", "name", "component")
	if err != nil {
		return err
	}
	for _, r := range rows {
		if !b.Has("component", r[1]) {
			return fmt.Errorf("own/tests.tsv: the component %q is not known", r[1])
		}
		b.AddName("component", r[1], lexicon.Laboratory, lexicon.Exact, 0, true, r[0])
	}
	return nil
}

func (b *builder) addComponent(code, component string) {
	b.Relate("loinc", code, lexicon.Parent, "component", component)
	b.AddName("component", component, lexicon.Laboratory, lexicon.Label, 0, true, component)
}
