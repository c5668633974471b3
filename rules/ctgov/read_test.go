// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const criteriaText = "Inclusion Criteria:\n\n* Platelets > 100\n\nExclusion Criteria:\n\nHIV & AIDS."

// want is the record that every form below stands for.
var want = Record{
	ID: "NCT00000009", Title: "Oil & Elbow", Version: "2018-08-13", Source: "https://clinicaltrials.gov/study/NCT00000009",
	MinAge: Age{6, "months", "6 Months"}, MaxAge: Age{80, "years", "80 Years"}, Sex: Female, HealthyVolunteers: "no", Eligibility: criteriaText,
}

const v2 = `{"protocolSection":{"identificationModule":{"nctId":"NCT00000009","briefTitle":"Oil & Elbow"},
"statusModule":{"lastUpdatePostDateStruct":{"date":"2018-08-13"}},
"eligibilityModule":{"eligibilityCriteria":"Inclusion Criteria:\n\n* Platelets \\> 100\n\nExclusion Criteria:\n\nHIV & AIDS.","healthyVolunteers":false,"sex":"FEMALE","minimumAge":"6 Months","maximumAge":"80 Years"}},"hasResults":false}`

const v1 = `{"ProtocolSection":{"IdentificationModule":{"NCTId":"NCT00000009","BriefTitle":"Oil & Elbow"},
"StatusModule":{"LastUpdatePostDateStruct":{"LastUpdatePostDate":"August 13, 2018"}},
"EligibilityModule":{"EligibilityCriteria":"Inclusion Criteria:\n\n* Platelets > 100\n\nExclusion Criteria:\n\nHIV & AIDS.","HealthyVolunteers":"No","Gender":"Female","MinimumAge":"6 Months","MaximumAge":"80 Years"}}}`

var forms = map[string]string{
	"v2":          v2,
	"v2, no word": strings.Replace(v2, `"healthyVolunteers":false`, `"healthyVolunteers":"No"`, 1),
	"v2, a list":  `{"studies":[` + v2 + `],"totalCount":1}`,
	"an array":    "\ufeff[" + v2 + "]",
	"v1":          v1,
	"full study":  `{"FullStudy":{"Rank":1,"Study":` + v1 + `}}`,
	"v1, answer":  `{"FullStudiesResponse":{"NStudiesFound":1,"FullStudies":[{"Rank":1,"Study":` + v1 + `}]}}`,
	"XML": `<?xml version="1.0" encoding="UTF-8"?>
<clinical_study rank="1"><id_info><org_study_id>X</org_study_id><nct_id>NCT00000009</nct_id></id_info>
<brief_title>Oil &amp; Elbow</brief_title>
<eligibility><criteria><textblock>Inclusion Criteria:&#xD;
&#xD;
* Platelets &gt; 100&#xD;
&#xD;
Exclusion Criteria:&#xD;
&#xD;
HIV &amp; AIDS.</textblock></criteria>
<gender>Female</gender><minimum_age>6 Months</minimum_age><maximum_age>80 Years</maximum_age><healthy_volunteers>No</healthy_volunteers></eligibility>
<lastchanged_date>August 13, 2018</lastchanged_date></clinical_study>`,
	"older page": `Menu

Oil & Elbow

The safety and scientific validity of this study is the responsibility of the sponsor.
ClinicalTrials.gov Identifier: NCT00000009
Last Update Posted : August 13, 2018
See also NCT99999999.

Ages Eligible for Study:   6 Months to 80 Years   (Child, Adult, Older Adult)
Sexes Eligible for Study:   Female
Accepts Healthy Volunteers:   No

` + criteriaText + `

Information from the National Library of Medicine
`,
	"older page of an observational study": `Oil & Elbow
The safety and scientific validity of this study is the responsibility of the sponsor.
ClinicalTrials.gov Identifier: NCT00000009
Last Update Posted : August 13, 2018
Ages Eligible for Study:  6 Months to 80 Years
Genders Eligible for Study:  Female
Accepts Healthy Volunteers:  No
Sampling Method:  Non-Probability Sample
Study Population
Elbows of a clinic.
Criteria

` + criteriaText + `
Contacts and Locations
`,
	"page of today": `Oil & Elbow

ClinicalTrials.gov ID
NCT00000009

Last Update Posted
2018-08-13

Participation Criteria
Researchers look for people who fit a certain description, called eligibility criteria.

Eligibility Criteria
Description

` + criteriaText + `

Ages Eligible for Study
6 Months to 80 Years (Child, Adult, Older Adult )

Sexes Eligible for Study
Female

Accepts Healthy Volunteers
No

Study Plan
How is the study designed?
`,
}

