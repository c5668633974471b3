// SPDX-License-Identifier: Apache-2.0

package lexicon_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

func build(t *testing.T, add func(b *lexicon.Builder)) *lexicon.Lexicon {
	t.Helper()
	b := lexicon.NewBuilder([]byte(`{"name":"test"}`))
	add(b)
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	l, err := lexicon.Open(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func heart(b *lexicon.Builder) {
	b.AddName("icd10cm", "I50.9", lexicon.Diagnosis, lexicon.Label, 0, true, "Heart failure, unspecified")
	b.AddName("icd10cm", "I50", lexicon.Diagnosis, lexicon.Label, 0, true, "Heart failure")
	b.AddName("do", "DOID:6000", lexicon.Diagnosis, lexicon.Label, 0, true, "congestive heart failure")
	b.AddName("do", "DOID:6000", lexicon.Diagnosis, lexicon.Exact, 0, true, "Cardiac Failure, Congestive")
	b.AddName("do", "DOID:114", lexicon.Diagnosis, lexicon.Label, 0, true, "heart disease")
	b.AddName("do", "DOID:1612", lexicon.Diagnosis, lexicon.Label, 0, true, "breast cancer")
	b.Relate("do", "DOID:6000", lexicon.Parent, "do", "DOID:114")
	b.Relate("do", "DOID:6000", lexicon.MapsTo, "icd10cm", "I50.9")
	b.AddName("ingredient", "adalimumab", lexicon.Medicine, lexicon.Brand, lexicon.IsEveryday, true, "Humira Pen")
}

func codes(entries []lexicon.Match) (list []string) {
	for _, e := range entries {
		list = append(list, e.Code())
	}
	return list
}

func TestLookupComparesStemsInAnyOrder(t *testing.T) {
	l := build(t, heart)
	for text, want := range map[string][]string{
		"Failure of the heart":       {"I50"},
		"congestive cardiac failure": {"DOID:6000"},
		"Malignant neoplasm, breast": {"DOID:1612"},
		"heart":                      nil,
		"lung failure":               nil,
		"":                           nil,
	} {
		if got := codes(l.Lookup(nil, lexicon.Diagnosis, lexicon.Stems(text))); !slices.Equal(got, want) {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
}

func TestMedicinesAreComparedInOrder(t *testing.T) {
	l := build(t, heart)
	got := l.Lookup(nil, lexicon.Medicine, lexicon.Words("HUMIRA pen"))
	if len(got) != 1 || got[0].Code() != "adalimumab" || got[0].Kind != lexicon.Brand || got[0].Marks != lexicon.IsEveryday {
		t.Errorf("got %v", got)
	}
	if got := l.Lookup(nil, lexicon.Medicine, lexicon.Words("pen humira")); len(got) != 0 {
		t.Errorf("the words of a medicine were taken in another order: %v", codes(got))
	}
}

func TestRelationsHaveInverses(t *testing.T) {
	l := build(t, heart)
	related := func(system, code string, r lexicon.Relation) (list []string) {
		e, ok := l.Find(system, code)
		if !ok {
			t.Fatalf("%s %s is missing", system, code)
		}
		for x := range e.Related(r) {
			list = append(list, x.System()+" "+x.Code())
		}
		return list
	}
	if got := related("do", "DOID:114", lexicon.Child); !slices.Equal(got, []string{"do DOID:6000"}) {
		t.Errorf("children are %v", got)
	}
	if got := related("do", "DOID:6000", lexicon.Parent); !slices.Equal(got, []string{"do DOID:114"}) {
		t.Errorf("parents are %v", got)
	}
	if got := related("icd10cm", "I50.9", lexicon.MappedFrom); !slices.Equal(got, []string{"do DOID:6000"}) {
		t.Errorf("what it classifies is %v", got)
	}
}

func TestPrefixed(t *testing.T) {
	l := build(t, heart)
	var got []string
	for e := range l.Prefixed("icd10cm", "I50") {
		got = append(got, e.Code()+" "+e.Label())
	}
	if want := []string{"I50 heart failure", "I50.9 heart failure unspecified"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCountIsByStem(t *testing.T) {
	l := build(t, heart)
	if n := l.Count(lexicon.Diagnosis, lexicon.Stem("cardiac")); n != 4 {
		t.Errorf("cardiac, which is heart, stands in %d names, want 4", n)
	}
	if n := l.Count(lexicon.Medicine, "heart"); n != 0 {
		t.Errorf("heart stands in %d names of medicines", n)
	}
}

func TestOpenRefusesDamagedBytes(t *testing.T) {
	b := lexicon.NewBuilder(nil)
	heart(b)
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"empty":         nil,
		"another file":  []byte("PK\x03\x04 and so on, a zip file or what else one may give it for a terminology"),
		"cut":           out.Bytes()[:out.Len()-10],
		"other version": slices.Concat(out.Bytes()[:12], []byte{99, 0, 0, 0}, out.Bytes()[16:]),
	} {
		if _, err := lexicon.Open(data); !errors.Is(err, lexicon.ErrFormat) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
}

func TestStems(t *testing.T) {
	for text, want := range map[string]string{
		"Hepatitis A":                           "hepatitis a",
		"hepatitis a virus infection":           "hepatitis a virus infection",
		"Fracture of a rib":                     "fracture rib",
		"Anaemia due to chronic renal diseases": "anemia chronic kidney disease",
		"Crohn’s disease":                       "crohn disease",
		"Heart failure (disorder)":              "heart failure",
		"Œdème aigu":                            "œdeme aigu",
		"HIV+":                                  "hiv+",
		"cancers of the colon":                  "malignant neoplasm colon",
		"type 2 diabetes":                       "type 2 diabete",
	} {
		got := ""
		for i, s := range lexicon.Stems(text) {
			if i > 0 {
				got += " "
			}
			got += s
		}
		if got != want {
			t.Errorf("%q has the stems %q, want %q", text, got, want)
		}
	}
}
