// SPDX-License-Identifier: Apache-2.0

package patient

// Coding is a code in a code system.
type Coding struct {
	// System is a short name (see [SystemName]) or a URL; empty is not known.
	System  string `json:"system,omitzero" validate:"max=512" jsonschema_description:"snomed, loinc, icd10cm, icd10gm, rxnorm, atc or another of the known code systems, or a URL."`
	Code    string `json:"code" validate:"required,max=256" jsonschema:"minLength=1,maxLength=256"`
	Display string `json:"display,omitzero" validate:"max=4096"`
}

// Fact is part of every entry of a domain: its subject, and where the entry
// was found.
type Fact struct {
	Codes []Coding `json:"codes,omitzero" validate:"dive" jsonschema_description:"What the entry is about, as coded in the record."`
	Text  string   `json:"text,omitzero" validate:"max=4096" jsonschema_description:"What the entry is about, in the record's own words."`
	// Record is the entry's place in its source, such as
	// "MedicationRequest/123". Evidence cites it.
	Record string `json:"record,omitzero" validate:"max=512" jsonschema_description:"The entry's place in its source, such as MedicationRequest/123: evidence cites it."`
	// Recorded is when the entry was written down: it began by then.
	Recorded Date `json:"recorded,omitzero" jsonschema_description:"When the entry was written down."`
	// Unreadable, where not empty, says why the entry must not be interpreted: its
	// subject is not known, and it may match everything in its domain.
	// Status and dates still count, so an adapter that cannot trust them leaves
	// them out.
	Unreadable string `json:"unreadable,omitzero" validate:"max=512" jsonschema_description:"Why this entry must not be interpreted. It then may be anything."`
}

// Course is the clinical status of a condition or an allergy.
type Course string

// The values of Course, which are those of FHIR condition-clinical. The empty
// Course is not stated.
const (
	Active     Course = "active"
	Recurrence Course = "recurrence"
	Relapse    Course = "relapse"
	Inactive   Course = "inactive"
	Remission  Course = "remission"
	Resolved   Course = "resolved"
)

// Certainty is the verification status of a condition or an allergy.
type Certainty string

// The values of Certainty, which are those of FHIR condition-ver-status. The
// empty Certainty is not stated, and counts like Confirmed.
const (
	Confirmed      Certainty = "confirmed"
	Unconfirmed    Certainty = "unconfirmed"
	Provisional    Certainty = "provisional"
	Differential   Certainty = "differential"
	Refuted        Certainty = "refuted"
	EnteredInError Certainty = "entered-in-error"
)

// Condition is a diagnosis, a problem or a state such as pregnancy.
type Condition struct {
	Fact
	Course    Course    `json:"course,omitzero" validate:"omitempty,oneof=active recurrence relapse inactive remission resolved" jsonschema_description:"Clinical status."`
	Certainty Certainty `json:"certainty,omitzero" validate:"omitempty,oneof=confirmed unconfirmed provisional differential refuted entered-in-error" jsonschema_description:"Verification status."`
	Onset     Date      `json:"onset,omitzero" jsonschema_description:"When it began."`
	Abatement Date      `json:"abatement,omitzero" jsonschema_description:"When it ended: the last day that it may have been present."`
}

// Allergy is an allergy or intolerance to the substance that its codes and text name.
type Allergy struct {
	Fact
	Course    Course    `json:"course,omitzero" validate:"omitempty,oneof=active recurrence relapse inactive remission resolved" jsonschema_description:"Clinical status."`
	Certainty Certainty `json:"certainty,omitzero" validate:"omitempty,oneof=confirmed unconfirmed provisional differential refuted entered-in-error" jsonschema_description:"Verification status."`
	Onset     Date      `json:"onset,omitzero" jsonschema_description:"When it began."`
}

// Basis is the kind of record that a medication comes from.
type Basis string

// The values of Basis. The empty Basis counts like Statement.
const (
	Order          Basis = "order"          // ordered or prescribed
	Statement      Basis = "statement"      // said or known to be taken
	Administration Basis = "administration" // given
	Dispense       Basis = "dispense"       // handed out
)

