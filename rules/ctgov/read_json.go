// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// studyV2 is the part of a record of API v2 that is read.
// Source: clinicaltrials.gov/data-api/about-api/study-data-structure.
type studyV2 struct {
	Protocol struct {
		Identification struct {
			ID    string `json:"nctId"`
			Title string `json:"briefTitle"`
		} `json:"identificationModule"`
		Status struct {
			Updated struct {
				Date string `json:"date"`
			} `json:"lastUpdatePostDateStruct"`
		} `json:"statusModule"`
		Eligibility struct {
			Criteria    string         `json:"eligibilityCriteria"`
			Healthy     jsontext.Value `json:"healthyVolunteers"` // true, or "No"
			Sex         string         `json:"sex"`
			GenderBased bool           `json:"genderBased"`
			MinimumAge  string         `json:"minimumAge"`
			MaximumAge  string         `json:"maximumAge"`
		} `json:"eligibilityModule"`
	} `json:"protocolSection"`
}

// studyV1 is the same part of a record of the older API, full_studies.
type studyV1 struct {
	Protocol struct {
		Identification struct {
			ID    string `json:"NCTId"`
			Title string `json:"BriefTitle"`
		} `json:"IdentificationModule"`
		Status struct {
			Updated struct {
				Date string `json:"LastUpdatePostDate"`
			} `json:"LastUpdatePostDateStruct"`
		} `json:"StatusModule"`
		Eligibility struct {
			Criteria    string `json:"EligibilityCriteria"`
			Healthy     string `json:"HealthyVolunteers"`
			Sex         string `json:"Gender"`
			GenderBased string `json:"GenderBased"`
			MinimumAge  string `json:"MinimumAge"`
			MaximumAge  string `json:"MaximumAge"`
		} `json:"EligibilityModule"`
	} `json:"ProtocolSection"`
}

// envelope is an answer of either API, or a study.
type envelope struct {
	V2      jsontext.Value   `json:"protocolSection"`
	V1      jsontext.Value   `json:"ProtocolSection"`
	Studies []jsontext.Value `json:"studies"`
	Study   jsontext.Value   `json:"Study"`
	Full    jsontext.Value   `json:"FullStudy"`
	Answer  struct {
		Studies []jsontext.Value `json:"FullStudies"`
	} `json:"FullStudiesResponse"`
	Struct jsontext.Value `json:"StudyStruct"`
}

// readJSON reads a record of either API, alone or wrapped as the API's answer.
func readJSON(data []byte) (*Record, error) {
	data = bytes.TrimSpace(data)
	for range 6 { // levels of wrapping
		if data[0] == '[' {
			var list []jsontext.Value
			if err := json.Unmarshal(data, &list); err != nil {
				return nil, fmt.Errorf("not JSON: %w", err)
			}
			var err error
			if data, err = onlyStudy(list); err != nil {
				return nil, err
			}
			continue
		}
		var e envelope
		if err := json.Unmarshal(data, &e); err != nil {
			return nil, fmt.Errorf("not JSON of ClinicalTrials.gov: %w", err)
		}
		switch {
		case e.V2 != nil:
			return readV2(data)
		case e.V1 != nil:
			return readV1(data)
		case e.Study != nil:
			data = e.Study
		case e.Full != nil:
			data = e.Full
		case e.Struct != nil:
			data = e.Struct
		case e.Studies != nil || e.Answer.Studies != nil:
			var err error
			if data, err = onlyStudy(append(e.Studies, e.Answer.Studies...)); err != nil {
				return nil, err
			}
		default:
			return nil, errors.New("the JSON holds no protocolSection; is it a record of ClinicalTrials.gov?")
		}
		if data = bytes.TrimSpace(data); len(data) == 0 || data[0] != '{' && data[0] != '[' {
			break
		}
	}
	return nil, errors.New("the JSON holds no study; is it a record of ClinicalTrials.gov?")
}

func onlyStudy(list []jsontext.Value) (jsontext.Value, error) {
	if len(list) != 1 {
		return nil, fmt.Errorf("the file holds %d studies; a draft is made of one", len(list))
	}
	value := bytes.TrimSpace(list[0])
	if len(value) == 0 || value[0] != '{' {
		return nil, errors.New("the study is no JSON object")
	}
	return value, nil
}

func readV2(data []byte) (*Record, error) {
	var s studyV2
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("not a record of API v2: %w", err)
	}
	e := &s.Protocol.Eligibility
	return rawRecord{
		id: s.Protocol.Identification.ID, title: s.Protocol.Identification.Title, version: s.Protocol.Status.Updated.Date,
		minAge: e.MinimumAge, maxAge: e.MaximumAge, sex: e.Sex, genderBased: e.GenderBased, healthy: string(e.Healthy), criteria: e.Criteria,
	}.record()
}

func readV1(data []byte) (*Record, error) {
	var s studyV1
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("not a record of the older API: %w", err)
	}
	e := &s.Protocol.Eligibility
	return rawRecord{
		id: s.Protocol.Identification.ID, title: s.Protocol.Identification.Title, version: s.Protocol.Status.Updated.Date,
		minAge: e.MinimumAge, maxAge: e.MaximumAge, sex: e.Sex, genderBased: parseYesNo(e.GenderBased) == "yes", healthy: e.Healthy, criteria: e.Criteria,
	}.record()
}
