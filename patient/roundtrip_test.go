// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"bytes"
	jsonv1 "encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"
)

func goodProfiles(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/profiles/*.json")
	if err != nil || len(files) < 3 {
		t.Fatalf("profiles: %q, %v", files, err)
	}
	all := make(map[string][]byte)
	for _, f := range files {
		doc, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(f)] = doc
	}
	return all
}

func mustDecode(t testing.TB, doc []byte) *Profile {
	t.Helper()
	p, err := DecodeBytes(doc)
	if err != nil {
		t.Fatalf("%s\n%v", doc, err)
	}
	return p
}

func TestProfilesSurviveTheRoundTrip(t *testing.T) {
	for name, doc := range goodProfiles(t) {
		t.Run(name, func(t *testing.T) {
			p := mustDecode(t, doc)
			canonical, err := p.JSON()
			if err != nil {
				t.Fatal(err)
			}
			again := mustDecode(t, canonical)
			if !reflect.DeepEqual(p, again) {
				t.Errorf("read again, it is\n%+v\nand was\n%+v", again, p)
			}
			if p.SHA256() != again.SHA256() {
				t.Error("the digest changes though the profile does not")
			}
		})
	}
}

// The tables read and write what the struct tags say to any JSON library.
func TestTablesReadAndWriteLikeTheStructTags(t *testing.T) {
	for name, doc := range goodProfiles(t) {
		t.Run(name, func(t *testing.T) {
			p := mustDecode(t, doc)
			byTags := new(Profile)
			if err := json.Unmarshal(doc, byTags, json.RejectUnknownMembers(true)); err != nil {
				t.Fatal(err)
			}
			byTags.sha256 = p.sha256
			if !reflect.DeepEqual(p, byTags) {
				t.Errorf("read by table\n%+v\nread by tags\n%+v", p, byTags)
			}
			canonical, err := p.JSON()
			if err != nil {
				t.Fatal(err)
			}
			want, err := json.Marshal(p, json.Deterministic(true))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(canonical, want) {
				t.Errorf("written by table\n%s\nwritten by tags\n%s", canonical, want)
			}
			old, err := jsonv1.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			if got := mustDecode(t, old); !reflect.DeepEqual(p, got) {
				t.Errorf("encoding/json wrote %s", old)
			}
		})
	}
}

func TestDomainNotSuppliedIsNotAnEmptyOne(t *testing.T) {
	for _, d := range Domains() {
		absent := mustDecode(t, []byte(`{"id":"p"}`))
		empty := mustDecode(t, []byte(`{"id":"p","`+string(d)+`":[]}`))
		if absent.Supplied(d) || !empty.Supplied(d) {
			t.Errorf("%s: left out is supplied: %v; [] is supplied: %v", d, absent.Supplied(d), empty.Supplied(d))
		}
		if absent.SHA256() == empty.SHA256() {
			t.Errorf("%s: left out and [] have one digest", d)
		}
		canonical, err := empty.JSON()
		if err != nil || !mustDecode(t, canonical).Supplied(d) {
			t.Errorf("%s: supplied and empty does not survive %s (%v)", d, canonical, err)
		}
		if !absent.MarkSupplied(d) || !absent.Supplied(d) {
			t.Errorf("%s cannot be marked as supplied", d)
		}
	}
}

func TestNumbersKeepTheirDigits(t *testing.T) {
	for _, n := range []string{"0", "7.50", "-0.00", "1e2", "1E-30", "999999999999999999999999999999", "0.1234567890123456789", "0e5", "9.99e29"} {
		p := mustDecode(t, []byte(`{"id":"p","observations":[{"value":{"quantity":{"value":`+n+`}}}]}`))
		got := p.Observations[0].Value.Quantity.Value
		if want := MustDecimal(n); got.String() != want.String() {
			t.Errorf("%s is read as %s", n, got)
		}
		canonical, err := p.JSON()
		if err != nil || !strings.Contains(string(canonical), `"value":`+got.String()+"}") {
			t.Errorf("%s is written as %s (%v)", n, canonical, err)
		}
		mustDecode(t, canonical)
	}
}

// Units and code systems are shared between entries where they are the same,
// and only there.
func TestUnitsAndSystemsAreNotMixedUp(t *testing.T) {
	want := &Profile{ID: "p", Observations: []Observation{}}
	for a := 'a'; a <= 'z'; a++ {
		for b := 'a'; b <= 'z'; b++ {
			unit := string([]rune{a, 'm', 'm', b})
			want.Observations = append(want.Observations, Observation{
				Fact:  Fact{Codes: []Coding{{System: "urn:" + unit, Code: unit}}},
				Value: Value{Quantity: &Quantity{Unit: unit}},
			})
		}
	}
	doc, err := want.JSON()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got := mustDecode(t, doc); want.Validate() != nil || !reflect.DeepEqual(got, want) {
			t.Error("a unit or code system was read as another")
		}
	}
}

func TestDigestIsThatOfTheCanonicalJSON(t *testing.T) {
	p := mustDecode(t, []byte(` {"sex" : "male", "id":"invented"} `))
	// printf '{"id":"invented","sex":"male"}' | sha256sum
	const want = "e771789658f807d41c66f38b2339c3f75fa5e4bef8aea15bd19a4b5315a51562"
	if p.SHA256() != want {
		t.Errorf("digest is %s", p.SHA256())
	}
	if other := (&Profile{ID: "invented", Sex: Male}); other.Validated() || other.SHA256() != want || other.Validated() {
		t.Error("a profile that was not validated has another digest, or is changed by asking for it")
	}
}

func TestValidateAgainAfterAChange(t *testing.T) {
	p := mustDecode(t, []byte(`{"id":"p"}`))
	before := p.SHA256()
	p.Sex = Male
	if err := p.Validate(); err != nil || p.SHA256() == before {
		t.Errorf("the digest is still that from before the change (%v)", err)
	}
	p.Sex = "man"
	if err := p.Validate(); err == nil || p.Validated() {
		t.Error("a profile that fails counts as validated")
	}
}

// Run with -race: what is read at the same time shares nothing that is written.
func TestProfilesMayBeDecodedAndReadAtTheSameTime(t *testing.T) {
	doc := goodProfiles(t)["full.json"]
	want := mustDecode(t, doc)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				got, err := DecodeBytes(doc)
				if err != nil || !reflect.DeepEqual(got, want) || got.computeDigest() != want.computeDigest() {
					t.Error("a profile differs when others are decoded at the same time")
				}
			}
		})
	}
	wg.Wait()
}

// What is handed out must not change when the text is used again.
func TestDecodeKeepsNothingOfTheText(t *testing.T) {
	doc := goodProfiles(t)["full.json"]
	p, want := mustDecode(t, doc), mustDecode(t, bytes.Clone(doc))
	for i := range doc {
		doc[i] = '#'
	}
	if !reflect.DeepEqual(p, want) {
		t.Error("the profile changed with the text that it was read from")
	}
}
