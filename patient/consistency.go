// SPDX-License-Identifier: Apache-2.0

package patient

import "fmt"

// gestation is how many days before birth a condition, an observation or a
// procedure may lie: 43 weeks, which no pregnancy surely exceeds.
const gestation = 301

// timeZoneSlack is the days that a date can be off where a record moved it to
// another time zone.
const timeZoneSlack = 1

type lifespan struct {
	born      Day // first day of birth, less the slack for time zones
	conceived Day // Gestation before birth
}

type entryPlace struct {
	domain Domain
	index  int
}

func (e entryPlace) String() string { return fmt.Sprintf("$.%s[%d]", e.domain, e.index) }

func (c *checker) checkConsistency(p *Profile) {
	c.checkPerson(p)
	birth := p.BirthDate.First()
	life := lifespan{born: birth.AddDays(-timeZoneSlack), conceived: birth.AddDays(-gestation)}
	for i := range domainTable {
		if check := domainTable[i].check; check != nil {
			check(c, p, life)
		}
	}
}

func (c *checker) checkCondition(at entryPlace, f *Condition, life lifespan) {
	c.checkNotBefore(at, "onset", f.Onset, life.conceived)
	c.checkOrder(at, "abatement", f.Abatement, "onset", f.Onset)
}

func (c *checker) checkMedication(at entryPlace, f *Medication, life lifespan) {
	c.checkNotBefore(at, "start", f.Start, life.born)
	c.checkNotBefore(at, "end", f.End, life.born)
	c.checkOrder(at, "end", f.End, "start", f.Start)
}

func (c *checker) checkObservation(at entryPlace, o *Observation, life lifespan) {
	c.checkNotBefore(at, "date", o.Date, life.conceived)
	c.checkResult(at, o)
}

func (c *checker) checkProcedure(at entryPlace, f *Procedure, life lifespan) {
	c.checkNotBefore(at, "start", f.Start, life.conceived)
	c.checkNotBefore(at, "end", f.End, life.conceived)
	c.checkOrder(at, "end", f.End, "start", f.Start)
}

func (c *checker) checkAllergy(at entryPlace, f *Allergy, life lifespan) {
	c.checkNotBefore(at, "onset", f.Onset, life.born)
}

func (c *checker) checkImmunization(at entryPlace, f *Immunization, life lifespan) {
	c.checkNotBefore(at, "date", f.Date, life.born)
}

func (c *checker) checkPerson(p *Profile) {
	if surelyBefore(p.DeathDate, p.BirthDate) {
		c.addProblem("$.death_date", "", fmt.Sprintf("%s is before birth_date, %s", p.DeathDate, p.BirthDate))
	}
	if p.Deceased != nil && !*p.Deceased && !p.DeathDate.IsZero() {
		c.addProblem("$.deceased", "", fmt.Sprintf("is false, but death_date is %s", p.DeathDate))
	}
	if surelyBefore(p.RecordedThrough, p.BirthDate) {
		c.addProblem("$.recorded_through", "", fmt.Sprintf("%s is before birth_date, %s", p.RecordedThrough, p.BirthDate))
	}
}

// surelyBefore reports whether every day that a can mean lies before every day
// that b can mean. A date that is not given never does.
func surelyBefore(a, b Date) bool { return a.given && b.given && a.last < b.first }

// checkNotBefore notes a date surely before the first day that it can lie on.
func (c *checker) checkNotBefore(at entryPlace, name string, date Date, first Day) {
	if date.given && date.last < first {
		c.addProblem(at.String()+"."+name, "", fmt.Sprintf("%s is too long before birth_date: the first day possible is %s", date, first))
	}
}

func (c *checker) checkOrder(at entryPlace, endName string, end Date, startName string, start Date) {
	if surelyBefore(end, start) {
		entry := at.String()
		c.addProblem(entry+"."+endName, entry, fmt.Sprintf("%s is before %s, %s", end, startName, start))
	}
}

func (c *checker) checkResult(at entryPlace, o *Observation) {
	v := &o.Value
	kinds := 0
	for _, has := range [...]bool{v.Quantity != nil, v.From != nil || v.To != nil, len(v.Codes) > 0 || v.Text != "", v.Bool != nil} {
		if has {
			kinds++
		}
	}
	if kinds > 1 {
		entry := at.String()
		c.addProblem(entry+".value", entry, "holds more than one kind of result: give a quantity, or a range (from, to), or codes and text, or bool")
	}
	c.checkRange(at, "value.from", v.From, "value.to", v.To)
	c.checkRange(at, "low", o.Low, "high", o.High)
}

// checkRange notes contradictions between two limits, each of which may be nil.
func (c *checker) checkRange(at entryPlace, lowName string, low *Quantity, highName string, high *Quantity) {
	if low != nil && high != nil && low.Unit == high.Unit && low.Value.Cmp(high.Value) > 0 {
		entry := at.String()
		c.addProblem(entry+"."+lowName, entry, fmt.Sprintf("%s is above %s, %s, in the same unit", low.Value, highName, high.Value))
	}
	c.checkLimit(at, lowName, low)
	c.checkLimit(at, highName, high)
}

func (c *checker) checkLimit(at entryPlace, name string, limit *Quantity) {
	if limit != nil && limit.Comparator != "" {
		c.addProblem(at.String()+"."+name+".comparator", "", "a limit has no comparator; leave it out, or leave the limit out")
	}
}
