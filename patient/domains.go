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

// The members of each object, in the order of the struct.

var codingShape = shape[Coding]{
	stringMember("system", func(c *Coding) *string { return &c.System }),
	stringMember("code", func(c *Coding) *string { return &c.Code }),
	stringMember("display", func(c *Coding) *string { return &c.Display }),
}

var quantityShape = shape[Quantity]{
	stringMember("comparator", func(q *Quantity) *string { return &q.Comparator }),
	numberMember("value", func(q *Quantity) *Decimal { return &q.Value }),
	stringMember("unit", func(q *Quantity) *string { return &q.Unit }),
}

var valueShape = shape[Value]{
	quantityMember("quantity", func(v *Value) **Quantity { return &v.Quantity }),
	quantityMember("from", func(v *Value) **Quantity { return &v.From }),
	quantityMember("to", func(v *Value) **Quantity { return &v.To }),
	listMember("codes", func(v *Value) *[]Coding { return &v.Codes }, objects(codingShape)),
	stringMember("text", func(v *Value) *string { return &v.Text }),
	boolMember("bool", func(v *Value) **bool { return &v.Bool }),
}

// factShape puts the members that every entry has before its own.
func factShape[T any](at func(*T) *Fact, own ...member[T]) shape[T] {
	return append(shape[T]{
		listMember("codes", func(v *T) *[]Coding { return &at(v).Codes }, objects(codingShape)),
		stringMember("text", func(v *T) *string { return &at(v).Text }),
		stringMember("record", func(v *T) *string { return &at(v).Record }),
		dateMember("recorded", func(v *T) *Date { return &at(v).Recorded }),
		stringMember("unreadable", func(v *T) *string { return &at(v).Unreadable }),
	}, own...)
}

var conditionShape = factShape(func(c *Condition) *Fact { return &c.Fact },
	stringMember("course", func(c *Condition) *Course { return &c.Course }),
	stringMember("certainty", func(c *Condition) *Certainty { return &c.Certainty }),
	dateMember("onset", func(c *Condition) *Date { return &c.Onset }),
	dateMember("abatement", func(c *Condition) *Date { return &c.Abatement }),
)

var allergyShape = factShape(func(a *Allergy) *Fact { return &a.Fact },
	stringMember("course", func(a *Allergy) *Course { return &a.Course }),
	stringMember("certainty", func(a *Allergy) *Certainty { return &a.Certainty }),
	dateMember("onset", func(a *Allergy) *Date { return &a.Onset }),
)

var medicationShape = factShape(func(m *Medication) *Fact { return &m.Fact },
	stringMember("basis", func(m *Medication) *Basis { return &m.Basis }),
	stringMember("status", func(m *Medication) *string { return &m.Status }),
	dateMember("start", func(m *Medication) *Date { return &m.Start }),
	dateMember("end", func(m *Medication) *Date { return &m.End }),
)

var observationShape = factShape(func(o *Observation) *Fact { return &o.Fact },
	stringMember("status", func(o *Observation) *string { return &o.Status }),
	dateMember("date", func(o *Observation) *Date { return &o.Date }),
	objectMember("value", func(o *Observation) *Value { return &o.Value },
		func(v *Value) bool { return v.IsZero() }, valueShape),
	listMember("interpretation", func(o *Observation) *[]Coding { return &o.Interpretation }, objects(codingShape)),
	quantityMember("low", func(o *Observation) **Quantity { return &o.Low }),
	quantityMember("high", func(o *Observation) **Quantity { return &o.High }),
)

var procedureShape = factShape(func(p *Procedure) *Fact { return &p.Fact },
	stringMember("status", func(p *Procedure) *string { return &p.Status }),
	dateMember("start", func(p *Procedure) *Date { return &p.Start }),
	dateMember("end", func(p *Procedure) *Date { return &p.End }),
)

var immunizationShape = factShape(func(i *Immunization) *Fact { return &i.Fact },
	stringMember("status", func(i *Immunization) *string { return &i.Status }),
	dateMember("date", func(i *Immunization) *Date { return &i.Date }),
)

var answerShape = shape[Answer]{
	stringMember("question", func(a *Answer) *string { return &a.Question }),
	stringMember("answer", func(a *Answer) *Reply { return &a.Reply }),
	stringMember("study", func(a *Answer) *string { return &a.Study }),
	stringMember("by", func(a *Answer) *string { return &a.By }),
	dateMember("on", func(a *Answer) *Date { return &a.On }),
	stringMember("record", func(a *Answer) *string { return &a.Record }),
}

var profileShape = newProfileShape()

func newProfileShape() shape[Profile] {
	s := shape[Profile]{
		stringMember("id", func(p *Profile) *string { return &p.ID }),
		dateMember("birth_date", func(p *Profile) *Date { return &p.BirthDate }),
		stringMember("sex", func(p *Profile) *Sex { return &p.Sex }),
		boolMember("deceased", func(p *Profile) **bool { return &p.Deceased }),
		dateMember("death_date", func(p *Profile) *Date { return &p.DeathDate }),
		dateMember("recorded_through", func(p *Profile) *Date { return &p.RecordedThrough }),
	}
	for i := range domainTable {
		s = append(s, domainTable[i].member)
	}
	return append(s, listMember("issues", func(p *Profile) *[]string { return &p.Issues }, textEntry))
}

var textEntry = element[string]{
	read: func(r *reader, s *string) {
		if b, ok := r.readText(); ok {
			*s = string(b)
		}
	},
	write: func(w *writer, s *string) { w.writeText(*s) },
	check: func(c *checker, s *string) { c.checkUTF8(*s) },
}
