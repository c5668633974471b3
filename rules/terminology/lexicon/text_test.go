// SPDX-License-Identifier: Apache-2.0

package lexicon_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// TestWords: words are compared without case, accents, punctuation, invisible characters
// and the typist's choice of apostrophe.
func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "",
		" -- ":                               "",
		"HIV   infection":                    "hiv infection",
		"[Mass/\u200bvolume]":                "mass volume",
		"hy\u00adper\u2060tension":           "hypertension",
		"Crohn's disease":                    "crohns disease",
		"Crohn\u2019s disease":               "crohns disease",
		"Crohn\u00b4s":                       "crohns",
		"Sjögren":                            "sjogren",
		"SJO\u0308GREN":                      "sjogren",
		"Ménière’s disease":                  "menieres disease",
		"Großzehe":                           "grosszehe",
		"ＨＩＶ－１":                              "hiv 1",
		"CD4⁺ count, x10³/µL":                "cd4 count x103 μl",
		"infliximab 100 MG [Remicade]":       "infliximab 100 mg remicade",
		"rituximab-abbs":                     "rituximab abbs",
		"0.4 ML 125MG/ML":                    "0 4 ml 125mg ml",
		"ВИЧ-инфекция":                       "вич инфекция",
		"non\u00a0breaking\tspace\nand_line": "non breaking space and line",
		"bad \xff bytes":                     "bad bytes",
	} {
		if got := strings.Join(lexicon.Words(text), " "); got != want {
			t.Errorf("%q has the words %q, want %q", text, got, want)
		}
	}
}

func TestCutTag(t *testing.T) {
	for text, want := range map[string][2]string{
		"HIV infection (disorder) ":        {"HIV infection", "disorder"},
		"Chemotherapy (regime/therapy)":    {"Chemotherapy", "regime/therapy"},
		"Penicillin ( Substance )":         {"Penicillin", "substance"},
		"(disorder)":                       {"", "disorder"},
		"HIV (carrier)":                    {"HIV (carrier)", ""},
		"Disorder (disorder) of lung":      {"Disorder (disorder) of lung", ""},
		"disorder)":                        {"disorder)", ""},
		"Acute pain (finding) (situation)": {"Acute pain (finding)", "situation"},
	} {
		if name, tag := lexicon.CutTag(text); name != want[0] || tag != want[1] {
			t.Errorf("%q is %q and the tag %q, want %q", text, name, tag, want)
		}
	}
}

// FuzzWords: words of words are the same words.
func FuzzWords(f *testing.F) {
	f.Add("HIV infection (disorder)")
	f.Add("\u0149") // it comes apart into an apostrophe and n
	f.Add("Sjo\u0308gren\u2019s \u200b")
	f.Fuzz(func(t *testing.T, text string) {
		once := lexicon.Words(text)
		if twice := lexicon.Words(strings.Join(once, " ")); !slices.Equal(twice, once) {
			t.Errorf("%q: %q, then %q", text, once, twice)
		}
	})
}
