// SPDX-License-Identifier: Apache-2.0

package terminology

import "github.com/eligo-trials/eligo/patient"

// Facts gives the entries of a profile that concepts of the kind read.
func (k Kind) Facts(p *patient.Profile) []*patient.Fact {
	list := make([]*patient.Fact, k.FactCount(p))
	for i := range list {
		list[i] = k.Fact(p, int32(i))
	}
	return list
}

// FactCount gives the number of entries of a profile that concepts of the kind read.
func (k Kind) FactCount(p *patient.Profile) int {
	switch k {
	case ConditionKind:
		return len(p.Conditions)
	case MedicationKind:
		return len(p.Medications)
	case ObservationKind:
		return len(p.Observations)
	case ProcedureKind:
		return len(p.Procedures)
	case AllergyKind:
		return len(p.Allergies)
	}
	return len(p.Immunizations)
}

// Fact gives entry i, below FactCount, of the entries of a profile that concepts
// of the kind read.
func (k Kind) Fact(p *patient.Profile, i int32) *patient.Fact {
	switch k {
	case ConditionKind:
		return &p.Conditions[i].Fact
	case MedicationKind:
		return &p.Medications[i].Fact
	case ObservationKind:
		return &p.Observations[i].Fact
	case ProcedureKind:
		return &p.Procedures[i].Fact
	case AllergyKind:
		return &p.Allergies[i].Fact
	}
	return &p.Immunizations[i].Fact
}
