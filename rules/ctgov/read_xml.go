// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// studyXML is the part of the older XML that is read.
// Source: clinicaltrials.gov/ct2/html/images/info/public.xsd.
type studyXML struct {
	XMLName     xml.Name `xml:"clinical_study"`
	ID          string   `xml:"id_info>nct_id"`
	Title       string   `xml:"brief_title"`
	Posted      string   `xml:"last_update_posted"`
	Changed     string   `xml:"lastchanged_date"`
	Criteria    string   `xml:"eligibility>criteria>textblock"`
	Sex         string   `xml:"eligibility>gender"`
	GenderBased string   `xml:"eligibility>gender_based"`
	MinimumAge  string   `xml:"eligibility>minimum_age"`
	MaximumAge  string   `xml:"eligibility>maximum_age"`
	Healthy     string   `xml:"eligibility>healthy_volunteers"`
}

func readXML(data []byte) (*Record, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(charset string, input io.Reader) (io.Reader, error) {
		if strings.EqualFold(charset, "us-ascii") {
			return input, nil
		}
		return nil, fmt.Errorf("the encoding %.40q is not read; save the file as UTF-8", charset)
	}
	var s studyXML
	if err := d.Decode(&s); err != nil {
		if bytes.Contains(bytes.ToLower(data[:min(len(data), 4096)]), []byte("<html")) {
			return nil, errors.New("this is a web page; copy its text, or download the record as JSON")
		}
		return nil, fmt.Errorf("not XML of ClinicalTrials.gov: %w", err)
	}
	return rawRecord{
		id: s.ID, title: s.Title, version: cmp.Or(s.Posted, s.Changed),
		minAge: s.MinimumAge, maxAge: s.MaximumAge, sex: s.Sex, genderBased: parseYesNo(s.GenderBased) == "yes", healthy: s.Healthy, criteria: s.Criteria,
	}.record()
}
