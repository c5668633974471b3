// SPDX-License-Identifier: Apache-2.0

package patient

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
	return append(s, listMember("issues", func(p *Profile) *[]string { return &p.Issues }, lines))
}

// lines are the entries of a list of texts.
var lines = element[string]{
	read: func(r *reader, s *string) {
		if b, ok := r.readText(); ok {
			*s = string(b)
		}
	},
	write: func(w *writer, s *string) { w.writeText(*s) },
	check: func(c *checker, s *string) { c.checkUTF8(*s) },
}
