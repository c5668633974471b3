// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
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
	f.Fuzz(func(t *testing.T, doc []byte) {
		p, err := DecodeBytes(doc)
		other := new(Profile)
		otherErr := json.Unmarshal(doc, other, json.RejectUnknownMembers(true))
		if err != nil {
			var all Errors
			if p != nil || !errors.As(err, &all) || len(all) == 0 {
				t.Fatalf("refused with profile %v and error %v", p, err)
			}
			if otherErr == nil && other.Validate() == nil && !onlyDecodeRefuses(all) {
				t.Fatalf("refused by Decode alone: %v", err)
			}
			return
		}
		if otherErr != nil {
			t.Fatalf("taken by Decode alone: %v", otherErr)
		}
		other.sha256 = p.sha256
		if !reflect.DeepEqual(p, other) {
			t.Fatalf("Decode reads\n%+v\nreflection reads\n%+v", p, other)
		}
		canonical, err := p.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if again := mustDecode(t, canonical); again.SHA256() != p.SHA256() {
			t.Fatalf("%s is another profile when read again", canonical)
		}
		if !schemaAccepts(t, schema, string(doc)) {
			t.Fatal("refused by the schema alone")
		}
	})
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
		if _, isNotJSON := syntaxProblem([]byte(c.doc)); isNotJSON {
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
