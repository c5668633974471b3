// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math/rand/v2"
	"strconv"

	"github.com/eligo-trials/eligo/patient"
)

// writer writes one person.
type writer struct {
	b     []byte
	rng   *rand.Rand
	fault Fault
	born  patient.Day
	dies  patient.Day // 0: lives
	sex   string
	ssc   bool // has systemic sclerosis
	// candid is one with systemic sclerosis whose record leaves little open.
	candid bool
	facts  int // so far, to name them
}

// chance is true for so many people in a thousand.
func (w *writer) chance(perMille int) bool { return w.rng.IntN(1000) < perMille }

func (w *writer) text(s string) { w.b = append(w.b, s...) }

func (w *writer) person(id string) {
	w.ssc = w.chance(200)
	w.candid = w.ssc && w.chance(150)
	age := 18 + w.rng.IntN(65)
	if w.chance(150) && !w.candid {
		age = w.rng.IntN(101)
	}
	w.born = Today.AddDays(-age*365 - age/4 - w.rng.IntN(365))
	w.sex = "female"
	switch {
	case w.chance(430):
		w.sex = "male"
	case w.chance(30) && !w.candid:
		w.sex = []string{"other", "unknown", ""}[w.rng.IntN(3)]
	}
	w.text(`{"id":"`)
	w.text(id)
	w.text(`"`)
	if w.fault == UnknownField {
		w.text(`,"weight":71`)
	}
	w.birth()
	switch {
	case w.fault == WrongType:
		w.text(`,"sex":2`)
	case w.sex != "":
		w.text(`,"sex":"` + w.sex + `"`)
	}
	if w.fault == FieldTwice {
		w.text(`,"recorded_through":"2026","recorded_through":"2025"`)
	}
	w.end()
	w.domains()
	w.text("}")
}

func (w *writer) birth() {
	switch {
	case w.fault == ImpossibleDate:
		w.text(`,"birth_date":"1985-02-29"`)
	case w.candid || w.chance(975):
		w.text(`,"birth_date":`)
		w.date(w.born, 60)
	}
}

// end writes the death, and how far the record reaches.
func (w *writer) end() {
	if w.chance(30) && !w.candid {
		w.dies = max(w.born, Today.AddDays(-w.rng.IntN(1500)))
		w.text(`,"deceased":true`)
		if w.chance(600) {
			w.text(`,"death_date":`)
			w.date(w.dies, 100)
		}
	}
	if w.fault == FieldTwice {
		return
	}
	switch {
	case w.chance(400):
		w.text(`,"recorded_through":`)
		w.date(Today, 0)
	case w.chance(60) && !w.candid:
		w.text(`,"recorded_through":`)
		w.date(max(w.born, Today.AddDays(-100-w.rng.IntN(900))), 50)
	}
}

// date writes a day, or for some in a thousand only its month or year.
func (w *writer) date(d patient.Day, partly int) {
	s := d.String()
	if w.chance(partly) && !w.candid {
		if s = s[:len("2026-11")]; w.chance(400) {
			s = s[:len("2026")]
		}
	}
	w.b = append(append(append(w.b, '"'), s...), '"')
}

// ago gives a day before today, but not before birth.
func (w *writer) ago(days int) patient.Day { return max(w.born, Today.AddDays(-w.rng.IntN(days))) }

func (w *writer) record(kind string) {
	w.facts++
	w.text(`,"record":"` + kind + `/`)
	w.b = strconv.AppendInt(w.b, int64(w.facts), 10)
	w.text(`"`)
}

// list writes a domain of n entries, unless it is one of those not supplied.
func (w *writer) list(name string, missing, n int, must bool, entry func(i int)) {
	if !must && !w.candid && w.chance(missing) {
		return
	}
	w.text(`,"` + name + `":[`)
	for i := range n {
		if i > 0 {
			w.text(",")
		}
		entry(i)
	}
	w.text("]")
}

func (w *writer) domains() {
	w.list("conditions", 40, 1+w.rng.IntN(5), w.ssc || w.fault == NotUTF8, w.condition)
	w.list("medications", 80, w.rng.IntN(6), w.fault == EndBeforeStart, w.medication)
	if w.fault == EndBeforeStart {
		w.b = w.b[:len(w.b)-1]
		if w.b[len(w.b)-1] != '[' {
			w.text(",")
		}
		w.text(`{"text":"prednisone","status":"completed","start":"2026-05-01","end":"2026-04-30"}]`)
	}
	w.list("observations", 60, 1+w.rng.IntN(10), false, w.observation)
	w.list("procedures", 200, w.rng.IntN(3), false, w.procedure)
	w.list("allergies", 250, w.rng.IntN(2), false, w.allergy)
	w.list("immunizations", 300, w.rng.IntN(3), false, w.immunization)
	if w.candid || w.ssc && w.chance(300) {
		w.answers()
	}
}
