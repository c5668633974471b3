// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// The bytes and the hash of an entry, made by hand from what doc.go says and
// sha256sum. They never change: logs are written with them.
func TestCanonicalForm(t *testing.T) {
	d := plain("Zoë <\"1\">\u2028")
	d.Anchors = map[string]patient.Day{"randomisation": patient.NewDay(2026, 12, 7), "first_dose": patient.NewDay(2026, 12, 6)}
	d.Answers = []Answer{{"consents", patient.Yes, "Dr A"}}
	d.Horizon, d.Kept = "2 years", true
	const want = `{"decision":{"anchors":{"first_dose":"2026-12-06","randomisation":"2026-12-07"},` +
		`"answers":[{"answer":"yes","by":"Dr A","question":"consents"}],"awaits":"data","by":"coordinator","channel":"api",` +
		`"engine":"eligo 0.1.0","horizon":"2 years","kept":true,"patient":"Zoë <\"1\">` + "\u2028" + `",` +
		`"profile_sha256":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",` +
		`"result_sha256":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","screening":"2026-11-22",` +
		`"study":{"id":"ADULTS","sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","version":"1"},` +
		`"verdict":"undetermined"},"previous":"0000000000000000000000000000000000000000000000000000000000000000",` +
		`"schema":"eligo.log/1","seq":1,"time":"2026-11-22T08:30:00.000000Z"}`
	r := record{Schema, 1, "2026-11-22T08:30:00.000000Z", genesis, Entry{Decision: d}}
	got, err := r.encode()
	if err != nil || string(got) != want {
		t.Fatalf("%v\n%s\nand should be\n%s", err, got, want)
	}
	const hash = "6548d02b460063cecc0523b92f3c36126bd9c8810f69936e0ceabd045420b1de"
	if h := r.databaseRow(got).hash; h != hash {
		t.Errorf("the hash is %s", h)
	}
}

// Other texts of the same JSON are refused, so that one entry has one text.
func TestOnlyTheCanonicalForm(t *testing.T) {
	r := record{Schema, 7, "2026-11-22T08:30:00.000000Z", genesis, Entry{Disposition: &Disposition{Decision: 3, Status: Declined, Note: "no", Patient: "p", Study: "S"}}}
	b, err := r.encode()
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for name, other := range map[string]string{
		"space":          strings.Replace(text, ":", ": ", 1),
		"line end":       text + "\n",
		"escape":         strings.Replace(text, `"no"`, `"\u006eo"`, 1),
		"number":         strings.Replace(text, `"seq":7`, `"seq":7.0`, 1),
		"unknown":        strings.Replace(text, `"seq":7`, `"seq":7,"sea":7`, 1),
		"twice":          strings.Replace(text, `"seq":7`, `"seq":7,"seq":7`, 1),
		"case":           strings.Replace(text, `"seq"`, `"Seq"`, 1),
		"null":           strings.Replace(text, `"schema"`, `"feedback":null,"schema"`, 1),
		"two kinds":      strings.Replace(text, `"previous"`, `"feedback":{"card":"c","outcome":"accepted"},"previous"`, 1),
		"no kind":        `{"previous":"` + genesis + `","schema":"eligo.log/1","seq":7,"time":"2026-11-22T08:30:00.000000Z"}`,
		"schema":         strings.Replace(text, "log/1", "log/2", 1),
		"time":           strings.Replace(text, ".000000Z", "Z", 1),
		"zone":           strings.Replace(text, "000000Z", "000000+01:00", 1),
		"number 0":       strings.Replace(text, `"seq":7`, `"seq":0`, 1),
		"not UTF-8":      strings.Replace(text, `"no"`, "\"\xff\"", 1),
		"something else": "[]",
	} {
		if other == text {
			t.Fatalf("%s changes nothing", name)
		}
		if got, err := decode([]byte(other)); err == nil {
			t.Errorf("%s is read as %+v", name, got)
		}
	}
}

