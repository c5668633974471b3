// SPDX-License-Identifier: Apache-2.0

package main

func (w *personWriter) writeCondition(i int) {
	about := w.choose(diagnoses)
	switch {
	case w.ssc && i == 0:
		about = w.choose(sclerosis)
	case w.ssc && (w.documented || w.chance(400)):
		about = w.choose(withSclerosis)
	case w.sex == "female" && w.chance(15):
		about = `"codes":[{"system":"snomed","code":"77386006","display":"Pregnant (finding)"}],"text":"Pregnancy"`
	}
	if w.fault == notUTF8 && i == 0 {
		about = "\"text\":\"M\xfcller's disease\""
	}
	w.writeText("{" + about)
	w.writeRecordName("Condition")
	switch {
	case w.documented || w.chance(700):
		w.writeText(`,"course":"active"`)
	case w.chance(600):
		w.writeText(`,"course":"` + w.choose([]string{"resolved", "remission", "inactive", "recurrence"}) + `"`)
	}
	switch {
	case w.chance(80) && !w.documented:
		w.writeText(`,"certainty":"` + w.choose([]string{"provisional", "refuted", "unconfirmed", "differential", "entered-in-error"}) + `"`)
	case w.chance(500):
		w.writeText(`,"certainty":"confirmed"`)
	}
	if w.chance(850) {
		w.writeText(`,"onset":`)
		w.writeDate(w.randomDay(4000), 250)
	}
	w.writeText("}")
}

func (w *personWriter) writeMedication(int) {
	about, agent := w.choose(drugs), w.chance(120) || w.ssc && w.chance(300)
	switch {
	case agent:
		about = w.choose(agents)
	case w.documented:
		about = drugs[0]
	}
	w.writeText("{" + about)
	w.writeRecordName("MedicationRequest")
	w.writeText(`,"basis":"` + w.choose([]string{"order", "order", "statement", "administration"}) + `"`)
	status := "completed"
	switch {
	case w.chance(300):
		status = "active"
	case w.chance(120) && !w.documented:
		status = w.choose([]string{"stopped", "on-hold", "unknown", "entered-in-error", "cancelled", "not-taken", "planned"})
	}
	w.writeText(`,"status":"` + status + `"`)
	// The last dose is near the end of a washout: 4 or 8 weeks, 6 months.
	last := w.randomDay(2000)
	if agent {
		last = max(w.born, today.AddDays(14-[]int{28, 56, 184}[w.rng.IntN(3)]+w.rng.IntN(30)-15))
	}
	first := max(w.born, last.AddDays(-w.rng.IntN(400)))
	if w.documented || w.chance(950) {
		w.writeText(`,"start":`)
		w.writeDate(first, 120)
	}
	if status != "active" && (w.documented || w.chance(700)) {
		w.writeText(`,"end":`)
		w.writeDate(last, 150)
	}
	w.writeText("}")
}

func (w *personWriter) writeObservation(int) {
	if w.chance(120) {
		w.writeFinding()
		return
	}
	t := tests[w.rng.IntN(len(tests))]
	u := t.in[w.rng.IntN(len(t.in))]
	w.writeText("{" + t.about)
	w.writeRecordName("Observation")
	w.writeStatus()
	if w.chance(970) {
		w.writeText(`,"date":`)
		w.writeDate(w.randomDay(700), 40)
	}
	if w.chance(980) {
		w.writeText(`,"value":{"quantity":{`)
		if w.chance(20) {
			w.writeText(`"comparator":"<",`)
		}
		w.writeText(`"value":`)
		w.writeNumber(u)
		if u.name != "" {
			w.writeText(`,"unit":"` + u.name + `"`)
		}
		w.writeText("}}")
	}
	w.writeText("}")
}

// writeFinding writes a positive or negative result.
func (w *personWriter) writeFinding() {
	w.writeText("{" + w.choose(found))
	w.writeRecordName("Observation")
	w.writeStatus()
	w.writeText(`,"date":`)
	w.writeDate(w.randomDay(700), 40)
	result := `{"text":"negative"}`
	if w.chance(40) {
		result = w.choose([]string{`{"text":"positive"}`, `{"codes":[{"system":"snomed","code":"10828004","display":"Positive"}]}`, `{"text":"see report"}`})
	}
	w.writeText(`,"value":` + result + "}")
}

func (w *personWriter) writeStatus() {
	status := "final"
	if w.chance(40) {
		status = w.choose([]string{"preliminary", "amended", "cancelled", "entered-in-error"})
	}
	w.writeText(`,"status":"` + status + `"`)
}

func (w *personWriter) writeProcedure(int) {
	w.writeText("{" + w.choose(procedures))
	w.writeRecordName("Procedure")
	w.writeText(`,"status":"completed","start":`)
	w.writeDate(w.randomDay(3000), 200)
	w.writeText("}")
}

func (w *personWriter) writeAllergy(int) {
	w.writeText("{" + w.choose(allergens))
	w.writeRecordName("AllergyIntolerance")
	w.writeText(`,"course":"active"}`)
}

func (w *personWriter) writeImmunization(int) {
	w.writeText("{" + w.choose(vaccines))
	w.writeRecordName("Immunization")
	w.writeText(`,"status":"completed","date":`)
	w.writeDate(w.randomDay(1000), 50)
	w.writeText("}")
}
