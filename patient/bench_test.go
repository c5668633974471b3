// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

// invented writes a profile of a person who does not exist, with the given
// number of facts: one in five a condition, one in five a medication, the rest
// laboratory results with a reference range.
func invented(facts int) []byte {
	var b strings.Builder
	list := func(name string, n int, entry string) {
		fmt.Fprintf(&b, `,%q:[`, name)
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, entry, i)
		}
		b.WriteByte(']')
	}
	b.WriteString(`{"id":"p1","birth_date":"1961-04-02","sex":"female"`)
	list("conditions", facts/5, `{"codes":[{"system":"snomed","code":"44054006","display":"Diabetes mellitus type 2"}],"text":"Diabetes","record":"Condition/%d","recorded":"2019-02-03","course":"active","certainty":"confirmed","onset":"2018-03"}`)
	list("medications", facts/5, `{"codes":[{"system":"rxnorm","code":"860975","display":"metformin 500 MG"}],"text":"metformin","record":"MedicationRequest/%d","basis":"order","status":"active","start":"2019-02-03","end":"2020-02-01"}`)
	list("observations", facts-2*(facts/5), `{"codes":[{"system":"loinc","code":"718-7","display":"Hemoglobin"}],"text":"Hb","record":"Observation/%d","status":"final","date":"2026-09-14","value":{"quantity":{"value":13.2,"unit":"g/dL"}},"low":{"value":12.0,"unit":"g/dL"},"high":{"value":16.0,"unit":"g/dL"}}`)
	b.WriteByte('}')
	return []byte(b.String())
}

func BenchmarkDecode(b *testing.B) {
	for _, facts := range []int{15, 100} {
		doc := invented(facts)
		b.Run(fmt.Sprintf("%d facts", facts), func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := DecodeBytes(doc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkValidate(b *testing.B) {
	for _, facts := range []int{15, 100} {
		p, err := DecodeBytes(invented(facts))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("%d facts", facts), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := p.Validate(); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("%d facts, the validator alone", facts), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := structValidator().Struct(p); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("%d facts, the digest alone", facts), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p.computeDigest()
			}
		})
	}
}

// Reading by reflection, to compare: it neither validates nor digests, and lets
// null and a quantity without value pass.
func BenchmarkReadByReflection(b *testing.B) {
	for _, facts := range []int{15, 100} {
		doc := invented(facts)
		b.Run(fmt.Sprintf("%d facts", facts), func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				if err := json.Unmarshal(doc, new(Profile), json.RejectUnknownMembers(true)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