func TestReadForms(t *testing.T) {
	for name, src := range forms {
		got, err := ReadRecord(strings.NewReader(src))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !reflect.DeepEqual(*got, want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", name, *got, want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for src, message := range map[string]string{
		"":                        "empty",
		" \n":                     "empty",
		"{":                       "not JSON",
		`{"a":1}`:                 "no protocolSection",
		"[" + v2 + "," + v2 + "]": "holds 2 studies",
		`{"studies":[]}`:          "holds 0 studies",
		`[1]`:                     "no JSON object",
		`{"protocolSection":{}}`:  "no NCT number",
		`{"protocolSection":{"identificationModule":{"nctId":"X"}}}`:                                                 "is no NCT number",
		`{"protocolSection":{"identificationModule":{"nctId":"NCT00000001","nctId":"NCT00000002"}}}`:                 "duplicate",
		`{"protocolSection":{"identificationModule":{"nctId":"NCT00000001"},"eligibilityModule":{"sex":"UNKNOWN"}}}`: "unknown sex",
		"<html><body>NCT00000001</body></html>":                                                                      "web page",
		"<clinical_study></clinical_study>":                                                                          "no NCT number",
		"Inclusion Criteria: adults":                                                                                 "neither JSON nor XML",
		"NCT00000001\nA title":                                                                                       "no eligibility criteria",
		`{"protocolSection":{"identificationModule":{"nctId":"NCT00000001"},"eligibilityModule":{"eligibilityCriteria":"` + strings.Repeat("a ", maxEligibility) + `"}}}`: "longer than",
	} {
		_, err := ReadRecord(strings.NewReader(src))
		if err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("%.60q: got %v, want %q", src, err, message)
		}
	}
}

func TestParseAge(t *testing.T) {
	for text, want := range map[string]Age{
		"":           {},
		"N/A":        {},
		"18 Years":   {18, "years", "18 Years"},
		"1 Year":     {1, "years", "1 Year"},
		"6 Months":   {6, "months", "6 Months"},
		"36 Weeks":   {36, "weeks", "36 Weeks"},
		"1 Day":      {1, "days", "1 Day"},
		"48 Hours":   {48, "hours", "48 Hours"},
		"30 Minutes": {30, "minutes", "30 Minutes"},
		"18":         {0, "", "18"},
		"old":        {0, "", "old"},
		"1.5 Years":  {0, "", "1.5 Years"},
	} {
		if got := parseAge(text); got != want {
			t.Errorf("%q: got %+v, want %+v", text, got, want)
		}
	}
}

func TestParseAges(t *testing.T) {
	for text, want := range map[string][2]string{
		"18 Years to 80 Years   (Adult, Older Adult)": {"18 Years", "80 Years"},
		"18 Years and older (Adult, Older Adult )":    {"18 Years", ""},
		"up to 17 Years   (Child)":                    {"", "17 Years"},
		"Child, Adult, Older Adult":                   {"", ""},
		"":                                            {"", ""},
		"grown up":                                    {"grown up", ""},
	} {
		least, most := parseAges(text)
		if least.Text != want[0] || most.Text != want[1] {
			t.Errorf("%q: got %q and %q", text, least.Text, most.Text)
		}
	}
}

// FuzzRead reads anything and drafts what it could read.
func FuzzRead(f *testing.F) {
	for _, src := range forms {
		f.Add([]byte(src))
	}
	if page, err := os.ReadFile(filepath.Join(registry, "NCT00506831", "registry-page.txt")); err == nil {
		f.Add(page)
	}
	d := newDrafter(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 8<<10 {
			return
		}
		rec, err := ReadRecord(bytes.NewReader(src))
		if err != nil {
			return
		}
		checkText(t, rec.Eligibility, SplitText(rec.Eligibility))
		if draft, err := d.DraftStudy(rec); err != nil && !strings.Contains(err.Error(), "states no criteria") {
			t.Errorf("no draft: %v", err)
		} else if err == nil {
			if _, left := draft.Coverage(); len(left) > 0 {
				t.Errorf("not quoted: %q", left)
			}
		}
	})
}
