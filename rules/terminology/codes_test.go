// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"bufio"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
)

func TestCheckCode(t *testing.T) {
	tests := []struct{ system, good, bad string }{
		{
			"snomed", "86406008 89155008 70995007 128302006 165816005 735938006 999000011000000103 731000124108 900000000000207008 404684003",
			"86406009 8640600 12345 086406008 8640600x 1000000000000000000 73211009-1 680946014 116680003x 2148514019",
		},
		{
			"loinc", "718-7 2160-0 38483-4 20447-9 33914-3 4548-4 LA6576-8 LP14559-6 LG33055-1 100000-9 8302-2",
			"718-8 718 7187 -7 718-77 0718-7 la6576-8 12345678-0 LA-8 718-x",
		},
		{"rxnorm", "121191 5 12345678 1657862", "123456789 0121191 12a 1.5"},
		{
			"icd10cm", "B20 b20 M34.81 M3481 O98.711 O98711 S72.001A C4A.0 Z3A.01 U07.1 T36.0X1A",
			"B2 B20. B.20 20B BB0 B20-B24 S72.001AB 250.00 B20.1.1 E11* †B20 B18,1",
		},
		{"icd10", "B20 A00.0 U07.1", "042 B2"},
		{
			"icd9cm", "042 250.00 25000 V58.6 V5869 E933.1 E9331 99.25 710.1 v58",
			"42 25 250.000 250. V5 E93 E933.12 B20 2.50 99.253 E11.9",
		},
		{"atc", "L04AB02 L04AB L04A L04 L L01FA01", "L4AB02 L04AB0 L0 l04ab02 X04 L04AB022 L04ABX2"},
		{
			"ndc", "0069-2587-10 50242-051-21 57894-0030-01 57894-030-01 12345-1234-1 57894003001",
			"5789403001 57894-003001 57894-30-01 57894--01 0069-2587 57894-030-01-1 1234567890x",
		},
		{"cvx", "08 8 140 999", "1400 flu -1"},
		{"ucum", "", "mg"},
		{"icd10gm", "I50.14 I50 I50.- I50.1- I5014 U07.1! A17.0† G01* i50.9 E10.90+", "I50.9G I50.141 I50. I5 150.9 I50.9Q O5O.1"},
		{"icd10at", "I50.1 U07.1", "I50.9G"},
		{"icd10ca", "I50.0 E11.3390 A17.0† G01*", "I50. I5"},
		{"icd10uk", "I10X A17.0D G01XA", "I1"},
		{"icd10se", "I48.9B E11.9", "I"},
		{"icd10dk", "DI509 DD509 D509 DC509A I509", "KNAC40 DI5 BFHC"},
		{"icd10pcs", "021009W 0DTJ4ZZ xw033e5", "021009 0210O9W 021009WW"},
		{"icd9proc", "36.12 3612 36.1 36 00.66", "3 36.123 V36 36."},
		{"ops", "5-470.11 8-98f.0 5-98c.0 5-470 5-47 8-543 8543 5-399.x 3-05d", "5-470.111 2-470 5-4 A-470 5- 5-470."},
		{"cpt", "33510 0001A 0075T 0001u", "3351 S2205 33510-59"},
		{"hcpcs", "S2205 J9312 a4206 33510", "W0001 J93 JJ001"},
		{"pzn", "04855419 4855419 08585997 PZN-08585997 PZN04855419", "04855418 485541 048554190 PZN"},
		{"dmd", "387086006", "387086007"},
		{"unii", "46627O600J 362O9ITL9D", "46627O600 46627-O600"},
	}
	for _, test := range tests {
		for code := range strings.FieldsSeq(test.good) {
			if err := CheckCode(test.system, code); err != nil {
				t.Errorf("%s: %v", test.system, err)
			}
		}
		for _, code := range append(strings.Fields(test.bad), "") {
			if err := CheckCode(test.system, code); err == nil || errors.Is(err, ErrUnknownSystem) {
				t.Errorf("%s %q: got %v, want an error about its shape", test.system, code, err)
			}
		}
	}
	if err := CheckCode("snomed", " 86406008\n"); err != nil {
		t.Error(err)
	}
	for _, system := range []string{"", "http://hospital.org", "SNOMED"} {
		if err := CheckCode(system, "X"); !errors.Is(err, ErrUnknownSystem) {
			t.Errorf("%q: %v", system, err)
		}
	}
	if got := CheckCode("snomed", "86406009").Error(); got != `"86406009" is not a SNOMED CT code: its check digit is wrong` {
		t.Error(got)
	}
}