// anyRecord draws a record with any texts, among them such as could be taken
// for another's structure.
func anyRecord() *rapid.Generator[*record] {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "a", `a","by":"b`, "a\x00", "\\", "é", "e\u0301", "\u2028", "null"}))
	day := rapid.Custom(func(t *rapid.T) patient.Day {
		return patient.NewDay(1970, 1, 1).AddDays(rapid.IntRange(-1000, 40000).Draw(t, "day"))
	})
	decision := rapid.Custom(func(t *rapid.T) *Decision {
		s := func(name string) string { return text.Draw(t, name) }
		d := &Decision{
			Patient: s("patient"), Study: Study{s("study"), s("version"), s("sha256")}, Engine: s("engine"), ProfileSHA256: s("profile"),
			Screening: day.Draw(t, "screening"), RecordAsOf: day.Draw(t, "as of"), Horizon: s("horizon"),
			Fixed: rapid.SliceOfN(text, 0, 2).Draw(t, "fixed"), Anchors: rapid.MapOfN(text, day, 0, 2).Draw(t, "anchors"),
			Verdict: matcher.Verdict(s("verdict")), Awaits: matcher.Awaits(s("awaits")), ResultSHA256: s("result"), Kept: rapid.Bool().Draw(t, "kept"),
			By: s("by"), Channel: Channel(s("channel")), Card: s("card"),
		}
		for range rapid.IntRange(0, 2).Draw(t, "answers") {
			d.Answers = append(d.Answers, Answer{s("question"), patient.Reply(s("reply")), s("by")})
		}
		return d
	})
	return rapid.Custom(func(t *rapid.T) *record {
		s := func(name string) string { return text.Draw(t, name) }
		r := &record{Schema: Schema, Seq: rapid.Int64Range(1, maxSeq).Draw(t, "seq"), Time: "2026-11-22T08:30:00.000000Z", Previous: s("previous")}
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			r.Decision = decision.Draw(t, "decision")
		case 1:
			r.Disposition = &Disposition{rapid.Int64Range(0, maxSeq).Draw(t, "decision"), Status(s("status")), s("note"), s("by"), s("patient"), s("study")}
		default:
			r.Feedback = &Feedback{Service: s("service"), Card: s("card"), Outcome: Outcome(s("outcome")), Accepted: rapid.SliceOfN(text, 0, 2).Draw(t, "accepted"), Comment: s("comment"), At: s("at"), By: s("by")}
			for range rapid.IntRange(0, 2).Draw(t, "reasons") {
				r.Feedback.Reasons = append(r.Feedback.Reasons, Reason{s("system"), s("code"), s("display")})
			}
		}
		return r
	})
}

// bare makes an empty list or map, which is the same as none, nil.
func bare(r *record) *record {
	if d := r.Decision; d != nil {
		if len(d.Anchors) == 0 {
			d.Anchors = nil
		}
		if len(d.Fixed) == 0 {
			d.Fixed = nil
		}
	}
	if f := r.Feedback; f != nil && len(f.Accepted) == 0 {
		f.Accepted = nil
	}
	return r
}

// Two records that differ never have the same bytes: what is read back is what
// was written.
func TestRecordsNeverEncodeAlike(t *testing.T) {
	rapid.Check(t, neverAlike)
}

func FuzzRecords(f *testing.F) { f.Fuzz(rapid.MakeFuzz(neverAlike)) }

func neverAlike(t *rapid.T) {
	a, b := bare(anyRecord().Draw(t, "a")), bare(anyRecord().Draw(t, "b"))
	one, err := a.encode()
	if err != nil {
		t.Fatalf("%v", err)
	}
	again, err := decode(one)
	if err != nil || !reflect.DeepEqual(a, again) {
		t.Fatalf("%v: read back as %+v", err, again)
	}
	other, err := b.encode()
	if err != nil {
		t.Fatalf("%v", err)
	}
	if (string(one) == string(other)) != reflect.DeepEqual(a, b) {
		t.Fatalf("%s\n%s", one, other)
	}
}

// No text that is no record crashes, and what is read is written alike.
func FuzzDecode(f *testing.F) {
	r := record{Schema, 1, "2026-11-22T08:30:00.000000Z", genesis, Entry{Decision: plain("p")}}
	b, err := r.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"schema":"eligo.log/1","seq":1}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := decode(text)
		if err != nil {
			return
		}
		again, err := r.encode()
		if err != nil || string(again) != string(text) {
			t.Errorf("%v: %s is written as %s", err, text, again)
		}
	})
}
