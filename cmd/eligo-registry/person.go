// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

type personWriter struct {
	b          []byte
	rng        *rand.Rand
	fault      fault
	born       patient.Day
	sex        string
	ssc        bool // has systemic sclerosis
	documented bool // has systemic sclerosis and a record with few gaps
	facts      int  // number of facts so far, for their record names
}

func (w *personWriter) chance(perMille int) bool { return w.rng.IntN(1000) < perMille }

func (w *personWriter) choose(list ...string) string { return list[w.rng.IntN(len(list))] }

func (w *personWriter) chooseEntry(kind string) string { return w.choose(entries[kind]...) }

func (w *personWriter) writeText(s string) { w.b = append(w.b, s...) }

func (w *personWriter) writeMember(name, value string) {
	w.writeText(`,"` + name + `":"` + value + `"`)
}

// writeDate writes a member that is a day, or only its month or year with the
// probability partly, per mille.
func (w *personWriter) writeDate(name string, d patient.Day, partly int) {
	s := d.String()
	if w.chance(partly) && !w.documented {
		if s = s[:len("2026-11")]; w.chance(400) {
			s = s[:len("2026")]
		}
	}
	w.writeMember(name, s)
}

// randomDay returns one of the last days before today, not before birth.
func (w *personWriter) randomDay(days int) patient.Day {
	return max(w.born, today.AddDays(-w.rng.IntN(days)))
}

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
		w.sex = w.choose("other", "unknown", "")
	}
	w.writeText(`{"id":"` + id + `"`)
	if w.fault == unknownField {
		w.writeText(`,"weight":71`)
	}
	if w.fault == impossibleDate {
		w.writeMember("birth_date", "1985-02-29")
	} else if w.documented || w.chance(975) {
		w.writeDate("birth_date", w.born, 60)
	}
	if w.fault == wrongType {
		w.writeText(`,"sex":2`)
	} else if w.sex != "" {
		w.writeMember("sex", w.sex)
	}
	if w.fault == fieldTwice {
		w.writeText(`,"recorded_through":"2026","recorded_through":"2025"`)
	}
	w.writeDeathAndReach()
	w.writeDomains()
	w.writeText("}")
}

func (w *personWriter) writeDeathAndReach() {
	if w.chance(30) && !w.documented {
		dies := max(w.born, today.AddDays(-w.rng.IntN(1500)))
		w.writeText(`,"deceased":true`)
		if w.chance(600) {
			w.writeDate("death_date", dies, 100)
		}
	}
	switch {
	case w.fault == fieldTwice:
	case w.chance(400):
		w.writeDate("recorded_through", today, 0)
	case w.chance(60) && !w.documented:
		w.writeDate("recorded_through", max(w.born, today.AddDays(-100-w.rng.IntN(900))), 50)
	}
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
		w.writeText("}")
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
	w.writeDomain("procedures", 200, w.rng.IntN(3), false, func(int) {
		w.beginFact(w.chooseEntry("procedure"), "Procedure")
		w.writeMember("status", "completed")
		w.writeDate("start", w.randomDay(3000), 200)
	})
	w.writeDomain("allergies", 250, w.rng.IntN(2), false, func(int) {
		w.beginFact(w.chooseEntry("allergen"), "AllergyIntolerance")
		w.writeMember("course", "active")
	})
	w.writeDomain("immunizations", 300, w.rng.IntN(3), false, func(int) {
		w.beginFact(w.chooseEntry("vaccine"), "Immunization")
		w.writeMember("status", "completed")
		w.writeDate("date", w.randomDay(1000), 50)
	})
	if w.documented || w.ssc && w.chance(300) {
		w.writeDomain("answers", 0, len(entries["question"]), true, w.writeAnswer)
	}
}

// beginFact begins an entry with its members and a name of its record.
func (w *personWriter) beginFact(members, kind string) {
	w.facts++
	w.writeText("{" + members)
	w.writeMember("record", kind+"/"+strconv.Itoa(w.facts))
}

