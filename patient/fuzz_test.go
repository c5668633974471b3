// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"bytes"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	validating "github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"
)

// Reading by reflection is the other opinion: what Decode takes it must take
// and read alike, and what Decode refuses it, or Validate, must refuse, but for
// what Decode alone looks at.
func FuzzDecode(f *testing.F) {
	for _, doc := range goodProfiles(f) {
		f.Add(doc)
	}
	for _, c := range refused {
		f.Add([]byte(c.doc))
	}
	schema := compiledSchema(f)
	f.Fuzz(func(t *testing.T, doc []byte) { agrees(t, schema, doc) })
}

// In a third of these texts a tenth of the values is wrong in some way.
func TestDecodeAgreesWithReflection(t *testing.T) {
	schema := compiledSchema(t)
	taken, refused := 0, 0
	for _, faults := range []int{0, 0, 10} { // percent
		rapid.Check(t, func(rt *rapid.T) {
			doc := drawJSON(rt, reflect.TypeFor[Profile](), limits{}, faults)
			if agrees(rt, schema, []byte(doc)) {
				taken++
			} else {
				refused++
			}
		})
	}
	if taken < 10 || refused < 10 {
		t.Errorf("of the texts drawn, %d are taken and %d refused", taken, refused)
	}
}

type failing interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// agrees reports whether Decode takes doc.
func agrees(t failing, schema *validating.Schema, doc []byte) bool {
	t.Helper()
	p, err := DecodeBytes(doc)
	other := new(Profile)
	otherErr := json.Unmarshal(doc, other, json.RejectUnknownMembers(true))
	if err != nil {
		var all Errors
		if p != nil || !errors.As(err, &all) || len(all) == 0 {
			t.Fatalf("%s\nis refused with profile %v and error %v", doc, p, err)
		}
		if otherErr == nil && other.Validate() == nil && !onlyDecodeRefuses(all) {
			t.Fatalf("%s\nis refused by Decode alone: %v", doc, err)
		}
		return false
	}
	if otherErr != nil {
		t.Fatalf("%s\nis taken by Decode alone: %v", doc, otherErr)
	}
	other.sha256 = p.sha256
	if !reflect.DeepEqual(p, other) {
		t.Fatalf("of %s\nDecode reads\n%+v\nreflection reads\n%+v", doc, p, other)
	}
	canonical, err := p.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := DecodeBytes(canonical); err != nil || again.SHA256() != p.SHA256() {
		t.Fatalf("%s\nis another profile when written and read again (%v)", doc, err)
	}
	v, err := validating.UnmarshalJSON(bytes.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(v); err != nil {
		t.Fatalf("%s\nis refused by the schema alone: %v", doc, err)
	}
	return true
}

// drawJSON writes a value for a field of the type, mostly one that it can hold.
func drawJSON(t *rapid.T, of reflect.Type, l limits, faults int) string {
	if rapid.IntRange(1, 100).Draw(t, "fault") <= faults {
		return rapid.SampledFrom([]string{"null", "true", "7", `""`, `"x"`, "[]", "{}", `{"x":[{}]}`, `"\ud800"`, "1e99", `"2020-13"`}).Draw(t, "wrong")
	}
	switch {
	case of == reflect.TypeFor[Date]():
		return strconv.Quote(rapid.SampledFrom([]string{"2020", "2020-02", "2020-02-29", "2020-06-01T00:00:00Z", "2021/..", "../2019"}).Draw(t, "date"))
	case of == reflect.TypeFor[Decimal]():
		return rapid.SampledFrom([]string{"0", "-0", "7.50", "1e3", "12345678901234567890.5", "0.1E-2"}).Draw(t, "number")
	case of.Kind() == reflect.Pointer:
		return drawJSON(t, of.Elem(), l, 0)
	case of.Kind() == reflect.Bool:
		return rapid.SampledFrom([]string{"true", "false"}).Draw(t, "truth")
	case of.Kind() == reflect.Slice:
		entries := make([]string, rapid.IntRange(0, 2).Draw(t, "entries"))
		for i := range entries {
			entries[i] = drawJSON(t, of.Elem(), l, faults)
		}
		return "[" + strings.Join(entries, " , ") + "]"
	case of.Kind() == reflect.String && l.allowed != nil:
		return strconv.Quote(rapid.SampledFrom(l.allowed).Draw(t, "listed"))
	case of.Kind() == reflect.String:
		return rapid.SampledFrom([]string{`"x"`, `"loinc"`, `"\"a\\b\u00e9\/\n"`, `"糖尿病"`, `"<null>"`, `"\ud83d\ude00"`}).Draw(t, "text")
	}
	var members []string
	for _, f := range reflect.VisibleFields(of) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || options != "" && rapid.IntRange(0, 2).Draw(t, "given") > 0 {
			continue
		}
		members = append(members, strconv.Quote(name)+": "+drawJSON(t, f.Type, parseLimits(f.Tag.Get("validate")), faults))
		if rapid.IntRange(1, 400).Draw(t, "twice") <= faults {
			members = append(members, members[0])
		}
	}
	return "{" + strings.Join(rapid.Permutation(members).Draw(t, "order"), ",\n") + "}"
}

func onlyDecodeRefuses(all Errors) bool {
	for _, e := range all {
		if !strings.HasPrefix(e.Message, "is null;") && !strings.HasPrefix(e.Message, "is empty;") && e.Message != "is missing" {
			return false
		}
	}
	return true
}

func TestSchemaAgreesWithDecode(t *testing.T) {
	schema := compiledSchema(t)
	for name, doc := range goodProfiles(t) {
		if !schemaAccepts(t, schema, string(doc)) {
			t.Errorf("%s is refused by the schema", name)
		}
	}
	// What a schema cannot say, or its reader does not see.
	beyond := map[string]bool{
		"a field given twice": true, "a field given twice, once with escapes": true, "a number with too many digits": true,
		"a number too large": true, "a day that does not exist": true, "a blank code": true,
		"bytes that are not UTF-8": true, "half of a surrogate pair": true,
	}
	seen := 0
	for _, c := range refused {
		if _, isNotJSON := syntaxProblem([]byte(c.doc), origin{1, 1}); isNotJSON {
			continue
		}
		seen++
		if accepted := schemaAccepts(t, schema, c.doc); accepted != beyond[c.name] {
			t.Errorf("%s: the schema accepts it: %v; want %v", c.name, accepted, beyond[c.name])
		}
	}
	if seen < 25 {
		t.Errorf("only %d texts were JSON", seen)
	}
}