func TestCheckPattern(t *testing.T) {
	for _, p := range []string{
		"icd10cm O98.7*", "icd10cm O987*", "icd10cm I1*", "icd10cm M34*", "icd10cm M34.*", "icd10cm b20",
		"icd9cm 250*", "icd9cm V*", "icd9cm E93*", "icd9cm 99.2*", "atc L04A*", "atc L04AB0*", "ndc 57894*", "snomed 86406008",
	} {
		system, pattern, _ := strings.Cut(p, " ")
		if err := CheckPattern(system, pattern); err != nil {
			t.Errorf("%s: %v", p, err)
		}
	}
	for _, p := range []string{
		"icd10cm *", "icd10cm O9*8*", "icd10cm 98*", "icd10cm I1.*", "icd10cm .*", "icd9cm E1.*", "atc LL*", "atc l04*",
		"ndc 57894-0*", "snomed 8640*", "loinc 71*", "rxnorm 1*", "cvx 1*", "ucum m*",
	} {
		system, pattern, _ := strings.Cut(p, " ")
		if err := CheckPattern(system, pattern); err == nil || errors.Is(err, ErrUnknownSystem) {
			t.Errorf("%s: got %v, want an error", p, err)
		}
	}
	if err := CheckPattern("http://hospital.org", "A*"); !errors.Is(err, ErrUnknownSystem) {
		t.Error(err)
	}
}

func TestNormalNDC(t *testing.T) {
	for in, want := range map[string]string{
		"0069-2587-10": "00069258710", "50242-051-21": "50242005121", "12345-1234-1": "12345123401",
		"57894-0030-01": "57894003001", "57894003001": "57894003001", "57894": "57894",
	} {
		if got := string(normalNDC(nil, in)); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

// TestCheckCodeOnReleases checks the codes that the terminologies' own
// publishers released: each must be well-formed.
func TestCheckCodeOnReleases(t *testing.T) {
	for file, system := range map[string]string{
		"terminology/icd10cm-codes-2021.tsv.gz": "icd10cm", "terminology/snomed-gps-codes.tsv.gz": "snomed",
		"terminology/immunology-drugs-rxnorm.tsv": "rxnorm",
	} {
		n := 0
		for line := range sharedLines(t, file) {
			code, _, _ := strings.Cut(line, "\t")
			if n++; n == 1 {
				continue // the header
			}
			if err := CheckCode(system, code); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
		if n < 200 {
			t.Errorf("%s has %d lines", file, n)
		}
	}
}

// sharedLines yields the lines of a file of the shared test data, and skips
// the test where there are none.
func sharedLines(t testing.TB, file string) func(func(string) bool) {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "shared/data", file)); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Skip("no ../shared/data (real public data)")
		}
	}
	return func(yield func(string) bool) {
		f, err := os.Open(filepath.Join(dir, "shared/data", file))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		if strings.HasSuffix(file, ".gz") {
			z, err := gzip.NewReader(f)
			if err != nil {
				t.Fatal(err)
			}
			lines = bufio.NewScanner(z)
		}
		lines.Buffer(nil, 1<<20)
		for lines.Scan() && yield(lines.Text()) {
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEveryKnownSystemIsChecked: the systems that patient knows by name are those whose codes can be checked.
func TestEveryKnownSystemIsChecked(t *testing.T) {
	var names []string
	for _, s := range codeSystems {
		names = append(names, s.name)
		if s.national != patient.NationalICD10(s.name) {
			t.Errorf("%s: national ICD-10 %v", s.name, s.national)
		}
		for _, alike := range s.alike {
			if systemNamed(alike) == nil {
				t.Errorf("%s is like %s, which is not known", s.name, alike)
			}
		}
	}
	known := patient.KnownSystems()
	slices.Sort(names)
	slices.Sort(known)
	if !slices.Equal(names, known) {
		t.Errorf("checked %v, known %v", names, known)
	}
}
