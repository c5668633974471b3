// SPDX-License-Identifier: Apache-2.0

package patient

import "fmt"

// Gestation is how many days before birth a condition, an observation or a
// procedure may lie: 43 weeks, which no pregnancy surely exceeds.
const Gestation = 301

// timeZoneSlack is the days that a date can be off where a record moved it to
// another time zone.
const timeZoneSlack = 1

// consistency notes fields that contradict each other.
func (c *checker) consistency(p *Profile) {
	c.lifetime(p)
	birth := p.BirthDate.First()
	born, conceived := birth.AddDays(-timeZoneSlack), birth.AddDays(-Gestation)
	for i := range p.Conditions {
		f := &p.Conditions[i]
		c.notBefore(Conditions, i, "onset", f.Onset, conceived)
		c.order(Conditions, i, "abatement", f.Abatement, "onset", f.Onset)
	}
	for i := range p.Medications {
		f := &p.Medications[i]
		c.notBefore(Medications, i, "start", f.Start, born)
		c.notBefore(Medications, i, "end", f.End, born)
		c.order(Medications, i, "end", f.End, "start", f.Start)
	}
	for i := range p.Observations {
		c.notBefore(Observations, i, "date", p.Observations[i].Date, conceived)
		c.result(i, &p.Observations[i])
	}
	for i := range p.Procedures {
		f := &p.Procedures[i]
		c.notBefore(Procedures, i, "start", f.Start, conceived)
		c.notBefore(Procedures, i, "end", f.End, conceived)
		c.order(Procedures, i, "end", f.End, "start", f.Start)
	}
	for i := range p.Allergies {
		c.notBefore(Allergies, i, "onset", p.Allergies[i].Onset, born)
	}
	for i := range p.Immunizations {
		c.notBefore(Immunizations, i, "date", p.Immunizations[i].Date, born)
	}
}

// lifetime looks at the dates of the person.
func (c *checker) lifetime(p *Profile) {
	if surelyBefore(p.DeathDate, p.BirthDate) {
		c.add("$.death_date", "", fmt.Sprintf("%s is before birth_date, %s", p.DeathDate, p.BirthDate))
	}
	if p.Deceased != nil && !*p.Deceased && !p.DeathDate.IsZero() {
		c.add("$.deceased", "", fmt.Sprintf("is false, but death_date is %s", p.DeathDate))
	}
	if surelyBefore(p.RecordedThrough, p.BirthDate) {
		c.add("$.recorded_through", "", fmt.Sprintf("%s is before birth_date, %s", p.RecordedThrough, p.BirthDate))
	}
}

// surelyBefore reports whether every day that a can mean lies before every day
// that b can mean. A date that is not given never does.
func surelyBefore(a, b Date) bool { return a.given && b.given && a.last < b.first }

// notBefore notes a date surely before the first day that it can lie on.
func (c *checker) notBefore(d Domain, i int, name string, date Date, first Day) {
	if date.given && date.last < first {
		entry := entryPath(d, i)
		c.add(entry+"."+name, "", fmt.Sprintf("%s is too long before birth_date: the first day possible is %s", date, first))
	}
}

// order notes an end surely before its start.
func (c *checker) order(d Domain, i int, endName string, end Date, startName string, start Date) {
	if surelyBefore(end, start) {
		entry := entryPath(d, i)
		c.add(entry+"."+endName, entry, fmt.Sprintf("%s is before %s, %s", end, startName, start))
	}
}

func entryPath(d Domain, i int) string { return fmt.Sprintf("$.%s[%d]", d, i) }

// result looks at what an observation found, and at its reference range.
func (c *checker) result(i int, o *Observation) {
	v := &o.Value
	kinds := 0
	for _, has := range [...]bool{v.Quantity != nil, v.From != nil || v.To != nil, len(v.Codes) > 0 || v.Text != "", v.Bool != nil} {
		if has {
			kinds++
		}
	}
	if kinds > 1 {
		entry := entryPath(Observations, i)
		c.add(entry+".value", entry, "holds more than one kind of result: give a quantity, or a range (from, to), or codes and text, or bool")
	}
	c.span(i, "value.from", v.From, "value.to", v.To)
	c.span(i, "low", o.Low, "high", o.High)
}

// span looks at two limits, each of which may be left out.
func (c *checker) span(i int, lowName string, low *Quantity, highName string, high *Quantity) {
	if low != nil && high != nil && low.Unit == high.Unit && low.Value.Cmp(high.Value) > 0 {
		entry := entryPath(Observations, i)
		c.add(entry+"."+lowName, entry, fmt.Sprintf("%s is above %s, %s, in the same unit", low.Value, highName, high.Value))
	}
	c.exact(i, lowName, low)
	c.exact(i, highName, high)
}

// exact notes a limit that is itself only known to lie on one side.
func (c *checker) exact(i int, name string, limit *Quantity) {
	if limit != nil && limit.Comparator != "" {
		c.add(entryPath(Observations, i)+"."+name+".comparator", "", "a limit has no comparator; leave it out, or leave the limit out")
	}
}
