// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"reflect"
	"strings"
	"testing"
)

func oneOfEachStruct() []any {
	return []any{
		Profile{},
		Condition{},
		Medication{},
		Observation{},
		Procedure{},
		Allergy{},
		Immunization{},
		Answer{},
		Fact{},
		Coding{},
		Quantity{},
		Value{},
	}
}

// An unknown tag panics when the validator first sees the struct.
func TestValidatorKnowsEveryTag(t *testing.T) {
	for _, v := range oneOfEachStruct() {
		_ = structValidator().Struct(v) // most are not valid while empty
	}
}

func TestMemberTablesAgreeWithTheStructTags(t *testing.T) {
	sameMembers(t, profileShape)
	sameMembers(t, conditionShape)
	sameMembers(t, medicationShape)
	sameMembers(t, observationShape)
	sameMembers(t, procedureShape)
	sameMembers(t, allergyShape)
	sameMembers(t, immunizationShape)
	sameMembers(t, answerShape)
	sameMembers(t, codingShape)
	sameMembers(t, quantityShape)
	sameMembers(t, valueShape)
}

func sameMembers[T any](t *testing.T, s shape[T]) {
	t.Helper()
	of := reflect.TypeFor[T]()
	i := 0
	for _, f := range reflect.VisibleFields(of) {
		if f.Anonymous || !f.IsExported() {
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case i >= len(s):
			t.Fatalf("%s: the table has no %s", of.Name(), name)
		case s[i].name != name:
			t.Errorf("%s: member %d is %s in the struct and %s in the table", of.Name(), i, name, s[i].name)
		case s[i].required != (options == ""):
			t.Errorf("%s.%s: required is %v, but the json options are %q", of.Name(), name, s[i].required, options)
		}
		i++
	}
	if i != len(s) || i > 32 {
		t.Errorf("%s: the table has %d members, the struct %d; at most 32 can be told apart", of.Name(), len(s), i)
	}
}

// The quick look at a value never passes what the validator refuses, for every
// field that has a tag and every way to break it.
func TestQuickLimitsAgreeWithTheValidator(t *testing.T) {
	tried := 0
	for _, v := range oneOfEachStruct() {
		of := reflect.TypeOf(v)
		for i := range of.NumField() {
			f := of.Field(i)
			if f.Type.Kind() != reflect.String || !f.IsExported() {
				continue
			}
			l := parseLimits(f.Tag.Get("validate"))
			for _, s := range hostileTexts(l) {
				holder := reflect.New(of).Elem()
				holder.Field(i).SetString(s)
				refused := structValidator().StructPartial(holder.Interface(), f.Name) != nil
				if refused && l.surelyAllows(s) {
					t.Errorf("%s.%s: the validator refuses a text of %d bytes (%.20q) that is allowed", of.Name(), f.Name, len(s), s)
				}
				if !refused && !l.surelyAllows(s) && !strings.Contains(s, "é") {
					t.Errorf("%s.%s: %.20q is plainly valid, but always asks the validator", of.Name(), f.Name, s)
				}
				tried++
			}
		}
	}
	if tried < 200 {
		t.Errorf("only %d texts tried", tried)
	}
}

func hostileTexts(l limits) []string {
	all := append([]string{"", "x", "ACTIVE", "active ", "active recurrence"}, l.allowed...)
	if l.max > 0 {
		all = append(all, strings.Repeat("x", l.max), strings.Repeat("x", l.max+1), strings.Repeat("é", l.max), strings.Repeat("é", l.max+1))
	}
	return all
}
