// SPDX-License-Identifier: Apache-2.0

package fhir_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/eligo-trials/eligo/patient/fhir"
)

// plain* are the same fields for encoding/json, which reads them into structs
// and does nothing with them.
type plainConcept struct {
	Coding []struct{ System, Code, Display string }
	Text   string
}

type plainQuantity struct {
	Value                          json.Number
	Comparator, Unit, System, Code string
}

type plainReference struct {
	Reference, Display string
	Identifier         struct{ System, Value string }
}

type plainPeriod struct{ Start, End string }

type plainResult struct {
	ValueQuantity        *plainQuantity
	ValueCodeableConcept *plainConcept
	ValueString          string
	ValueBoolean         *bool
	ValueInteger         json.Number
	ValueRange           *struct{ Low, High plainQuantity }
	ValueRatio           *struct{ Numerator, Denominator plainQuantity }
	ValuePeriod          *plainPeriod
	ValueDateTime        string
	ValueTime            string
	DataAbsentReason     *plainConcept
	Interpretation       []plainConcept
	ReferenceRange       []struct {
		Low, High *plainQuantity
		Type      *plainConcept
	}
}

type plainResource struct {
	ResourceType, ID string
	Meta             struct {
		VersionID, LastUpdated string
		Tag                    []struct{ System, Code, Display string }
	}
	ImplicitRules     string
	ModifierExtension []json.RawMessage
	Subject, Patient  plainReference
	Contained         []json.RawMessage

	BirthDate, Gender, DeceasedDateTime string
	DeceasedBoolean                     *bool
	Identifier                          []struct{ System, Value string }
	Link                                []struct{ Type string }

	Code                               plainConcept
	ClinicalStatus, VerificationStatus plainConcept
	Status, Intent                     json.RawMessage
	DoNotPerform                       bool
	MedicationCodeableConcept          plainConcept
	MedicationReference                plainReference
	VaccineCode                        plainConcept
	RecordedDate, AuthoredOn           string
	DateAsserted, Issued, Recorded     string
	OnsetDateTime, AbatementDateTime   string
	OnsetAge, AbatementAge             *plainQuantity
	OnsetPeriod, AbatementPeriod       plainPeriod
	OnsetString, AbatementString       string
	EffectiveDateTime                  string
	EffectivePeriod, PerformedPeriod   plainPeriod
	PerformedDateTime                  string
	OccurrenceDateTime                 string
	DosageInstruction                  []struct {
		Timing struct {
			Repeat struct{ BoundsPeriod plainPeriod }
		}
	}
	Reaction []struct{ Substance plainConcept }
	plainResult
	Component []struct {
		Code plainConcept
		plainResult
	}
}

type plainBundle struct {
	ResourceType, Type string
	Link               []struct{ Relation string }
	Entry              []struct {
		FullURL  string
		Resource plainResource
		Search   struct{ Mode string }
		Request  struct{ Method, URL string }
	}
}

// loadBundles holds a dozen real bundles in memory, uncompressed.
func loadBundles(b *testing.B) (all [][]byte) {
	size := 0
	for _, file := range bundleFiles(b)[:12] {
		text := gunzipped(b, file)
		size += len(text)
		all = append(all, text)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	return all
}

func BenchmarkDecode(b *testing.B) {
	all := loadBundles(b)
	for b.Loop() {
		for _, text := range all {
			if _, err := fhir.Decode(bytes.NewBuffer(text), fhir.Options{}); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkEncodingJSON is the yardstick of BenchmarkDecode.
func BenchmarkEncodingJSON(b *testing.B) {
	all := loadBundles(b)
	for b.Loop() {
		for _, text := range all {
			var bundle plainBundle
			if err := json.Unmarshal(text, &bundle); err != nil {
				b.Fatal(err)
			}
		}
	}
}