// Medication is one exposure, or something that looks like one and is not.
type Medication struct {
	Fact
	Basis Basis `json:"basis,omitzero" validate:"omitempty,oneof=order statement administration dispense" jsonschema_description:"What kind of record this is: an order, a statement that it is taken, an administration, or a dispense."`
	// Status follows the FHIR medication resources; "planned" stands for the
	// intents proposal, plan and option, "do-not-perform" for an order not to
	// give it. Empty says that it was taken, and not whether it still is.
	Status string `json:"status,omitzero" validate:"omitempty,oneof=active completed stopped in-progress on-hold unknown entered-in-error cancelled draft not-taken not-done intended planned do-not-perform" jsonschema_description:"active and in-progress go on unless end says otherwise; completed and stopped ended by the screening day; on-hold and unknown may or may not have been taken; the others are no exposure."`
	Start  Date   `json:"start,omitzero" jsonschema_description:"First dose, or the day of the order."`
	End    Date   `json:"end,omitzero" jsonschema_description:"Last dose."`
}

// Observation is a laboratory result, a vital sign, a score or a finding.
type Observation struct {
	Fact
	Status string `json:"status,omitzero" validate:"omitempty,oneof=final amended corrected preliminary registered cancelled entered-in-error unknown" jsonschema_description:"Empty counts like final."`
	Date   Date   `json:"date,omitzero" jsonschema_description:"When the observation was true: specimen taken, not result issued."`
	Value  Value  `json:"value,omitzero"`
	// Interpretation holds flags such as H, L, POS or NEG.
	Interpretation []Coding  `json:"interpretation,omitzero" validate:"dive"`
	Low            *Quantity `json:"low,omitzero" jsonschema_description:"Lower limit of the laboratory's reference range."`
	High           *Quantity `json:"high,omitzero" jsonschema_description:"Upper limit of the laboratory's reference range."`
}

// Value is the result of an observation: at most one of a quantity, a range of
// quantities, and a coded or worded result. All empty: there is no result.
type Value struct {
	Quantity *Quantity `json:"quantity,omitzero" jsonschema_description:"A number with its unit."`
	From     *Quantity `json:"from,omitzero" jsonschema_description:"Lower end of a range."`
	To       *Quantity `json:"to,omitzero" jsonschema_description:"Upper end of a range."`
	Codes    []Coding  `json:"codes,omitzero" validate:"dive" jsonschema_description:"A coded result."`
	Text     string    `json:"text,omitzero" validate:"max=4096" jsonschema_description:"A result in words."`
	Bool     *bool     `json:"bool,omitzero" jsonschema_description:"A yes or no."`
}

// IsZero reports whether there is no result.
func (v Value) IsZero() bool {
	return v.Quantity == nil && v.From == nil && v.To == nil && len(v.Codes) == 0 && v.Text == "" && v.Bool == nil
}

// Quantity is a measured number. Unit is a UCUM code or the record's own
// spelling; empty is a plain number.
type Quantity struct {
	// Comparator says that the true value lies below ("<", "<=") or above
	// (">", ">=") the number, as in "<20".
	Comparator string  `json:"comparator,omitzero" validate:"omitempty,oneof=< <= > >=" jsonschema_description:"The true value lies on that side of the number."`
	Value      Decimal `json:"value"`
	Unit       string  `json:"unit,omitzero" validate:"max=256" jsonschema_description:"A UCUM code, or the record's own spelling."`
}

// Procedure is something done to the person.
type Procedure struct {
	Fact
	Status string `json:"status,omitzero" validate:"omitempty,oneof=completed in-progress stopped on-hold preparation not-done entered-in-error unknown" jsonschema_description:"Empty counts like completed."`
	Start  Date   `json:"start,omitzero"`
	End    Date   `json:"end,omitzero"`
}

// Immunization is a vaccination that was given, or was not.
type Immunization struct {
	Fact
	Status string `json:"status,omitzero" validate:"omitempty,oneof=completed not-done entered-in-error" jsonschema_description:"Empty counts like completed."`
	Date   Date   `json:"date,omitzero"`
}

// Reply is an answer to a question.
type Reply string

// The values of Reply. NotKnown says that the question was put and could not
// be answered, which leaves it open.
const (
	Yes      Reply = "yes"
	No       Reply = "no"
	NotKnown Reply = "unknown"
)

// Answer is a person's reply to a question of a study.
type Answer struct {
	Question string `json:"question" validate:"required,max=256" jsonschema:"minLength=1" jsonschema_description:"The question's id in the study file."`
	Reply    Reply  `json:"answer" validate:"required,oneof=yes no unknown"`
	// Study limits the answer to one study; empty answers every study that
	// asks a question of this id.
	Study  string `json:"study,omitzero" validate:"max=256" jsonschema_description:"Only for this study; left out: for each that asks a question of this id."`
	By     string `json:"by,omitzero" validate:"max=256" jsonschema_description:"Who answered."`
	On     Date   `json:"on,omitzero" jsonschema_description:"When it was answered."`
	Record string `json:"record,omitzero" validate:"max=512"`
}
