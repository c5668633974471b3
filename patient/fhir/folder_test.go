// SPDX-License-Identifier: Apache-2.0

package fhir_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
)

// bundleLine is a Bundle on one line.
func bundleLine(id string, conditions ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":%q}}`, id)
	for _, c := range conditions {
		b.WriteString(`,{"resource":` + strings.TrimSpace(conditionLine(c, "Patient/"+id)) + "}")
	}
	return b.String() + "]}\n"
}

func TestBundles(t *testing.T) {
	wrapped := strings.NewReplacer("{", "{\n", ",", ",\n ", "[", "[\n").Replace(bundleLine("a", "c1", "c2"))
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"lines", bundleLine("a", "c1") + patientLine("b") + bundleLine("a"), []string{"a c[c1]", "b", "a"}},
		{"blank lines, CRLF, byte order mark, no end", "\uFEFF\r\n" + strings.ReplaceAll(bundleLine("a"), "\n", "\r\n") + " \t\n" + strings.TrimSpace(bundleLine("b")), []string{"a", "b"}},
		{"bad lines", bundleLine("a") + "{\"resourceType\":\n[]\n{\"resourceType\":\"Patient\"}\n" + bundleLine("b"), []string{
			"a", "f:2: not a FHIR document: jsontext: unexpected EOF within \"/resourceType\" after offset 16",
			"f:3: not FHIR: a JSON object is needed", "f:4: the Patient has neither an id nor a fullUrl: nothing could name the result", "b",
		}},
		{"a bad first line", "{\"resourceType\n" + bundleLine("b"), []string{"f:1: not a FHIR document: jsontext: unexpected EOF after offset 14", "b"}},
		{
			"a patient who must not be read is named", `{"resourceType":"Patient","id":"a","link":[{"type":"replaced-by"}]}`,
			[]string{"(a) f:1: the Patient was replaced by another (link replaced-by); give that one"},
		},
		{
			"two patients", strings.Replace(bundleLine("a", "c1"), conditionLine("c1", "Patient/a")[:len(conditionLine("c1", "Patient/a"))-1], `{"resourceType":"Patient","id":"b"}`, 1),
			[]string{"f:1: 2 Patients are here: choose one by its id"},
		},
		{"one document over many lines", wrapped, []string{"a c[c1, c2]"}},
		{"two documents over many lines", wrapped + wrapped, []string{"f:1: more follows after the JSON object; give one Bundle or Patient at a time"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for how, r := range map[string]io.Reader{
				"plain": strings.NewReader(c.text), "gzipped": bytes.NewReader(gzipped(c.text)), "byte by byte": iotest.OneByteReader(strings.NewReader(c.text)),
			} {
				var got []string
				for p, err := range fhir.Bundles(r, "f", fhir.SourceOptions{}).Source() {
					got = append(got, brief(p, err, "no folder"))
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("%s: got\n%s\nwant\n%s", how, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
				}
			}
		})
	}
}

func TestBundlesThatBreakOff(t *testing.T) {
	text := bundleLine("a") + bundleLine("b")
	z := gzipped(text)
	for _, c := range []struct {
		r    io.Reader
		want string
	}{
		{bytes.NewReader(z[:len(z)-4]), "CUT f:3: " + patient.ErrGzipCut.Error()},
		{bytes.NewReader(z[:5]), "CUT f: " + patient.ErrGzipCut.Error()},
		{bytes.NewReader(append(z[:len(z):len(z)], "x"...)), "CUT f:3: " + patient.ErrGzipCut.Error()},
		{bytes.NewReader(append(z[:len(z):len(z)], "twelve bytes"...)), "CUT f:3: " + patient.ErrGzipDamaged.Error() + " (gzip: invalid header)"},
		{io.MultiReader(strings.NewReader(text), iotest.ErrReader(errors.New("oh"))), "CUT f:3: the source cannot be read on: oh"},
		{io.MultiReader(strings.NewReader("{\n"), iotest.ErrReader(errors.New("oh"))), "CUT f:1: the source cannot be read on: oh"},
	} {
		last := ""
		for p, err := range fhir.Bundles(c.r, "f", fhir.SourceOptions{}).Source() {
			last = brief(p, err, "no folder")
		}
		if last != c.want {
			t.Errorf("got %q, want %q", last, c.want)
		}
	}
}

func TestBundlesSkipLinesThatAreTooLong(t *testing.T) {
	long := io.MultiReader(strings.NewReader(patientLine("a")+`{"resourceType":"`), io.LimitReader(always('x'), 100<<20), strings.NewReader("\n"+patientLine("b")))
	var got []string
	for p, err := range fhir.Bundles(long, "f", fhir.SourceOptions{}).Source() {
		got = append(got, brief(p, err, "no folder"))
	}
	if want := []string{"a", "f:2: the line is longer than 64 MiB and was skipped", "b"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// Records that are decoded late are what they were.
func TestBundlesAreIndependent(t *testing.T) {
	var text strings.Builder
	for i := range 500 {
		text.WriteString(bundleLine(fmt.Sprint(i), strings.Repeat("x", i%60)))
	}
	var all []patient.Record
	for r := range fhir.Bundles(strings.NewReader(text.String()), "f", fhir.SourceOptions{}) {
		all = append(all, r)
	}
	for i, r := range all {
		p, err := r.Decode()
		if err != nil || p.ID != fmt.Sprint(i) || r.Place != (patient.Place{Source: "f", Line: i + 1}) || r.Size == 0 {
			t.Fatalf("record %d at %v: %v %v", i, r.Place, p, err)
		}
	}
}

func TestFolder(t *testing.T) {
	dir := folderOf(t, map[string]string{
		"b.json": "\uFEFF" + strings.ReplaceAll(bundleLine("b", "c1"), ",", ",\n"), "a.json.gz": bundleLine("a"), "d.ndjson": bundleLine("d") + "{\n" + bundleLine("e"),
		"c.json": "{", "e.JSON": patientLine("f"), "z.json": bundleLine("b"), "readme.txt": "", "sub.json/x.json": bundleLine("g"), "x.json": `{"resourceType":"Patient"`,
	})
	var got, notes []string
	o := fhir.SourceOptions{Note: func(s string) { notes = append(notes, strings.ReplaceAll(s, dir+"/", "")) }}
	for p, err := range fhir.Folder(t.Context(), dir, o).Source() {
		got = append(got, brief(p, err, dir))
	}
	want := []string{
		"a", "b c[c1]", "c.json: not a FHIR document: jsontext: unexpected EOF after offset 1", "d",
		"d.ndjson:2: not a FHIR document: jsontext: unexpected EOF after offset 1", "e", "f",
		"x.json: not a FHIR document: jsontext: unexpected EOF after offset 25", "b",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(notes) != 2 || !strings.HasPrefix(notes[0], "readme.txt is not read") || !strings.HasPrefix(notes[1], "sub.json is not read") {
		t.Errorf("notes %q", notes)
	}
	n := 0
	for range fhir.Folder(t.Context(), dir, fhir.SourceOptions{}) {
		if n++; n == 3 {
			break
		}
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "a0.json")); err != nil {
		t.Skip(err)
	}
	for p, err := range fhir.Folder(t.Context(), dir, fhir.SourceOptions{}).Source() {
		if brief(p, err, dir) != "a" && !strings.HasPrefix(brief(p, err, dir), "a0.json: ") {
			t.Errorf("%v", err)
		}
		if err != nil {
			break
		}
	}
	for _, err := range fhir.Folder(t.Context(), "nowhere", fhir.SourceOptions{}).Source() {
		if err == nil {
			t.Error("a folder that is not there")
		}
	}
}
