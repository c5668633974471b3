// SPDX-License-Identifier: Apache-2.0

package main

func (w *writer) condition(i int) {
	about := w.of(diagnoses)
	switch {
	case w.ssc && i == 0:
		about = w.of(sclerosis)
	case w.ssc && (w.candid || w.chance(400)):
		about = w.of(withSclerosis)
	case w.sex == "female" && w.chance(15):
		about = `"codes":[{"system":"snomed","code":"77386006","display":"Pregnant (finding)"}],"text":"Pregnancy"`
	}
	if w.fault == NotUTF8 && i == 0 {
		about = "\"text\":\"M\xfcller's disease\""
	}
	w.text("{" + about)
	w.record("Condition")
	switch {
	case w.candid || w.chance(700):
		w.text(`,"course":"active"`)
	case w.chance(600):
		w.text(`,"course":"` + w.of([]string{"resolved", "remission", "inactive", "recurrence"}) + `"`)
	}
	switch {
	case w.chance(80) && !w.candid:
		w.text(`,"certainty":"` + w.of([]string{"provisional", "refuted", "unconfirmed", "differential", "entered-in-error"}) + `"`)
	case w.chance(500):
		w.text(`,"certainty":"confirmed"`)
	}
	if w.chance(850) {
		w.text(`,"onset":`)
		w.date(w.ago(4000), 250)
	}
	w.text("}")
}

func (w *writer) medication(int) {
	about, agent := w.of(drugs), w.chance(120) || w.ssc && w.chance(300)
	switch {
	case agent:
		about = w.of(agents)
	case w.candid:
		about = drugs[0]
	}
	w.text("{" + about)
	w.record("MedicationRequest")
	w.text(`,"basis":"` + w.of([]string{"order", "order", "statement", "administration"}) + `"`)
	status := "completed"
	switch {
	case w.chance(300):
		status = "active"
	case w.chance(120) && !w.candid:
		status = w.of([]string{"stopped", "on-hold", "unknown", "entered-in-error", "cancelled", "not-taken", "planned"})
	}
	w.text(`,"status":"` + status + `"`)
	// The last dose lies around the end of a washout: 4 or 8 weeks, 6 months.
	last := w.ago(2000)
	if agent {
		last = max(w.born, Today.AddDays(14-[]int{28, 56, 184}[w.rng.IntN(3)]+w.rng.IntN(30)-15))
	}
	first := max(w.born, last.AddDays(-w.rng.IntN(400)))
	if w.candid || w.chance(950) {
		w.text(`,"start":`)
		w.date(first, 120)
	}
	if status != "active" && (w.candid || w.chance(700)) {
		w.text(`,"end":`)
		w.date(last, 150)
	}
	w.text("}")
}

func (w *writer) observation(int) {
	if w.chance(120) {
		w.finding()
		return
	}
	t := tests[w.rng.IntN(len(tests))]
	u := t.in[w.rng.IntN(len(t.in))]
	w.text("{" + t.about)
	w.record("Observation")
	w.status()
	if w.chance(970) {
		w.text(`,"date":`)
		w.date(w.ago(700), 40)
	}
	if w.chance(980) {
		w.text(`,"value":{"quantity":{`)
		if w.chance(20) {
			w.text(`"comparator":"<",`)
		}
		w.text(`"value":`)
		w.number(u)
		if u.name != "" {
			w.text(`,"unit":"` + u.name + `"`)
		}
		w.text("}}")
	}
	w.text("}")
}

// finding is a test that is positive or negative.
func (w *writer) finding() {
	w.text("{" + w.of(found))
	w.record("Observation")
	w.status()
	w.text(`,"date":`)
	w.date(w.ago(700), 40)
	result := `{"text":"negative"}`
	if w.chance(40) {
		result = w.of([]string{`{"text":"positive"}`, `{"codes":[{"system":"snomed","code":"10828004","display":"Positive"}]}`, `{"text":"see report"}`})
	}
	w.text(`,"value":` + result + "}")
}

func (w *writer) status() {
	status := "final"
	if w.chance(40) {
		status = w.of([]string{"preliminary", "amended", "cancelled", "entered-in-error"})
	}
	w.text(`,"status":"` + status + `"`)
}

func (w *writer) procedure(int) {
	w.text("{" + w.of(procedures))
	w.record("Procedure")
	w.text(`,"status":"completed","start":`)
	w.date(w.ago(3000), 200)
	w.text("}")
}

func (w *writer) allergy(int) {
	w.text("{" + w.of(allergens))
	w.record("AllergyIntolerance")
	w.text(`,"course":"active"}`)
}

func (w *writer) immunization(int) {
	w.text("{" + w.of(vaccines))
	w.record("Immunization")
	w.text(`,"status":"completed","date":`)
	w.date(w.ago(1000), 50)
	w.text("}")
}