func (w *personWriter) writeCondition(i int) {
	about := w.chooseEntry("diagnosis")
	switch {
	case w.ssc && i == 0:
		about = w.chooseEntry("sclerosis")
	case w.ssc && (w.documented || w.chance(400)):
		about = w.chooseEntry("with-sclerosis")
	case w.sex == "female" && w.chance(15):
		about = `"codes":[{"system":"snomed","code":"77386006","display":"Pregnant (finding)"}],"text":"Pregnancy"`
	}
	if w.fault == notUTF8 && i == 0 {
		about = "\"text\":\"M\xfcller's disease\""
	}
	w.beginFact(about, "Condition")
	switch {
	case w.documented || w.chance(700):
		w.writeMember("course", "active")
	case w.chance(600):
		w.writeMember("course", w.choose("resolved", "remission", "inactive", "recurrence"))
	}
	switch {
	case w.chance(80) && !w.documented:
		w.writeMember("certainty", w.choose("provisional", "refuted", "unconfirmed", "differential", "entered-in-error"))
	case w.chance(500):
		w.writeMember("certainty", "confirmed")
	}
	if w.chance(850) {
		w.writeDate("onset", w.randomDay(4000), 250)
	}
}

func (w *personWriter) writeMedication(int) {
	about, agent := w.chooseEntry("drug"), w.chance(120) || w.ssc && w.chance(300)
	switch {
	case agent:
		about = w.chooseEntry("agent")
	case w.documented:
		about = entries["drug"][0]
	}
	w.beginFact(about, "MedicationRequest")
	w.writeMember("basis", w.choose("order", "order", "statement", "administration"))
	status := "completed"
	switch {
	case w.chance(300):
		status = "active"
	case w.chance(120) && !w.documented:
		status = w.choose("stopped", "on-hold", "unknown", "entered-in-error", "cancelled", "not-taken", "planned")
	}
	w.writeMember("status", status)
	// The last dose is near the end of a washout: 4 or 8 weeks, 6 months.
	last := w.randomDay(2000)
	if agent {
		last = max(w.born, today.AddDays(14-[]int{28, 56, 184}[w.rng.IntN(3)]+w.rng.IntN(30)-15))
	}
	first := max(w.born, last.AddDays(-w.rng.IntN(400)))
	if w.documented || w.chance(950) {
		w.writeDate("start", first, 120)
	}
	if status != "active" && (w.documented || w.chance(700)) {
		w.writeDate("end", last, 150)
	}
}

func (w *personWriter) writeObservation(int) {
	if w.chance(120) { // a positive or negative result
		w.beginFact(w.chooseEntry("finding"), "Observation")
		w.writeResultStatus()
		w.writeDate("date", w.randomDay(700), 40)
		result := `{"text":"negative"}`
		if w.chance(40) {
			result = w.choose(`{"text":"positive"}`, `{"codes":[{"system":"snomed","code":"10828004","display":"Positive"}]}`, `{"text":"see report"}`)
		}
		w.writeText(`,"value":` + result)
		return
	}
	about, units, _ := strings.Cut(w.chooseEntry("test"), "\t")
	unit := w.choose(strings.Split(units, ";")...)
	w.beginFact(about, "Observation")
	w.writeResultStatus()
	if w.chance(970) {
		w.writeDate("date", w.randomDay(700), 40)
	}
	if w.chance(980) {
		w.writeText(`,"value":{"quantity":{`)
		if w.chance(20) {
			w.writeText(`"comparator":"<",`)
		}
		w.writeQuantity(unit)
		w.writeText("}}")
	}
}

func (w *personWriter) writeResultStatus() {
	status := "final"
	if w.chance(40) {
		status = w.choose("preliminary", "amended", "cancelled", "entered-in-error")
	}
	w.writeMember("status", status)
}

// writeQuantity writes a value in the range of a unit of entries.tsv.
func (w *personWriter) writeQuantity(unit string) {
	name, numbers, _ := strings.Cut(unit, ",")
	var low, span, digits int
	if _, err := fmt.Sscanf(numbers, "%d,%d,%d", &low, &span, &digits); err != nil {
		panic("entries.tsv: unit " + unit)
	}
	value := float64(low+w.rng.IntN(span)) / math.Pow10(digits)
	w.writeText(`"value":` + strconv.FormatFloat(value, 'f', digits, 64))
	if name != "" {
		w.writeMember("unit", name)
	}
}

// writeAnswer answers a question of the reference study: mostly yes to the first
// four, which make a candidate, and no to the others.
func (w *personWriter) writeAnswer(i int) {
	reply := "no"
	if i < 4 && w.chance(850) || w.chance(30) && !w.documented {
		reply = "yes"
	}
	w.writeText(`{"question":"` + entries["question"][i] + `"`)
	w.writeMember("answer", reply)
	w.writeMember("study", "NCT00506831")
	w.writeDate("on", w.randomDay(30), 0)
}
