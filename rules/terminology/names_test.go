// SPDX-License-Identifier: Apache-2.0

package terminology

import "testing"

func TestAppendWords(t *testing.T) {
	for in, want := range map[string]string{
		"":                                   "",
		" -- ":                               "",
		"HIV infection":                      "hiv infection",
		"HIV   infection (disorder) ":        "hiv infection",
		"Chemotherapy (regime/therapy)":      "chemotherapy",
		"Penicillin ( Substance )":           "penicillin",
		"Hepatitis B (disorder)\u200b":       "hepatitis b",
		"(disorder)":                         "",
		"HIV (carrier)":                      "hiv carrier",
		"Disorder (disorder) of lung":        "disorder disorder of lung",
		"[Mass/\u200bvolume]":                "mass volume",
		"hy\u00adper\u2060tension":           "hypertension",
		"Crohn's disease":                    "crohn disease",
		"Crohn\u2019s disease":               "crohn disease",
		"Crohn\u00b4s":                       "crohn",
		"patients' 'self'":                   "patients self",
		"O'Sullivan test":                    "o sullivan test",
		"Sjögren":                            "sjogren",
		"SJO\u0308GREN":                      "sjogren",
		"Ménière’s disease":                  "meniere disease",
		"ＨＩＶ－１":                              "hiv 1",
		"CD4⁺ count, x10³/µL":                "cd 4 count x 103 μl",
		"infliximab 100 MG [Remicade]":       "infliximab 100 mg remicade",
		"rituximab-abbs":                     "rituximab abbs",
		"0.4 ML 125MG/ML":                    "0 4 ml 125 mg ml",
		"ВИЧ-инфекция":                       "вич инфекция",
		"non\u00a0breaking\tspace\nand_line": "non breaking space and line",
		"bad \xff bytes":                     "bad bytes",
	} {
		if got := string(appendWords([]byte("x "), in)); got != "x "+want {
			t.Errorf("%q: got %q, want %q", in, got[2:], want)
		}
	}
}

// FuzzAppendWords: words of words are the same words, but for what looks like
// a tag or a possessive only without its punctuation.
func FuzzAppendWords(f *testing.F) {
	f.Add("HIV infection (disorder)")
	f.Add("Sjo\u0308gren\u2019s \u200b")
	f.Fuzz(func(t *testing.T, text string) {
		once := string(appendWords(nil, text))
		if twice := string(appendWords(nil, once)); twice != once {
			t.Errorf("%q: %q, then %q", text, once, twice)
		}
	})
}
