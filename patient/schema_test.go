// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/invopop/jsonschema"
	validating "github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "write profile.schema.json anew")

func TestSchemaFileIsMadeOfTheStructs(t *testing.T) {
	want := generateSchema(t)
	if *update {
		if err := os.WriteFile("profile.schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		profileSchema = want
	}
	if !bytes.Equal(Schema(), want) {
		t.Error("profile.schema.json differs from the structs; run: go test ./patient -run TestSchemaFile -update")
	}
}

func TestSchemaCannotBeChangedByACaller(t *testing.T) {
	Schema()[0] = '?'
	if Schema()[0] != '{' {
		t.Error("a caller has changed the schema")
	}
}

// The schema says what the struct tags say.
func TestSchemaHoldsEveryTag(t *testing.T) {
	var s struct {
		Defs map[string]struct {
			Additional *bool `json:"additionalProperties"`
			Properties map[string]struct {
				Enum      []string
				MaxLength *int
				MinLength *int
			}
		} `json:"$defs"`
	}
	if err := json.Unmarshal(Schema(), &s); err != nil {
		t.Fatal(err)
	}
	quantity, medication, answer := s.Defs["Quantity"], s.Defs["Medication"], s.Defs["Answer"]
	if got := strings.Join(quantity.Properties["comparator"].Enum, " "); got != "< <= > >=" {
		t.Errorf("comparators are %q", got)
	}
	if got := medication.Properties["status"].Enum; len(got) != 14 || got[13] != "do-not-perform" {
		t.Errorf("medication statuses are %q", got)
	}
	if p := medication.Properties["text"]; p.MaxLength == nil || *p.MaxLength != 4096 {
		t.Error("a medication's text, which comes from Fact, has no maxLength")
	}
	if p := answer.Properties["question"]; p.MinLength == nil || *p.MinLength != 1 {
		t.Error("a question may be empty")
	}
	for name, d := range s.Defs {
		if name != "Date" && (d.Additional == nil || *d.Additional) {
			t.Errorf("%s takes fields that are not known", name)
		}
	}
}

func compiledSchema(t testing.TB) *validating.Schema {
	t.Helper()
	doc, err := validating.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := validating.NewCompiler()
	if err := c.AddResource("profile.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("profile.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func schemaAccepts(t *testing.T, s *validating.Schema, doc string) bool {
	t.Helper()
	v, err := validating.UnmarshalJSON(strings.NewReader(doc))
	if err != nil {
		t.Fatalf("%s: %v", doc, err)
	}
	return s.Validate(v) == nil
}

const (
	datePart    = `[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])(T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?`
	datePattern = `^(` + datePart + `(/(` + datePart + `|\.\.))?|\.\./` + datePart + `)$`
)

func generateSchema(t *testing.T) []byte {
	t.Helper()
	r := jsonschema.Reflector{Anonymous: true, ExpandedStruct: true, Mapper: func(t reflect.Type) *jsonschema.Schema {
		switch t {
		case reflect.TypeFor[Date]():
			return &jsonschema.Schema{Ref: "#/$defs/Date"}
		case reflect.TypeFor[Decimal]():
			return &jsonschema.Schema{Type: "number"}
		}
		return nil
	}}
	s := r.Reflect(&Profile{})
	s.ID, s.Title = "urn:eligo:profile:1", "eligo profile"
	s.Description = "What is known about one person. A domain that is left out was not supplied; one that is [] was looked at and holds nothing."
	s.Definitions["Date"] = &jsonschema.Schema{
		Type: "string", Pattern: datePattern,
		Description: "A day, month or year, or a date-time, which counts as its own local day. A slash gives an interval: some day from the one to the other; .. leaves that side open.",
		Examples:    []any{"2026-09-14", "2026-09", "2026", "2026-09-14T08:30:00Z", "2026-01-10/2026-03", "2026-01-10/.."},
	}
	types := map[string]reflect.Type{"": reflect.TypeFor[Profile]()}
	for _, v := range oneOfEachStruct() {
		types[reflect.TypeOf(v).Name()] = reflect.TypeOf(v)
	}
	addTags(t, s, types[""])
	for name, def := range s.Definitions {
		if name != "Date" {
			addTags(t, def, types[name])
		}
	}
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append([]byte(strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(out))), '\n')
}

// addTags puts into the schema what the validate tags say.
func addTags(t *testing.T, s *jsonschema.Schema, of reflect.Type) {
	t.Helper()
	if of == nil {
		t.Fatal("the schema has a definition that oneOfEachStruct does not list")
	}
	for _, f := range reflect.VisibleFields(of) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || f.Type.Kind() != reflect.String {
			continue
		}
		p, ok := s.Properties.Get(name)
		if !ok {
			t.Fatalf("%s has no property %s", of.Name(), name)
		}
		for rule := range strings.SplitSeq(f.Tag.Get("validate"), ",") {
			key, value, _ := strings.Cut(rule, "=")
			switch key {
			case "oneof":
				p.Enum = nil
				for _, v := range strings.Fields(value) {
					p.Enum = append(p.Enum, v)
				}
			case "required":
				one := uint64(1)
				p.MinLength = &one
			case "max":
				n, err := strconv.ParseUint(value, 10, 64)
				if err != nil {
					t.Fatal(err)
				}
				p.MaxLength = &n
			}
		}
	}
}
