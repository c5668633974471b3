// SPDX-License-Identifier: Apache-2.0

package patient

import "slices"

// Domain is a part of the profile that a source supplies or does not.
type Domain string

// The domains of a profile, named as in its JSON.
const (
	Conditions    Domain = "conditions"
	Medications   Domain = "medications"
	Observations  Domain = "observations"
	Procedures    Domain = "procedures"
	Allergies     Domain = "allergies"
	Immunizations Domain = "immunizations"
	Answers       Domain = "answers"
)

// domainTable has one row for each domain, in the order of the profile.
var domainTable = []domainRow{
	newDomain(Conditions, func(p *Profile) *[]Condition { return &p.Conditions }, conditionShape,
		func(c *Condition) *Fact { return &c.Fact }, (*checker).checkCondition),
	newDomain(Medications, func(p *Profile) *[]Medication { return &p.Medications }, medicationShape,
		func(m *Medication) *Fact { return &m.Fact }, (*checker).checkMedication),
	newDomain(Observations, func(p *Profile) *[]Observation { return &p.Observations }, observationShape,
		func(o *Observation) *Fact { return &o.Fact }, (*checker).checkObservation),
	newDomain(Procedures, func(p *Profile) *[]Procedure { return &p.Procedures }, procedureShape,
		func(p *Procedure) *Fact { return &p.Fact }, (*checker).checkProcedure),
	newDomain(Allergies, func(p *Profile) *[]Allergy { return &p.Allergies }, allergyShape,
		func(a *Allergy) *Fact { return &a.Fact }, (*checker).checkAllergy),
	newDomain(Immunizations, func(p *Profile) *[]Immunization { return &p.Immunizations }, immunizationShape,
		func(i *Immunization) *Fact { return &i.Fact }, (*checker).checkImmunization),
	newDomain(Answers, func(p *Profile) *[]Answer { return &p.Answers }, answerShape, nil, nil),
}

// domainRow is a domain: its name, its member in the JSON of a profile, and
// access to its entries.
type domainRow struct {
	name         Domain
	member       member[Profile]
	count        func(*Profile) int
	supplied     func(*Profile) bool
	markSupplied func(*Profile)
	// fact is nil for a domain whose entries carry no Fact.
	fact     func(p *Profile, i int) *Fact
	addFact  func(*Profile, Fact)
	withdraw func(p *Profile, i int, reason string)
	// check notes contradictions inside each entry.
	check func(*checker, *Profile, lifespan)
}

// newDomain makes the row of a domain whose entries are of type E.
func newDomain[E any](
	name Domain, list func(*Profile) *[]E, s shape[E], fact func(*E) *Fact, check func(*checker, entryPlace, *E, lifespan),
) domainRow {
	row := domainRow{
		name: name, member: listMember(string(name), list, objects(s)),
		count:    func(p *Profile) int { return len(*list(p)) },
		supplied: func(p *Profile) bool { return *list(p) != nil },
		markSupplied: func(p *Profile) {
			if *list(p) == nil {
				*list(p) = []E{}
			}
		},
	}
	if fact == nil {
		return row
	}
	row.fact = func(p *Profile, i int) *Fact { return fact(&(*list(p))[i]) }
	row.addFact = func(p *Profile, f Fact) {
		var entry E
		*fact(&entry) = f
		*list(p) = append(*list(p), entry)
	}
	row.withdraw = func(p *Profile, i int, reason string) {
		var left E
		entry := &(*list(p))[i]
		*fact(&left) = Fact{Record: fact(entry).Record, Unreadable: reason}
		if m, ok := any(entry).(*Medication); ok {
			any(&left).(*Medication).Basis = m.Basis
		}
		*entry = left
	}
	row.check = func(c *checker, p *Profile, life lifespan) {
		for i := range *list(p) {
			check(c, entryPlace{name, i}, &(*list(p))[i], life)
		}
	}
	return row
}

// findDomain finds the row of a domain, nil for a name that is no domain.
func findDomain(d Domain) *domainRow {
	for i := range domainTable {
		if domainTable[i].name == d {
			return &domainTable[i]
		}
	}
	return nil
}

// Domains lists every domain in the order of the profile.
func Domains() []Domain { return domainNames(func(*domainRow) bool { return true }) }

// FactDomains lists the domains whose entries carry a [Fact]: all but answers.
func FactDomains() []Domain { return domainNames(func(row *domainRow) bool { return row.fact != nil }) }

func domainNames(wanted func(*domainRow) bool) []Domain {
	var names []Domain
	for i := range domainTable {
		if wanted(&domainTable[i]) {
			names = append(names, domainTable[i].name)
		}
	}
	return names
}

// Supplied reports whether the domain was supplied, be it empty.
func (p *Profile) Supplied(d Domain) bool {
	row := findDomain(d)
	return row != nil && row.supplied(p)
}

// MarkSupplied says that the source looked at the domain: one that is nil
// becomes empty. It reports false for a name that is no domain.
func (p *Profile) MarkSupplied(d Domain) bool {
	row := findDomain(d)
	if row != nil {
		row.markSupplied(p)
	}
	return row != nil
}

// AssumeComplete marks a domain as supplied because a caller says that its record
// is complete, not the source. If the source did not supply it, [Profile.Assumed]
// lists it from then on. It reports false for a name that is no domain.
func (p *Profile) AssumeComplete(d Domain) bool {
	supplied := p.Supplied(d)
	if !p.MarkSupplied(d) {
		return false
	}
	if !supplied {
		p.assumed = append(p.assumed, d)
	}
	return true
}

// Assumed lists the domains that are supplied, and empty, only because of
// [Profile.AssumeComplete], in the order of the calls. The JSON form of a profile
// does not hold them.
func (p *Profile) Assumed() []Domain { return slices.Clone(p.assumed) }

// SetAssumed replaces the list of [Profile.Assumed]. It is for a profile that was
// read back from its JSON form, which does not hold the list, and for one whose
// source turned out to have supplied the domains.
func (p *Profile) SetAssumed(domains []Domain) { p.assumed = slices.Clone(domains) }

// Count gives the number of entries of a domain.
func (p *Profile) Count(d Domain) int {
	if row := findDomain(d); row != nil {
		return row.count(p)
	}
	return 0
}

// Fact gives the Fact of entry i of a domain, which must be one of [FactDomains].
func (p *Profile) Fact(d Domain, i int) *Fact { return findDomain(d).fact(p, i) }

// AddFact adds an entry that holds no more than a Fact to one of [FactDomains].
func (p *Profile) AddFact(d Domain, f Fact) { findDomain(d).addFact(p, f) }

// Withdraw makes entry i of one of [FactDomains] unreadable for the reason: only
// its record, and the basis of a medication, are left.
func (p *Profile) Withdraw(d Domain, i int, reason string) { findDomain(d).withdraw(p, i, reason) }
