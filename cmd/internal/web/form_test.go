// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// byHand sends the form of the reference study.
func byHand(t *testing.T, server string, fields map[string]string) (int, string) {
	t.Helper()
	v := url.Values{"on": {"2026-11-22"}, "birth": {"1968-04-17"}, "sex": {"male"}}
	for name, value := range fields {
		v.Set(name, value)
	}
	return answerOf(t, http.MethodPost, server+"/form/"+study, "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
}

// What a form leaves open stays open, what it denies is not there, and what it
// affirms is, on the days that it gives.
func TestScreenByHand(t *testing.T) {
	server, _ := serve(t, nil)
	for name, test := range map[string]struct {
		fields map[string]string
		says   []string
	}{
		"all open":         {nil, []string{"Not decided", "Age 58"}},
		"infliximab given": {map[string]string{"is.protocol_biologic": "yes", "to.protocol_biologic": "2026-10-14"}, []string{"May not join", "within the 8 weeks", "2026-12-10"}},
		"on the last day":  {map[string]string{"is.protocol_biologic": "yes", "to.protocol_biologic": "2026-09-27"}, []string{"May not join"}},
		"washed out":       {map[string]string{"is.protocol_biologic": "yes", "to.protocol_biologic": "2026-09-26"}, []string{"Not decided"}},
		"some time":        {map[string]string{"is.protocol_biologic": "yes", "to.protocol_biologic": "2026-09"}, []string{"Not decided", "last taken"}},
		"still taken":      {map[string]string{"is.rituximab": "yes", "still.rituximab": "yes"}, []string{"May not join", "stop rituximab first"}},
		"HIV":              {map[string]string{"is.hiv": "yes"}, []string{"May not join", "HIV infection"}},
		"no sclerosis": {map[string]string{
			"is.systemic_sclerosis": "no", "is.diffuse_systemic_sclerosis": "no", "is.limited_systemic_sclerosis": "no",
			"is.systemic_sclerosis_with_lung_involvement": "no",
		}, []string{"May not join", "patient-not-volunteer"}},
		"which sclerosis": {map[string]string{"is.systemic_sclerosis": "no"}, []string{"Not decided"}}, // the diffuse one is left open
		"too old":         {map[string]string{"birth": "1945"}, []string{"Not decided"}},
	} {
		t.Run(name, func(t *testing.T) {
			status, page := byHand(t, server, test.fields)
			if status != http.StatusOK {
				t.Fatalf("%d: %s", status, page)
			}
			holds(t, page, test.says...)
		})
	}
	status, page := byHand(t, server, map[string]string{"birth": "soon", "to.rituximab": "2026-13-01", "sex": "f"})
	if status != http.StatusUnprocessableEntity {
		t.Errorf("%d", status)
	}
	holds(t, page, "Birth date: &#34;soon&#34; is not a date", "rituximab, to")
}

// Hemoglobin: a number by hand, with the unit of the study or another.
func TestNumberByHand(t *testing.T) {
	server, _ := serve(t, nil)
	for value, says := range map[string]string{
		"9.9 g/dL": "May not join", "10 g/dL": "May join", "<8 g/dL": "May not join", ">9 g/dL": "Not decided", "100 g/L": "May join", "99 g/L": "May not join",
	} {
		number, unit, _ := strings.Cut(value, " ")
		v := url.Values{"on": {"2026-11-22"}, "value.hemoglobin": {number}, "unit.hemoglobin": {unit}, "from.hemoglobin": {"2026-11-20"}}
		id := "EXAMPLE-HEMOGLOBIN"
		status, page := answerOf(t, http.MethodPost, server+"/form/"+id, "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
		if status != http.StatusOK || !strings.Contains(page, says) {
			t.Errorf("%s: %d, not %q", value, status, says)
		}
	}
}
