// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math/rand/v2"
	"strconv"

	"github.com/eligo-trials/eligo/patient"
)

// personWriter writes one person.
type personWriter struct {
	b     []byte
	rng   *rand.Rand
	fault fault
	born  patient.Day
	dies  patient.Day // 0: is alive
	sex   string
	ssc   bool // has systemic sclerosis
	// documented says that the person has systemic sclerosis and a record with few
	// gaps.
	documented bool
	facts      int // number of facts so far, for their record names
}

// chance is true with the given probability.
func (w *personWriter) chance(perMille int) bool { return w.rng.IntN(1000) < perMille }

func (w *personWriter) writeText(s string) { w.b = append(w.b, s...) }

func (w *personWriter) writePerson(id string) {
	w.ssc = w.chance(200)
	w.documented = w.ssc && w.chance(150)
	age := 18 + w.rng.IntN(65)
	if w.chance(150) && !w.documented {
		age = w.rng.IntN(101)
	}
	w.born = today.AddDays(-age*365 - age/4 - w.rng.IntN(365))
	w.sex = "female"
	switch {
	case w.chance(430):
		w.sex = "male"
	case w.chance(30) && !w.documented:
		w.sex = []string{"other", "unknown", ""}[w.rng.IntN(3)]
	}
	w.writeText(`{"id":"`)
	w.writeText(id)
	w.writeText(`"`)
	if w.fault == unknownField {
		w.writeText(`,"weight":71`)
	}
	w.writeBirthDate()
	switch {
	case w.fault == wrongType:
		w.writeText(`,"sex":2`)
	case w.sex != "":
		w.writeText(`,"sex":"` + w.sex + `"`)
	}
	if w.fault == fieldTwice {
		w.writeText(`,"recorded_through":"2026","recorded_through":"2025"`)
	}
	w.writeDeathAndReach()
	w.writeDomains()
	w.writeText("}")
}

func (w *personWriter) writeBirthDate() {
	switch {
	case w.fault == impossibleDate:
		w.writeText(`,"birth_date":"1985-02-29"`)
	case w.documented || w.chance(975):
		w.writeText(`,"birth_date":`)
		w.writeDate(w.born, 60)
	}
}

// writeDeathAndReach writes the death, and the day that the record reaches.
func (w *personWriter) writeDeathAndReach() {
	if w.chance(30) && !w.documented {
		w.dies = max(w.born, today.AddDays(-w.rng.IntN(1500)))
		w.writeText(`,"deceased":true`)
		if w.chance(600) {
			w.writeText(`,"death_date":`)
			w.writeDate(w.dies, 100)
		}
	}
	if w.fault == fieldTwice {
		return
	}
	switch {
	case w.chance(400):
		w.writeText(`,"recorded_through":`)
		w.writeDate(today, 0)
	case w.chance(60) && !w.documented:
		w.writeText(`,"recorded_through":`)
		w.writeDate(max(w.born, today.AddDays(-100-w.rng.IntN(900))), 50)
	}
}

// writeDate writes a day, or only its month or year with the probability partly,
// per mille.
func (w *personWriter) writeDate(d patient.Day, partly int) {
	s := d.String()
	if w.chance(partly) && !w.documented {
		if s = s[:len("2026-11")]; w.chance(400) {
			s = s[:len("2026")]
		}
	}
	w.b = append(append(append(w.b, '"'), s...), '"')
}

// randomDay returns one of the last days before today, not before birth.
func (w *personWriter) randomDay(days int) patient.Day {
	return max(w.born, today.AddDays(-w.rng.IntN(days)))
}

func (w *personWriter) writeRecordName(kind string) {
	w.facts++
	w.writeText(`,"record":"` + kind + `/`)
	w.b = strconv.AppendInt(w.b, int64(w.facts), 10)
	w.writeText(`"`)
}

// writeDomain writes a domain of n entries. Unless must is set it leaves the domain
// out with the probability missing, per mille.
func (w *personWriter) writeDomain(name string, missing, n int, must bool, entry func(i int)) {
	if !must && !w.documented && w.chance(missing) {
		return
	}
	w.writeText(`,"` + name + `":[`)
	for i := range n {
		if i > 0 {
			w.writeText(",")
		}
		entry(i)
	}
	w.writeText("]")
}

func (w *personWriter) writeDomains() {
	w.writeDomain("conditions", 40, 1+w.rng.IntN(5), w.ssc || w.fault == notUTF8, w.writeCondition)
	w.writeDomain("medications", 80, w.rng.IntN(6), w.fault == endBeforeStart, w.writeMedication)
	if w.fault == endBeforeStart {
		w.b = w.b[:len(w.b)-1]
		if w.b[len(w.b)-1] != '[' {
			w.writeText(",")
		}
		w.writeText(`{"text":"prednisone","status":"completed","start":"2026-05-01","end":"2026-04-30"}]`)
	}
	w.writeDomain("observations", 60, 1+w.rng.IntN(10), false, w.writeObservation)
	w.writeDomain("procedures", 200, w.rng.IntN(3), false, w.writeProcedure)
	w.writeDomain("allergies", 250, w.rng.IntN(2), false, w.writeAllergy)
	w.writeDomain("immunizations", 300, w.rng.IntN(3), false, w.writeImmunization)
	if w.documented || w.ssc && w.chance(300) {
		w.writeAnswers()
	}
}
