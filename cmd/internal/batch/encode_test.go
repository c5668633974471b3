// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// The encoder is encoding/json for every field that a result has: one that is
// added to a result and not to the encoder fails here.
func TestEncoderIsEncodingJSON(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	all := studies(t, washout, adults)
	e := newEncoder(all)
	e.compared.Store(mostCompared)
	for n := range 3000 {
		r := matcher.Result{}
		invent(t, random, reflect.ValueOf(&r).Elem())
		if n%4 > 0 { // no dates, but perhaps for one
			undate(&r, random.IntN(20))
		}
		if n%2 == 0 { // the words of a study
			s := all[random.IntN(len(all))]
			r.Study.ID = s.ID
			for i := range r.Criteria {
				c := s.Criteria[random.IntN(len(s.Criteria))]
				r.Criteria[i].ID, r.Criteria[i].Kind, r.Criteria[i].Quote, r.Criteria[i].Rule = c.ID, c.Side, c.Quote, c.Rule
			}
		}
		want, err := json.Marshal(&r)
		if err != nil {
			t.Fatal(err)
		}
		got, err := e.append([]byte("x"), &r)
		if err != nil || string(got) != "x"+string(want) {
			t.Fatalf("%v\n%s\nnot\n%s", err, got[1:], want)
		}
	}
	if e.distrust.Load() {
		t.Error("the encoder does not trust itself")
	}
}

// undate takes away what says when a result changes, but for one of it.
func undate(r *matcher.Result, but int) {
	fields := []any{
		&r.Needed, &r.NeededFor, &r.NearMiss, &r.EarliestEligible, &r.EligibleUntil, &r.BestCase, &r.Outlook, &r.LookedUntil, &r.Washout,
	}
	for i := range r.Criteria {
		c := &r.Criteria[i]
		fields = append(fields, &c.ClearsOn, &c.MayClearOn, &c.Clearing)
	}
	for i, f := range fields {
		if i != but {
			reflect.ValueOf(f).Elem().SetZero()
		}
	}
}

var pieces = []string{"", "a", "long enough a text", `"`, `\`, "<b>&", "\x00\x1f\x7f", "\n\r\t\b\f", "é", "\u2028\u2029", "\xff", "\xe2\x80", "𝄞", "\ufffd", "\u202e"}

// invent fills a value, and leaves some of it empty.
func invent(t *testing.T, random *rand.Rand, v reflect.Value) {
	empty := random.IntN(4) == 0
	switch at := v.Addr().Interface().(type) {
	case *patient.Date:
		if !empty {
			*at = dates[random.IntN(len(dates))]
		}
		return
	case *patient.Day:
		*at = screeningDay.AddDays(random.IntN(10_000))
		return
	case *language.Truth:
		*at = language.Truth(random.IntN(3) - 1)
		return
	}
	switch v.Kind() {
	case reflect.String:
		var b strings.Builder
		for range random.IntN(4) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		v.SetString(b.String())
	case reflect.Bool:
		v.SetBool(!empty)
	case reflect.Int:
		if !empty {
			v.SetInt(int64(random.IntN(30)))
		}
	case reflect.Slice:
		if !empty {
			v.Set(reflect.MakeSlice(v.Type(), random.IntN(4), 4))
			for i := range v.Len() {
				invent(t, random, v.Index(i))
			}
		}
	case reflect.Map:
		if !empty {
			v.Set(reflect.MakeMap(v.Type()))
			for range random.IntN(4) {
				key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
				invent(t, random, key)
				invent(t, random, value)
				v.SetMapIndex(key, value)
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				invent(t, random, v.Field(i))
			}
		}
	case reflect.Pointer:
		if !empty {
			v.Set(reflect.New(v.Type().Elem()))
			invent(t, random, v.Elem())
		}
	default:
		t.Fatalf("teach this test to invent a %s", v.Type())
	}
}

var dates = func() (all []patient.Date) {
	for _, text := range []string{"2026", "2026-09", "2026-09-14"} {
		d, err := patient.ParseDate(text)
		if err != nil {
			panic(err)
		}
		all = append(all, d)
	}
	return all
}()

// Where the encoder is wrong, encoding/json has the word.
func TestEncoderThatIsWrong(t *testing.T) {
	e := newEncoder(studies(t, adults))
	e.heads["ADULTS"][0].text = []byte("wrong")
	s := studies(t, adults)[0]
	r := &matcher.Result{Study: matcher.StudyRef{ID: "ADULTS"}, Criteria: []matcher.Criterion{{
		ID: s.Criteria[0].ID, Kind: s.Criteria[0].Side, Quote: s.Criteria[0].Quote, Rule: s.Criteria[0].Rule,
	}}}
	want, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got, err := e.append(nil, r); err != nil || string(got) != string(want) || !e.distrust.Load() {
			t.Errorf("%v: %s", err, got)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	s, err := rules.Load("../../../testdata/studies/nct00506831.yaml")
	if err != nil {
		b.Fatal(err)
	}
	m, err := matcher.New(s)
	if err != nil {
		b.Fatal(err)
	}
	p, err := patient.DecodeBytes([]byte(`{"id":"p","birth_date":"1970","medications":[{"text":"infliximab","status":"completed","start":"2026-01-03","end":"2026-10-20"}]}`))
	if err != nil {
		b.Fatal(err)
	}
	results, err := m.Match(p, matcher.Dates{Screening: screeningDay})
	if err != nil {
		b.Fatal(err)
	}
	e := newEncoder([]*rules.Study{s})
	e.compared.Store(mostCompared)
	var text []byte
	b.Run("encoder", func(b *testing.B) {
		for b.Loop() {
			text = e.result(text[:0], &results[0])
		}
		b.SetBytes(int64(len(text)))
	})
	b.Run("encoding/json", func(b *testing.B) {
		for b.Loop() {
			text, _ = json.Marshal(&results[0])
		}
		b.SetBytes(int64(len(text)))
	})
}
