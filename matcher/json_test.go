// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// AppendJSON is encoding/json for every field that a result has: one that is added
// to a result and not to the encoder fails here.
func TestAppendJSONIsEncodingJSON(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		r := Result{}
		invent(t, random, reflect.ValueOf(&r).Elem())
		want, err := json.Marshal(&r)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.AppendJSON([]byte("x")); string(got) != "x"+string(want) {
			t.Fatalf("%s\nnot\n%s", got[1:], want)
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
		if !empty {
			*at = patient.NewDay(2026, 11, 22).AddDays(random.IntN(10_000))
		}
		return
	case *Horizon:
		if !empty {
			*at = Horizon{1 + random.IntN(9), "years"}
		}
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
	case reflect.Uint8:
		v.SetUint(uint64(random.IntN(int(terminology.Uninterpreted) + 1)))
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
				giveDay(value, false)
				v.SetMapIndex(key, value)
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				invent(t, random, v.Field(i))
				giveDay(v.Field(i), strings.Contains(v.Type().Field(i).Tag.Get("json"), ",omitzero"))
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

func BenchmarkEncode(b *testing.B) {
	s, err := rules.Load("../testdata/studies/nct00506831.yaml")
	if err != nil {
		b.Fatal(err)
	}
	m, err := New(s)
	if err != nil {
		b.Fatal(err)
	}
	p, err := patient.DecodeBytes([]byte(`{"id":"p","birth_date":"1970","medications":[{"text":"infliximab","status":"completed","start":"2026-01-03","end":"2026-10-20"}]}`))
	if err != nil {
		b.Fatal(err)
	}
	results, err := m.Match(p, Dates{Screening: patient.NewDay(2026, 11, 22)}, LookAhead{})
	if err != nil {
		b.Fatal(err)
	}
	var text []byte
	b.Run("AppendJSON", func(b *testing.B) {
		for b.Loop() {
			text = results[0].AppendJSON(text[:0])
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

// giveDay gives a day that must be given.
func giveDay(v reflect.Value, optional bool) {
	if day, ok := v.Addr().Interface().(*patient.Day); ok && !optional && *day == 0 {
		*day = patient.NewDay(1970, 1, 1)
	}
}
