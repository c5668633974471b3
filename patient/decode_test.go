// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// Each text is refused with exactly these problems, in this order.
var refused = []struct {
	name, doc string
	want      []string
}{
	{
		"an unknown field with a near one", `{"id":"p","medicatons":[]}`,
		[]string{`$.medicatons: unknown field "medicatons"; did you mean "medications"?`},
	},
	{
		"a field in the wrong case", `{"id":"p","BirthDate":"1990"}`,
		[]string{`$.BirthDate: unknown field "BirthDate"; did you mean "birth_date"?`},
	},
	{
		"an unknown field like no other", `{"id":"p","conditions":[{"zzzzzzzzzz":[[{}]]}]}`,
		[]string{`$.conditions[0].zzzzzzzzzz: unknown field "zzzzzzzzzz"; known here: codes, text, record, recorded, unreadable, course, certainty, onset, abatement`},
	},
	{
		"a FHIR resource", `{"id":"p","resourceType":"Patient"}`,
		[]string{`$.resourceType: unknown field "resourceType"; this looks like FHIR: read it as FHIR, not as a profile`},
	},
	{
		"a name that is no identifier", `{"id":"p","a.b[0]\n":1}`,
		[]string{`$["a.b[0]\n"]: unknown field "a.b[0]\n"; known here: ` + strings.Join(profileMembers(), ", ")},
	},
	{
		"a field given twice", `{"id":"p","sex":"male","sex":"female"}`,
		[]string{`$.sex: is here twice; only one can be meant`},
	},
	{
		"a field given twice, once with escapes", `{"id":"p","sex":"male","s\u0065x":"female"}`,
		[]string{`$.sex: is here twice; only one can be meant`},
	},
	{"a number for a text", `{"id":7}`, []string{`$.id: is a number; it must be a text "…"`}},
	{"an object for a list", `{"id":"p","conditions":{}}`, []string{`$.conditions: is an object {…}; it must be a list […]`}},
	{"a list for an object", `{"id":"p","conditions":[[]]}`, []string{`$.conditions[0]: is a list […]; it must be an object {…}`}},
	{
		"a text for a number", `{"id":"p","observations":[{"low":{"value":"5"}}]}`,
		[]string{`$.observations[0].low.value: is a text "…"; it must be a number`},
	},
	{"a text for true or false", `{"id":"p","deceased":"no"}`, []string{`$.deceased: is a text "…"; it must be true or false`}},
	{"true for a date", `{"id":"p","birth_date":true}`, []string{`$.birth_date: is true or false; it must be a text "…"`}},
	{"a list as the profile", `[]`, []string{`$: is a list […]; it must be an object {…}`}},
	{
		"null for a domain", `{"id":"p","conditions":null}`,
		[]string{`$.conditions: is null; leave it out where nothing is known`},
	},
	{
		"null for an entry, a text, a date, a flag, a quantity",
		`{"id":"p","birth_date":null,"deceased":null,"observations":[null,{"text":null,"low":null}],"issues":[null]}`,
		[]string{
			`$.birth_date: is null; leave it out where nothing is known`,
			`$.deceased: is null; leave it out where nothing is known`,
			`$.observations[0]: is null; leave it out where nothing is known`,
			`$.observations[1].text: is null; leave it out where nothing is known`,
			`$.observations[1].low: is null; leave it out where nothing is known`,
			`$.issues[0]: is null; leave it out where nothing is known`,
		},
	},
	{"null as the profile", `null`, []string{`$: is null; leave it out where nothing is known`}},
	{
		"a quantity without value, which must not be 0", `{"id":"p","observations":[{"value":{"quantity":{"unit":"g/dL"}}}]}`,
		[]string{`$.observations[0].value.quantity.value: is missing`},
	},
	{
		"a number with too many digits", `{"id":"p","observations":[{"low":{"value":1.2345678901234567890123456789012}}]}`,
		[]string{`$.observations[0].low.value: 1.2345678901234567890123456789012 has more than 30 digits`},
	},
	{
		"a number too large", `{"id":"p","observations":[{"low":{"value":1e999}}]}`,
		[]string{`$.observations[0].low.value: 1e999 is out of range: numbers lie between 1e-30 and 1e30, or are 0`},
	},
	{
		"a day that does not exist", `{"id":"p","birth_date":"2023-02-29"}`,
		[]string{`$.birth_date: "2023-02-29" does not exist in the calendar`},
	},
	{
		"an empty date", `{"id":"p","birth_date":""}`,
		[]string{`$.birth_date: "" is not a date; write YYYY, YYYY-MM or YYYY-MM-DD`},
	},
	{"an empty status", `{"id":"p","sex":""}`, []string{`$.sex: is empty; leave it out where nothing is known`}},
	{
		"a value that is not listed", `{"id":"p","sex":"Female"}`,
		[]string{`$.sex: "Female" is not one of female, male, other, unknown; did you mean "female"?`},
	},
	{"no id", `{}`, []string{`$.id: is missing`}},
	{"an empty id", `{"id":""}`, []string{`$.id: is missing or empty`}},
	{"a blank code", `{"id":"p","allergies":[{"codes":[{"code":" "}]}]}`, []string{`$.allergies[0].codes[0].code: is blank`}},
	{"bytes that are not UTF-8", "{\"id\":\"p\xff\"}", []string{`$.id: holds bytes that are not UTF-8`}},
	{
		"half of a surrogate pair", `{"id":"\ud800"}`,
		[]string{`$.id: holds text that is not valid: bytes that are not UTF-8, or half of a \u pair`},
	},
	{"a name that is not UTF-8", "{\"id\":\"p\",\"a\xff\":null}", []string{`$["a\xff"]: the name of this field holds bytes that are not UTF-8`}},
	{
		"text after the end", "{\"id\":\"p\"}\n{\"id\":\"q\"}",
		[]string{`$: there is more text after the end of the profile, from line 2, column 1 on; a profile is one JSON object`},
	},
	{"nothing", " \n", []string{`$: there is nothing here; a profile is a JSON object, {…}`}},
	{"a text cut short", `{"id":"p","conditions":[{},{"text":"as`, []string{`$.conditions[1].text: the text ends too early, at line 1, column 39`}},
	{
		"a comma too many", "{\"id\":\"p\",\n \"conditions\":[{},]}",
		[]string{`$.conditions: this is not JSON, at line 2, column 18: invalid character ',' at start of value`},
	},
	{
		"NaN", `{"id":"p","observations":[{"low":{"value":NaN}}]}`,
		[]string{`$.observations[0].low.value: this is not JSON, at line 1, column 43: invalid character 'N' at start of value`},
	},
	{"a byte order mark", "\uFEFF{}", []string{`$: this is not JSON, at line 1, column 1: invalid character '\ufeff' at start of value`}},
	{
		"many problems at once, in the order of the text",
		`{"sex":"f","conditions":[{"onset":"2020-13","abatement":"1999"},{"onset":"2020","abatement":"2019","cours":1}],` +
			`"answers":[{"question":"q","answer":"maybe"}],"birth_date":3,"procedures":[{"start":"2020","end":"2019-12-31"}]}`,
		[]string{
			`$.sex: "f" is not one of female, male, other, unknown`,
			`$.conditions[0].onset: "2020-13" does not exist in the calendar`,
			`$.conditions[1].cours: unknown field "cours"; did you mean "course"?`,
			`$.answers[0].answer: "maybe" is not one of yes, no, unknown`,
			`$.birth_date: is a number; it must be a text "…"`,
			`$.procedures[0].end: 2019-12-31 is before start, 2020`,
			`$.id: is missing`,
		},
	},
}

