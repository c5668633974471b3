// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"regexp"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

func words(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

var (
	// never stand in the name of a concept that the library lacks.
	never = words(`a an the case occurrence documentation documentations finding findings this that these those such any some other others another each all every no not none nor non without within with who which whose where when while
		and or but if unless except than then as at by for from in into is it its on onto per to too under until up upon via was were will would
		have has had having be been being are am do does did done must should shall may might can could
		about of above after against along among around because before behind below between beyond during following including include includes like off out outside over
		prior previous previously past current currently active recent recently ongoing known suspected possible probable potential likely history evidence sign symptom presence absence
		diagnosis diagnosed documented confirmed patient subject participant individual person people volunteer woman man female male child adult infant study trial investigator physician doctor
		treatment therapy treated treating requiring required require requires needing need needed use using used risk contraindication contraindicated intolerance intolerant family status allergy allergic hypersensitivity
		significant severe serious uncontrolled unstable symptomatic moderate mild major untreated advanced stable relevant etc eg ie e.g due related associated secondary
		more less least most only both either neither at-risk inability unable ability able willing refusal refuse consent condition conditions problem problems reason reasons illness
		last first second third new time day week month year score grade stage class level higher lower greater smaller high low mg kg ml normal limit abnormal-limit
		you your we our they their he she his her him them i me us many several few multiple one two three four five six
		deemed considered judged opinion judgment judgement planned planning plan scheduled expected candidate eligible ineligible interfere affect influence similar same different specific certain particular
		suitable adequate appropriate inadequate poor good lack failure-to relative minor minimal newly nonspecific whether medical physical available example measurable evaluable part pre accessible gross bulky local mean unspecified elective participation`)
	diseaseHeads = words(`disease disorder syndrome infection cancer carcinoma tumor neoplasm malignancy failure insufficiency deficiency impairment dysfunction
		injury fracture stroke infarction infarct ischemia hemorrhage bleeding thrombosis embolism aneurysm stenosis occlusion regurgitation arrhythmia tachycardia bradycardia fibrillation flutter block
		cardiomyopathy hypertension hypotension diabetes asthma copd epilepsy seizure dementia depression schizophrenia psychosis autism anxiety migraine headache
		hepatitis cirrhosis pancreatitis ulcer obstruction perforation fistula abscess sepsis pneumonia tuberculosis syphilis malaria influenza
		arthritis osteoporosis osteoarthritis scoliosis spondylolisthesis spondylosis myelopathy radiculopathy neuropathy myopathy dystrophy sclerosis lupus psoriasis eczema dermatitis
		leukemia lymphoma myeloma melanoma sarcoma glioma glioblastoma metastasis adenocarcinoma mesothelioma neuroblastoma medulloblastoma
		obesity anorexia bulimia coagulopathy thrombocytopenia neutropenia anemia hemophilia lymphopenia thrombophilia
		shock coma edema ascites encephalopathy hydrocephalus meningitis encephalitis retinopathy glaucoma cataract uveitis
		nephropathy proteinuria hematuria dialysis-dependence gout hyperkalemia hypokalemia hyponatremia hypercalcemia hypocalcemia hyperthyroidism hypothyroidism
		endometriosis preeclampsia eclampsia menopause amenorrhea apnea dyspnea hypoxia hypoxemia fever cough pain
		sarcoidosis amyloidosis hemochromatosis vasculitis endocarditis myocarditis pericarditis pneumonitis colitis gastritis esophagitis appendicitis cholecystitis diverticulitis peritonitis
		angina lesion malformation deformity anomaly defect abnormality instability palsy paralysis paraplegia tetraplegia neuralgia trauma burn claudication tumour
		addiction alcoholism dependence abuse delirium mania hypoglycemia hyperglycemia ketoacidosis acidosis mellitus insipidus attempt ideation prediabetes hyperlipidemia dyslipidemia hypercholesterolemia hypertriglyceridemia
		immunodeficiency immunosuppression transplant-rejection gvhd cyst polyp hernia prolapse incontinence retention reflux constipation diarrhea dysphagia
		concussion hematoma effusion pneumothorax fibrosis emphysema bronchitis bronchiectasis rhinitis sinusitis
		blindness deafness amputation gangrene cellulitis osteomyelitis osteonecrosis necrosis allergy-none suicide-none
		bacteremia viremia fungemia empyema candidiasis aspergillosis cytomegalovirus-none herpes shingles zoster cad chf copd afib dvt pe ckd esrd als pah nsclc sclc hcc aml cml cll mds mm cmml dlbcl ms ptsd adhd ocd mdd bph gerd ibs ibd tia
		attack diathesis tendency compression event-none failure neuropathy rupture laxity torsion hypogonadism acromegaly hyperparathyroidism hypoparathyroidism adrenal-none phenylketonuria galactosemia porphyria`)
	diseaseEndings = []string{"itis", "emia", "pathy", "iasis", "plegia", "penia", "algia", "megaly", "ectasis", "malacia", "oplasia", "lymphoma", "sarcoma", "blastoma", "carcinoma", "trophy", "uria", "dystonia", "ataxia", "cytosis", "osis"}
	notDiseases    = words(`diagnosis prognosis prothesis prosthesis alopathy homeopathy diaphysis hypnosis osteopathy allopathy naturopathy academia anastomosis`)

	procedureHeads = words(`surgery operation transplant transplantation radiation radiotherapy irradiation resection ablation biopsy implantation catheterization procedure stenting bypass transfusion
		brachytherapy dialysis hemodialysis intervention arthroplasty fusion laminectomy discectomy amputation intubation ventilation colonoscopy endoscopy bronchoscopy angiography embolization radiosurgery leukapheresis plasmapheresis apheresis chemoradiation chemoradiotherapy acupuncture physiotherapy
		anesthesia cryotherapy phototherapy stimulation`)
	procedureEndings = []string{"ectomy", "ostomy", "plasty", "otomy", "oscopy", "centesis"}

	medicineHeads = words(`chemotherapy immunotherapy antibiotic anticoagulant anticoagulation corticosteroid steroid glucocorticoid antidepressant antipsychotic benzodiazepine opioid nsaid immunosuppressant immunosuppressive
		inhibitor antagonist agonist blocker antibody antiviral antifungal diuretic bisphosphonate contraceptive hormone estrogen testosterone progesterone insulin vitamin supplement vaccine-none probiotic
		inducer antiplatelet antiarrhythmic antiepileptic anticonvulsant antihypertensive antihistamine stimulant sedative analgesic bronchodilator statin biologic interferon immunoglobulin globulin lithium methadone buprenorphine naltrexone cannabis marijuana nicotine
		antimetabolite anthracycline taxane cytokine interleukin monoclonal-none gcsf erythropoietin iron calcium melatonin levodopa carbidopa digoxin amiodarone quinidine theophylline thalidomide lenalidomide pomalidomide bortezomib venetoclax
		acyclovir heparin aspirin warfarin clopidogrel metformin ketamine propofol midazolam anesthetic relaxant laxative antacid antiemetic antimalarial chloroquine dapsone colchicine allopurinol disulfiram dmard glp-1 zidovudine retinoid isotretinoin
		agent drug medication medicine product therapy treatment`)
	// of those, words that alone name nothing.
	classWords = words(`agent drug medication medicine product therapy treatment inhibitor antagonist agonist blocker antibody inducer supplement hormone relaxant procedure operation intervention biologic stimulation`)
	inns       = []string{"mab", "nib", "cillin", "mycin", "floxacin", "pril", "sartan", "olol", "azole", "navir", "tegravir", "buvir", "ciclovir", "parin", "ciclib", "platin", "taxel", "rubicin", "gliptin", "gliflozin", "glutide", "parib", "statin", "zumab", "ximab", "cept", "dronate", "dronic", "setron", "triptan", "oxetine", "azepam", "azolam", "barbital", "tidine", "prazole", "lukast", "terol", "asone", "olone", "onide", "sone", "xaban", "gatran", "grel", "grelor", "fibrate", "profen", "coxib", "relix", "relin", "tecan", "bicin", "trexate", "trexed", "tabine", "citidine", "poside", "bine", "stine", "sulfan", "degib", "rafenib", "limus", "fungin", "cycline", "vudine", "citabine", "lutamide", "terone", "estrant", "oxifen", "trozole", "mestane"}

	vaccineHeads = words(`vaccine vaccination immunization`)
	participles  = words(`bleeding swelling vomiting wheezing scarring sleeping eating dry-eye learning hearing twitching impaired advanced attenuated inactivated acquired inherited retarded delayed mixed increased decreased elevated reduced advanced-stage unexplained relapsing remitting relapsed red monitoring spreading living congested pitting fasting demyelinating invading necrotizing debilitating disabling sclerosing underlying-none infiltrating smoldering`)
)

// stage is a stage of a tumor: pT3, N2.
var stage = regexp.MustCompile(`^[cpy]?[tnm]\d`)

// npWord reports whether a word may stand in the name of a concept that the
// library lacks.
func npWord(t token) bool {
	if t.kind != wordToken || never[t.text] || never[t.stem] || len(t.text) < 2 {
		return false
	}
	for _, end := range []string{"ing", "ed"} {
		if strings.HasSuffix(t.text, end) && len(t.text) > 4 && !participles[t.text] && !strings.HasSuffix(t.text, "eed") {
			return false
		}
	}
	if stage.MatchString(t.text) {
		return false
	}
	return !strings.HasSuffix(t.text, "ly") || t.text == "family"
}

func hasEnding(word string, endings []string) bool {
	for _, e := range endings {
		if strings.HasSuffix(word, e) && len(word) > len(e)+1 {
			return true
		}
	}
	return false
}

// headOf says which kind of thing a noun names, by its last word.
func headOf(t token) (terminology.Kind, bool) {
	w := t.stem
	switch {
	case vaccineHeads[w]:
		return terminology.ImmunizationKind, true
	case procedureHeads[w] || hasEnding(w, procedureEndings):
		return terminology.ProcedureKind, true
	case diseaseHeads[w] || hasEnding(w, diseaseEndings) && !notDiseases[w]:
		return terminology.ConditionKind, true
	case medicineHeads[w] || hasEnding(w, inns) && len(w) > 6:
		return terminology.MedicationKind, true
	case strings.HasSuffix(w, "oma") && len(w) > 6:
		return terminology.ConditionKind, true
	}
	return "", false
}

// maxNoun is how many words the name of a concept that the library lacks has.
const maxNoun = 7

// noun reads a noun phrase that names one thing of a kind: words of which the
// last, or the last before "of", says the kind.
func (p *parser) noun() (label string, kind terminology.Kind, ok bool) {
	start := p.i
	var head token
	n := 0
	p.takeAny("major", "other", "another")
	for ; !p.done() && n < maxNoun; p.i++ {
		t := p.toks[p.i]
		switch {
		case t.text == "(" && n > 1 && p.i+2 < len(p.toks) && p.toks[p.i+2].text == ")" && p.initials(p.toks[p.i+1], start, p.i):
			p.i += 2 // "central nervous system (CNS) metastases"
			continue
		case t.text == "-" && t.glued && n > 0 && p.i+1 < len(p.toks) && p.toks[p.i+1].glued && p.toks[p.i+1].kind != compareToken && p.toks[p.i+1].kind != markToken:
			continue
		case t.kind == numberToken && n > 0 && (p.word(-1) == "type" || p.word(-1) == "-" || p.toks[p.i].glued) && len(t.text) <= 2:
			n++
			continue
		case !npWord(t) && !(n > 0 && medicineHead(t)):
		default:
			head = t
			n++
			continue
		}
		break
	}
	if n == 0 || n >= maxNoun || p.word(-1) == "-" {
		p.i = start
		return "", "", false
	}
	kind, ok = headOf(head)
	end := p.i
	if ok && p.word(0) == "of" && kind != terminology.MedicationKind {
		p.i++
		p.takeAny("the", "a", "an")
		m := 0
		for ; !p.done() && m < 5 && (npWord(p.toks[p.i]) || m > 0 && p.word(0) == "-" && p.toks[p.i].glued); p.i++ {
			m++
		}
		if m == 0 {
			p.i = start
			return "", "", false
		}
		end = p.i
	}
	if !ok || n == 1 && (classWords[head.stem] || vague[head.stem]) {
		p.i = start
		return "", "", false
	}
	if kind == terminology.MedicationKind {
		for _, t := range p.toks[start:end] {
			switch {
			case radiant[t.stem]:
				kind = terminology.ProcedureKind
			case unmedical[t.stem]:
				p.i = start
				return "", "", false
			}
		}
	}
	return p.words(start, end), kind, true
}

var (
	// vague words name a disease only with another word.
	vague = words(`disease disorder syndrome lesion abnormality defect failure insufficiency deficiency impairment dysfunction attack block instability anomaly malformation retention dependence abuse
		injury compression tendency diathesis resection attempt ideation shock reflux deformity obstruction perforation occlusion palsy rupture laxity hernia ablation biopsy implantation stenting intervention fusion`)
	// radiant words make a therapy a procedure.
	radiant = words(`radiation irradiation radio radiotherapy radiological photodynamic laser electroconvulsive shockwave light physical manual transplantation transplant cell dialysis ultrasound exercise psychological behavioral cognitive cbt acupuncture`)
	// unmedical words leave open whether a treatment is a medicine.
	unmedical = words(`surgical psychiatric dental orthodontic standard supportive hospital inpatient outpatient local topical-none definitive interventional invasive alternative complementary device rehabilitation curative radical prior-none conservative emergency protocol investigation treatment-none`)
	// shared words may belong to the adjective of an earlier item: "spinal
	// surgery, trauma or infection".
	shared = words(`infection trauma tumor neoplasm surgery fracture deformity injury bleeding hemorrhage stenosis thrombosis ulcer instability malignancy cancer operation inflammation metastasis ischemia infarction arrhythmia edema fibrosis carcinoma disease`)
)

// organAdjective reports whether a word is like "spinal" or "cardiac".
func organAdjective(w string) bool {
	return hasEnding(w, []string{"al", "ic", "ar", "ary", "eal", "ous", "iac"}) || words("spine brain lung liver heart bone skin kidney neck back head eye knee hip")[w]
}

// medicineHead lets "therapy" and the like end a name, where they cannot stand
// inside one.
func medicineHead(t token) bool { return t.stem == "therapy" || t.stem == "treatment" }

// boundary reports whether a name can end here.
func (p *parser) boundary() bool {
	if p.done() {
		return true
	}
	switch p.word(0) {
	case ",", ";", ".", ")", "(", "/", "and", "or", "within", "in", "during", "less", "<", "<=", "at", "prior", "before", "except", "unless", "other", "with", "as", "for", "over", "any", "up", "but", "not", "who", "that", "which", "requiring", "despite", "defined", "treated", "on", "by", "excluding", "diagnosed", "documented", "confirmed", "secondary", "due", "associated", "caused", "controlled", "whose", "where", "after", "since", "that's", "based", "according", "per", "necessitating", "receiving", "involving", "affecting", "resulting", "causing", "needing", "managed", "uncontrolled", "if", "leading", "lasting", "without", "while":
		return true
	}
	return false
}

// notMedicines are used, and are none.
var notMedicines = words(`alcohol tobacco cigarette device wheelchair lens care aid support contraception app phone computer condom method program diet food substance smoking nicotine-none mask oxygen-none light walker cane brace crutch protocol procedure transplant facility service data cpap glass machine technique im iv sc po`)

// medicineName reads a name behind "treatment with", where any noun names what
// was taken.
func (p *parser) medicineName() (label string, kind terminology.Kind, ok bool) {
	start := p.i
	n := 0
	for ; !p.done() && n < 4; p.i++ {
		t := p.toks[p.i]
		if t.text == "-" && t.glued && n > 0 && p.i+1 < len(p.toks) && p.toks[p.i+1].glued && p.toks[p.i+1].kind != markToken {
			continue
		}
		if t.kind == numberToken && t.glued && n > 0 {
			continue
		}
		if !npWord(t) && !(n > 0 && medicineHead(t)) || notMedicines[t.stem] || diseaseHeads[t.stem] {
			break
		}
		n++
	}
	if n == 0 || !p.boundary() || n == 1 && (classWords[p.stemAt(-1)] || hasEnding(p.word(-1), []string{"al", "ic", "ive", "ous", "ary", "able", "ical", "ular"}) || p.word(-1) == "live" || p.word(-1) == "oral") {
		p.i = start
		return "", "", false
	}
	return p.words(start, p.i), terminology.MedicationKind, true
}
