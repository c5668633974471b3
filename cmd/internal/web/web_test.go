// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	neturl "net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eligo-trials/eligo/cmd/internal/screening/studydir"
	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/patient"
)

const (
	studies  = "../../../testdata/studies"
	patients = "../../../testdata/patients"
	study    = "NCT00506831"
)

// serve starts the page with a screening log of its own.
func serve(t *testing.T, change func(*Options)) (string, *screenlog.Log) {
	t.Helper()
	s, err := studydir.OpenFolder(studies, studydir.Options{})
	if err != nil {
		t.Fatal(err)
	}
	log, err := screenlog.Open(t.Context(), filepath.Join(t.TempDir(), "log.db"), screenlog.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	o := Options{Studies: s, Log: log, Today: func() patient.Day { return patient.NewDay(2026, 11, 22) }}
	if change != nil {
		change(&o)
	}
	server := httptest.NewServer(Handler(o))
	t.Cleanup(server.Close)
	return server.URL, log
}

// sheet is a form to send: names and values, and files after "@".
type sheet [][2]string

func (s sheet) send(t *testing.T, url string) (int, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, field := range s {
		if path, isFile := strings.CutPrefix(field[1], "@"); isFile {
			body, err := os.ReadFile(filepath.Join(patients, path))
			if err != nil {
				body = []byte(path)
			}
			part, _ := w.CreateFormFile(field[0], filepath.Base(path))
			_, _ = part.Write(body)
			continue
		}
		_ = w.WriteField(field[0], field[1])
	}
	_ = w.Close()
	return answerOf(t, http.MethodPost, url, w.FormDataContentType(), &b)
}

func answerOf(t *testing.T, method, url, kind string, body io.Reader) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.Header.Get("Content-Security-Policy") == "" && !strings.Contains(string(text), "Content-Security-Policy") {
		t.Errorf("%s has no content security policy", url)
	}
	return response.StatusCode, string(text)
}

func holds(t *testing.T, page string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(page, w) {
			t.Errorf("the page does not hold %q", w)
		}
	}
}

var infliximab = sheet{{"study", study}, {"on", "2026-11-22"}, {"date.first_dose", "2026-12-06"}, {"file", "@infliximab-55-days.json"}}