func profileMembers() []string {
	var names []string
	for _, m := range profileShape {
		names = append(names, m.name)
	}
	return names
}

func TestDecodeRefuses(t *testing.T) {
	for _, c := range refused {
		t.Run(c.name, func(t *testing.T) {
			p, err := Decode(strings.NewReader(c.doc))
			var all Errors
			if p != nil || !errors.As(err, &all) {
				t.Fatalf("profile %v, error %v; want Errors and no profile", p, err)
			}
			if got, want := all.Error(), strings.Join(c.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestErrorsCanBeTakenApart(t *testing.T) {
	_, err := DecodeBytes([]byte(`{"id":"p","sex":"x","foo":1}`))
	var one FieldError
	if !errors.As(err, &one) || one.Path != "$.sex" {
		t.Errorf("first problem is %v, want that of $.sex", one)
	}
}

func TestDecodeBoundsWhatItReads(t *testing.T) {
	entries := func(n int) string {
		return `{"id":"p","conditions":[` + strings.TrimSuffix(strings.Repeat("{},", n), ",") + `]}`
	}
	t.Run("as many entries as allowed", func(t *testing.T) {
		if testing.Short() {
			t.Skip("takes 300 MB")
		}
		if _, err := DecodeBytes([]byte(entries(MaxEntries))); err != nil {
			t.Error(err)
		}
	})
	t.Run("one entry more", func(t *testing.T) {
		_, err := DecodeBytes([]byte(entries(MaxEntries + 1)))
		if err == nil || err.Error() != "$.conditions[1000000]: is one entry too many: a profile holds up to 1000000 in all its lists" {
			t.Error(err)
		}
	})
	t.Run("more bytes than allowed", func(t *testing.T) {
		_, err := Decode(io.MultiReader(strings.NewReader(`{"id":"p"}`), blanks{}))
		if err == nil || err.Error() != "$: the text is longer than 64 MiB" {
			t.Error(err)
		}
	})
	t.Run("more problems than anyone reads", func(t *testing.T) {
		_, err := DecodeBytes([]byte(`{"id":"p","issues":[` + strings.Repeat("1,", 5000) + `1]}`))
		var all Errors
		if !errors.As(err, &all) || len(all) != maxProblems+1 || all[maxProblems].Path != "$" {
			t.Errorf("%d problems listed", len(all))
		}
	})
	t.Run("more wrong values than anyone reads", func(t *testing.T) {
		_, err := DecodeBytes([]byte(`{"id":"p","answers":[` + strings.Repeat(`{"question":"q","answer":"x"},`, 5000) + `{}]}`))
		var all Errors
		if !errors.As(err, &all) || len(all) != maxProblems+1 || all[0].Path != "$.answers[0].answer" {
			t.Errorf("%d problems listed, first %v", len(all), all[0])
		}
	})
	for _, deep := range []string{strings.Repeat("[", 1<<20), `{"x":` + strings.Repeat("[", 1<<20), strings.Repeat(`{"a":`, 1<<18)} {
		if _, err := DecodeBytes([]byte(deep)); err == nil {
			t.Error("a text nested a million deep is accepted")
		}
	}
}

type blanks struct{}

func (blanks) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}

func TestDecodePassesOnAnErrorOfTheReader(t *testing.T) {
	broken := errors.New("the disk is gone")
	_, err := Decode(iotest.ErrReader(broken))
	var all Errors
	if !errors.Is(err, broken) || errors.As(err, &all) {
		t.Errorf("got %v", err)
	}
}

// A message never repeats a long text of the record.
func TestMessagesAreShort(t *testing.T) {
	long := strings.Repeat("a person's story ", 10_000)
	for _, doc := range []string{
		`{"id":"p","birth_date":"` + long + `"}`, `{"id":"p","sex":"` + long + `"}`,
		`{"id":"p","` + long + `":1}`, `{"id":"` + long + `"}`, `{"id":"p"} ` + long,
	} {
		if _, err := DecodeBytes([]byte(doc)); err == nil || len(err.Error()) > 500 {
			t.Errorf("a message of %d bytes for %.40s…", len(err.Error()), doc)
		}
	}
}
