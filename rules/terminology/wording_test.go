// SPDX-License-Identifier: Apache-2.0

package terminology

import "testing"

func TestFoldWording(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "",
		" -- ":                         "",
		"(disorder)":                   "",
		"HIV   infection (disorder) ":  "hiv infection",
		"Hepatitis B (disorder)\u200b": "hepatitis b",
		"HIV (carrier)":                "hiv carrier",
		"Crohn\u2019s disease":         "crohns disease",
		"infliximab 100 MG [Remicade]": "infliximab 100 mg remicade",
		"Infliximab100mg":              "infliximab 100 mg",
		"0.4 ML 125MG/ML":              "0 4 ml 125 mg ml",
		"ВИЧ-инфекция":                 "вич инфекция",
		"N/A":                          "n a",
		"Unknown (qualifier value)":    "unknown",
	} {
		if got := FoldWording(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// FuzzFoldWording: the form of the form is the form.
func FuzzFoldWording(f *testing.F) {
	f.Add("HIV infection (disorder)")
	f.Add("Sjo\u0308gren\u2019s \u200b")
	f.Fuzz(func(t *testing.T, text string) {
		once := FoldWording(text)
		if twice := FoldWording(once); twice != once {
			t.Errorf("%q: %q, then %q", text, once, twice)
		}
	})
}