func TestEveryPage(t *testing.T) {
	url, _ := serve(t, nil)
	for path, words := range map[string]string{
		"/": study, "/screen": "Screen a person", "/screen?study=" + study: "selected", "/studies/" + study: "biologic-washout",
		"/form/" + study: "HIV infection", "/people": "Screen a folder", "/log": "Nobody yet", "/static/page.css": "--ink",
		"/static/prescreen.css": ".prescreen", "/static/page.js": "use strict",
	} {
		status, page := answerOf(t, http.MethodGet, url+path, "", nil)
		if status != http.StatusOK {
			t.Errorf("%s: %d", path, status)
		}
		holds(t, page, words)
	}
	for path, want := range map[string]int{"/nothing": 404, "/studies/NCT1": 404, "/form/NCT1": 404, "/static/": 404, "/static/../page.go": 404} {
		if status, _ := answerOf(t, http.MethodGet, url+path, "", nil); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
}

func TestScreenOneStudy(t *testing.T) {
	url, log := serve(t, nil)
	status, page := infliximab.send(t, url+"/screen")
	if status != http.StatusOK {
		t.Fatalf("%d: %s", status, page)
	}
	holds(t, page, "May not join on this screening day", "55 days before the first dose", "2026-11-24", "MedicationAdministration/ifx", "decision 1 of the screening log")
	people, err := log.People(t.Context(), screenlog.Query{})
	if err != nil || len(people) != 1 || people[0].Patient != "infliximab-55-days" || people[0].Decision.Decision.Channel != screenlog.Page {
		t.Errorf("the log holds %v, %v", people, err)
	}
}

// The answers given in the page decide, whatever they were before; what is left
// open keeps the record's own answer.
func TestAnswersInThePage(t *testing.T) {
	url, log := serve(t, nil)
	open := sheet{{"study", study}, {"on", "2026-11-22"}, {"file", "@only-questions-open.json"}}
	_, page := open.send(t, url+"/screen")
	holds(t, page, "Not decided", `name="answer.refractory" value="yes"/>`)
	favour := open
	for _, q := range []string{"diffuse_or_limited", "refractory", "digital_ulceration"} {
		favour = append(favour, [2]string{"answer." + q, "yes"})
	}
	for _, q := range []string{
		"hiv_infection", "hepatitis_b_infection", "hepatitis_c_infection", "serious_infection_past_month", "significant_organ_abnormality",
		"is_pregnant", "is_breastfeeding",
	} {
		favour = append(favour, [2]string{"answer." + q, "no"})
	}
	_, page = append(favour, [2]string{"by", "Dr. Invented"}).send(t, url+"/screen")
	holds(t, page, "May join", `name="answer.refractory" value="yes" checked`, "answered by Dr. Invented")
	_, page = append(favour, [2]string{"answer.is_pregnant", "yes"}).send(t, url+"/screen")
	holds(t, page, "May join") // the first answer of a form counts
	favour[len(favour)-2][1] = "yes"
	_, page = favour.send(t, url+"/screen")
	holds(t, page, "May not join", "pregnant")
	favour[len(favour)-2][1] = "unknown"
	_, page = favour.send(t, url+"/screen")
	holds(t, page, "Not decided")
	if r, err := log.Verify(t.Context()); err != nil || r.Broken != nil || r.Entries != 5 {
		t.Errorf("the log: %+v, %v", r, err)
	}
}

// What the page carries goes back as it came: the second answer is the first.
func TestThePageCarriesTheRecord(t *testing.T) {
	url, _ := serve(t, nil)
	sent := append(sheet{{"complete", "allergies"}}, infliximab...)
	_, first := sent.send(t, url+"/screen")
	_, rest, _ := strings.Cut(first, `<textarea name="record" hidden aria-hidden="true" tabindex="-1">`)
	record, _, found := strings.Cut(rest, "</textarea>")
	if !found {
		t.Fatal("the page carries no record")
	}
	record = strings.NewReplacer("&#34;", `"`, "&lt;", "<", "&gt;", ">", "&#43;", "+", "&#39;", "'", "&amp;", "&").Replace(record)
	again := sheet{{"study", study}, {"on", "2026-11-22"}, {"date.first_dose", "2026-12-06"}, {"complete", "allergies"}, {"record", record}}
	_, second := again.send(t, url+"/screen")
	if second = strings.Replace(second, "decision 2", "decision 1", 1); first != strings.Replace(second, `value="2"`, `value="1"`, 1) {
		t.Error("the second answer differs from the first")
	}
}

func TestRanking(t *testing.T) {
	url, _ := serve(t, nil)
	_, page := sheet{{"on", "2026-11-22"}, {"file", "@infliximab-55-days.json"}}.send(t, url+"/screen")
	holds(t, page, "ranked", study, "eligible later", `name="study" value="`+study+`"`)
}

func TestBadForms(t *testing.T) {
	url, log := serve(t, func(o *Options) { o.MaxBody = 100_000 })
	for name, test := range map[string]struct {
		form   sheet
		status int
		says   string
	}{
		"no record":    {sheet{{"study", study}}, 422, "There is no record"},
		"no such day":  {sheet{{"study", study}, {"on", "2026-02-30"}, {"record", "{}"}}, 422, "screening day is not a day"},
		"no such date": {sheet{{"study", study}, {"date.first_dose", "soon"}, {"record", "{}"}}, 422, "day of first dose is not a day"},
		"no study":     {sheet{{"study", "NCT1"}, {"record", "{}"}}, 422, "not in use"},
		"not JSON":     {sheet{{"study", study}, {"record", "<script>"}}, 422, "Please mend this first"},
		"all errors":   {sheet{{"study", study}, {"record", `{"id": "p", "sex": "f", "birth_date": "2001-02-30"}`}}, 422, "$.birth_date"},
		"large":        {sheet{{"study", study}, {"record", strings.Repeat(" ", 200_000)}}, 413, "Too large"},
	} {
		t.Run(name, func(t *testing.T) {
			status, page := test.form.send(t, url+"/screen")
			if status != test.status {
				t.Errorf("%d, want %d", status, test.status)
			}
			holds(t, page, test.says)
			if strings.Contains(page, "<script>") {
				t.Error("the record is not escaped")
			}
		})
	}
	if status, _ := answerOf(t, http.MethodPost, url+"/screen", "text/plain", strings.NewReader("x")); status != 400 {
		t.Errorf("a form that is none: %d", status)
	}
	if people, err := log.People(t.Context(), screenlog.Query{}); err != nil || len(people) > 0 {
		t.Errorf("%v, %v: none of it is a decision", people, err)
	}
}

// Every text of a record is shown as text.
func TestHostileRecord(t *testing.T) {
	url, _ := serve(t, nil)
	evil := `</textarea><script>alert(1)</script><img src=x onerror=alert(1)>`
	record := strings.ReplaceAll(`{"id": "EVIL", "conditions": [{"text": "systemic sclerosis EVIL", "record": "EVIL"}, {"text": "HIV infection", "record": "EVIL"}],
		"medications": [{"text": "EVIL infliximab", "record": "EVIL", "status": "active"}], "answers": [{"question": "refractory", "answer": "yes", "by": "EVIL"}]}`, "EVIL", evil)
	for _, id := range []string{study, ""} {
		status, page := sheet{{"study", id}, {"record", record}, {"by", evil}, {"answer.hiv_infection", "no"}}.send(t, url+"/screen")
		if status != http.StatusOK {
			t.Fatalf("%d", status)
		}
		if strings.Contains(page, "<script>alert") || strings.Contains(page, "<img src=x") {
			t.Error("the record runs in the page")
		}
	}
	_, page := answerOf(t, http.MethodGet, url+"/log?study="+neturl.QueryEscape(evil), "", nil)
	if strings.Contains(page, "<script>alert") {
		t.Error("the address runs in the page")
	}
}

// brokenLog takes nothing.
type brokenLog struct{ Log }

func (brokenLog) Append(context.Context, ...screenlog.Entry) ([]screenlog.Receipt, error) {
	return nil, errors.New("the disk is full")
}

// Nobody is given a decision that is not in the log.
func TestNoAnswerWithoutItsRecord(t *testing.T) {
	url, _ := serve(t, func(o *Options) { o.Log = brokenLog{o.Log} })
	status, page := infliximab.send(t, url+"/screen")
	if status != http.StatusServiceUnavailable || strings.Contains(page, "May not join") || strings.Contains(page, "disk") {
		t.Errorf("%d: %s", status, page)
	}
}

func TestDisposition(t *testing.T) {
	url, _ := serve(t, func(o *Options) { o.User = func(*http.Request) string { return "nurse" } })
	infliximab.send(t, url+"/screen")
	status, page := sheet{{"decision", "1"}, {"status", "candidate"}, {"note", "call in December <b>"}}.send(t, url+"/log")
	if status != http.StatusOK {
		t.Fatal(status)
	}
	holds(t, page, "Saved.", "candidate", "call in December &lt;b&gt;", "infliximab-55-days")
	for _, bad := range []sheet{{{"decision", "7"}, {"status", "candidate"}}, {{"decision", "1"}, {"status", "gone"}}, {{"decision", "x"}, {"status", "candidate"}}} {
		if status, _ := bad.send(t, url+"/log"); status != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d", bad, status)
		}
	}
	_, page = answerOf(t, http.MethodGet, url+"/log?status=enrolled", "", nil)
	holds(t, page, "Nobody yet")
}

func TestFolder(t *testing.T) {
	url, _ := serve(t, nil)
	folder := sheet{{"study", study}, {"on", "2026-11-22"}, {"files", "@infliximab-55-days.json"}, {"files", "@only-questions-open.json"}}
	status, page := folder.send(t, url+"/people")
	if status != http.StatusOK {
		t.Fatal(status)
	}
	holds(t, page, "biologic-washout")
	_, page = append(folder, [2]string{"files", "@no such file {"}).send(t, url+"/people")
	holds(t, page, "1 of 3 files", "no such file {", "data:text/html")
	if status, _ := (sheet{{"study", study}}).send(t, url+"/people"); status != http.StatusUnprocessableEntity {
		t.Errorf("no files: %d", status)
	}
}
