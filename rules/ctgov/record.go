// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// Record holds the fields of a record of ClinicalTrials.gov that restrict who
// may take part.
type Record struct {
	ID      string // the registry's identifier, such as NCT00506831
	Title   string // the brief title
	Version string // day of the last update posted, YYYY-MM-DD, or ""
	Source  string // address of the record, or ""
	MinAge  Age
	MaxAge  Age
	Sex     Sex
	// GenderBased says that the gender of a participant decides, not the sex.
	GenderBased bool
	// HealthyVolunteers says whether the study accepts healthy volunteers:
	// "yes", "no" or "" if the record does not say.
	HealthyVolunteers string
	// Eligibility is the text of the criteria, without the Markdown escapes of
	// the API.
	Eligibility string
}

// Sex is the sex that may take part.
type Sex string

// The sexes of a record; "" means that the record does not say, which restricts
// nothing.
const (
	AllSexes Sex = "all"
	Female   Sex = "female"
	Male     Sex = "male"
)

// Age is a limit of age. The zero Age is no limit ("N/A").
type Age struct {
	Value int
	Unit  string // years, months, weeks, days, hours or minutes
	Text  string // as written; if it could not be read, Unit is ""
}

// IsZero reports whether there is no limit.
func (a Age) IsZero() bool { return a.Text == "" }

var agePattern = regexp.MustCompile(`(?i)^(\d{1,6})\s*(year|month|week|day|hour|minute)s?$`)

// parseAge parses "18 Years", "6 Months", "48 Hours", "N/A" and "".
func parseAge(text string) Age {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" || strings.EqualFold(text, "N/A") || strings.EqualFold(text, "none") {
		return Age{}
	}
	a := Age{Text: text}
	if m := agePattern.FindStringSubmatch(text); m != nil {
		a.Value, _ = strconv.Atoi(m[1])
		a.Unit = strings.ToLower(m[2]) + "s"
	}
	return a
}

func parseSex(text string) (Sex, error) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "":
		return "", nil
	case "all", "both":
		return AllSexes, nil
	case "female":
		return Female, nil
	case "male":
		return Male, nil
	}
	return "", fmt.Errorf("unknown sex %.40q; it is all, both, female or male", text)
}

func parseYesNo(text string) string {
	switch strings.ToLower(strings.Trim(strings.TrimSpace(text), `"`)) {
	case "yes", "y", "true", "accepts healthy volunteers":
		return "yes"
	case "no", "n", "false":
		return "no"
	}
	return ""
}

// maxRecord is the maximum size of a record in bytes.
const maxRecord = 32 << 20

// maxEligibility is the maximum size of an eligibility text in bytes: the
// registry accepts 20,000 characters, and a study file has 256 KiB.
const maxEligibility = 64 << 10

// ReadRecord reads one record and detects its form: API v2 JSON, the older JSON
// (full_studies) and XML (clinical_study), or the text of a study's page. The
// error names the missing part of the record.
func ReadRecord(r io.Reader) (*Record, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxRecord+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxRecord {
		return nil, fmt.Errorf("the record is larger than %d MiB", maxRecord>>20)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, errors.New("the record is empty")
	}
	var rec *Record
	switch first := bytes.TrimSpace(data)[0]; first {
	case '{', '[':
		rec, err = readJSON(data)
	case '<':
		rec, err = readXML(data)
	default:
		rec, err = readPage(string(data))
	}
	if err != nil {
		return nil, err
	}
	return rec.normalize()
}

// rawRecord holds the fields of a record as the registry writes them in JSON and XML.
type rawRecord struct {
	id, title, version, minAge, maxAge, sex, healthy, criteria string
	genderBased                                                bool
}

func (f rawRecord) record() (*Record, error) {
	sex, err := parseSex(f.sex)
	if err != nil {
		return nil, err
	}
	return &Record{
		ID: f.id, Title: f.title, Version: f.version, MinAge: parseAge(f.minAge), MaxAge: parseAge(f.maxAge), Sex: sex, GenderBased: f.genderBased,
		HealthyVolunteers: parseYesNo(f.healthy), Eligibility: f.criteria,
	}, nil
}

var idPattern = regexp.MustCompile(`^NCT\d{8}$`)

// normalize checks the fields of a record and brings them to one form.
func (r *Record) normalize() (*Record, error) {
	r.ID = strings.ToUpper(strings.TrimSpace(r.ID))
	switch {
	case r.ID == "":
		return nil, errors.New("the record names no NCT number; is it a record of ClinicalTrials.gov?")
	case !idPattern.MatchString(r.ID):
		return nil, fmt.Errorf("%.40q is no NCT number", r.ID)
	}
	if len(r.Eligibility) > maxEligibility {
		return nil, fmt.Errorf("%s: the eligibility text is longer than %d KiB", r.ID, maxEligibility>>10)
	}
	r.Source = "https://clinicaltrials.gov/study/" + r.ID
	r.Title = strings.Join(strings.Fields(cleanText(r.Title)), " ")
	r.Version = isoDay(r.Version)
	r.Eligibility = cleanText(r.Eligibility)
	return r, nil
}

var (
	isoPattern  = regexp.MustCompile(`^\d{4}-\d{2}(-\d{2})?$`)
	longPattern = regexp.MustCompile(`^([A-Z][a-z]+)\s+(?:(\d{1,2}),\s*)?(\d{4})$`)
)

var monthNumber = map[string]int{
	"January": 1, "February": 2, "March": 3, "April": 4, "May": 5, "June": 6,
	"July": 7, "August": 8, "September": 9, "October": 10, "November": 11, "December": 12,
}

// isoDay formats "August 13, 2018" as 2018-08-13. It gives "" for any other
// text.
func isoDay(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if isoPattern.MatchString(text) {
		return text
	}
	m := longPattern.FindStringSubmatch(text)
	if m == nil || monthNumber[m[1]] == 0 {
		return ""
	}
	day := fmt.Sprintf("%s-%02d", m[3], monthNumber[m[1]])
	if n, err := strconv.Atoi(m[2]); err == nil {
		day += fmt.Sprintf("-%02d", n)
	}
	return day
}

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
