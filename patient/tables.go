// SPDX-License-Identifier: Apache-2.0

package patient

// The members of each object, in the order of the struct.

var codingShape = shape[Coding]{
	text("system", func(c *Coding) *string { return &c.System }),
	text("code", func(c *Coding) *string { return &c.Code }),
	text("display", func(c *Coding) *string { return &c.Display }),
}

var quantityShape = shape[Quantity]{
	text("comparator", func(q *Quantity) *string { return &q.Comparator }),
	number("value", func(q *Quantity) *Decimal { return &q.Value }),
	text("unit", func(q *Quantity) *string { return &q.Unit }),
}

var valueShape = shape[Value]{
	quantity("quantity", func(v *Value) **Quantity { return &v.Quantity }),
	quantity("from", func(v *Value) **Quantity { return &v.From }),
	quantity("to", func(v *Value) **Quantity { return &v.To }),
	listMember("codes", func(v *Value) *[]Coding { return &v.Codes }, objects(codingShape)),
	text("text", func(v *Value) *string { return &v.Text }),
	truth("bool", func(v *Value) **bool { return &v.Bool }),
}

// factShape puts the members that every entry has before its own.
func factShape[T any](at func(*T) *Fact, own ...member[T]) shape[T] {
	return append(shape[T]{
		listMember("codes", func(v *T) *[]Coding { return &at(v).Codes }, objects(codingShape)),
		text("text", func(v *T) *string { return &at(v).Text }),
		text("record", func(v *T) *string { return &at(v).Record }),
		date("recorded", func(v *T) *Date { return &at(v).Recorded }),
		text("unreadable", func(v *T) *string { return &at(v).Unreadable }),
	}, own...)
}

var conditionShape = factShape(func(c *Condition) *Fact { return &c.Fact },
	text("course", func(c *Condition) *Course { return &c.Course }),
	text("certainty", func(c *Condition) *Certainty { return &c.Certainty }),
	date("onset", func(c *Condition) *Date { return &c.Onset }),
	date("abatement", func(c *Condition) *Date { return &c.Abatement }),
)

var allergyShape = factShape(func(a *Allergy) *Fact { return &a.Fact },
	text("course", func(a *Allergy) *Course { return &a.Course }),
	text("certainty", func(a *Allergy) *Certainty { return &a.Certainty }),
	date("onset", func(a *Allergy) *Date { return &a.Onset }),
)

var medicationShape = factShape(func(m *Medication) *Fact { return &m.Fact },
	text("basis", func(m *Medication) *Basis { return &m.Basis }),
	text("status", func(m *Medication) *string { return &m.Status }),
	date("start", func(m *Medication) *Date { return &m.Start }),
	date("end", func(m *Medication) *Date { return &m.End }),
)

var observationShape = factShape(func(o *Observation) *Fact { return &o.Fact },
	text("status", func(o *Observation) *string { return &o.Status }),
	date("date", func(o *Observation) *Date { return &o.Date }),
	object("value", func(o *Observation) *Value { return &o.Value },
		func(v *Value) bool { return v.IsZero() }, valueShape),
	listMember("interpretation", func(o *Observation) *[]Coding { return &o.Interpretation }, objects(codingShape)),
	quantity("low", func(o *Observation) **Quantity { return &o.Low }),
	quantity("high", func(o *Observation) **Quantity { return &o.High }),
)

var procedureShape = factShape(func(p *Procedure) *Fact { return &p.Fact },
	text("status", func(p *Procedure) *string { return &p.Status }),
	date("start", func(p *Procedure) *Date { return &p.Start }),
	date("end", func(p *Procedure) *Date { return &p.End }),
)

var immunizationShape = factShape(func(i *Immunization) *Fact { return &i.Fact },
	text("status", func(i *Immunization) *string { return &i.Status }),
	date("date", func(i *Immunization) *Date { return &i.Date }),
)

var answerShape = shape[Answer]{
	text("question", func(a *Answer) *string { return &a.Question }),
	text("answer", func(a *Answer) *Reply { return &a.Reply }),
	text("study", func(a *Answer) *string { return &a.Study }),
	text("by", func(a *Answer) *string { return &a.By }),
	date("on", func(a *Answer) *Date { return &a.On }),
	text("record", func(a *Answer) *string { return &a.Record }),
}

var profileShape = newProfileShape()

func newProfileShape() shape[Profile] {
	s := shape[Profile]{
		text("id", func(p *Profile) *string { return &p.ID }),
		date("birth_date", func(p *Profile) *Date { return &p.BirthDate }),
		text("sex", func(p *Profile) *Sex { return &p.Sex }),
		truth("deceased", func(p *Profile) **bool { return &p.Deceased }),
		date("death_date", func(p *Profile) *Date { return &p.DeathDate }),
		date("recorded_through", func(p *Profile) *Date { return &p.RecordedThrough }),
	}
	for i := range domainTable {
		s = append(s, domainTable[i].member)
	}
	return append(s, listMember("issues", func(p *Profile) *[]string { return &p.Issues }, lines))
}

// lines are the entries of a list of texts.
var lines = element[string]{
	read: func(r *reader, s *string) {
		if b, ok := r.text(); ok {
			*s = string(b)
		}
	},
	write: func(w *writer, s *string) { w.text(*s) },
	check: func(c *checker, s *string) { c.utf8(*s) },
}
