// SPDX-License-Identifier: Apache-2.0

package matcher_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

var screeningDay = matcher.Dates{Screening: patient.NewDay(2026, 11, 22)}

func matcherOf(t testing.TB, studies ...string) *matcher.Matcher {
	t.Helper()
	var all []*rules.Study
	for _, name := range studies {
		s, err := rules.Load("../testdata/studies/" + name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	m, err := matcher.New(all...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// crowd writes n invented people as NDJSON; one line in nine is broken.
func crowd(n int) string {
	var b strings.Builder
	for i := range n {
		if i%9 == 4 {
			fmt.Fprintf(&b, "{\"id\":\"bad-%d\",\"sex\":7}\n", i)
			continue
		}
		fmt.Fprintf(&b, `{"id":"p%d","birth_date":"%d","sex":"%s","conditions":[{"codes":[{"system":"snomed","code":"89155008"}]}],"medications":[{"text":"infliximab","status":"completed","start":"2026-0%d","end":"2026-10"}]}`+"\n",
			i, 1930+i%90, []string{"female", "male"}[i%2], 1+i%9)
	}
	return b.String()
}

// sequentially is what Screen must give, without Screen.
func sequentially(t *testing.T, m *matcher.Matcher, text string) (want []matcher.RecordResults) {
	for r := range patient.LazyRecords(strings.NewReader(text), "crowd") {
		s := matcher.RecordResults{Number: len(want) + 1, Place: r.Place}
		p, err := r.Decode()
		if err == nil {
			s.Patient = p.ID
			if s.Results, err = m.Match(p, screeningDay); err != nil {
				t.Fatal(err)
			}
		} else {
			s.Err, s.Patient = err, err.(*patient.RecordError).Patient
		}
		want = append(want, s)
	}
	return want
}

// However many workers there are, and however the work is spread, the results
// are those of one after the other.
func TestScreenIsMatchInOrder(t *testing.T) {
	m := matcherOf(t, "nct00506831.yaml", "hemoglobin.yaml")
	for _, n := range []int{0, 1, 63, 64, 65, 700} {
		text := crowd(n)
		want := sequentially(t, m, text)
		for workers := range 9 {
			var got []matcher.RecordResults
			o := matcher.ScreenOptions{Dates: screeningDay, Workers: workers}
			for one, err := range m.Screen(t.Context(), patient.LazyRecords(strings.NewReader(text), "crowd"), o) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, one)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%d people, %d workers: not as one after the other", n, workers)
			}
		}
		var numbers []int
		number := func(s matcher.RecordResults) int { return s.Number }
		eager := patient.LazyOf(patient.Records(strings.NewReader(text), "crowd"))
		for n, err := range matcher.ScreenAndRender(t.Context(), m, eager, matcher.ScreenOptions{Dates: screeningDay}, number) {
			if numbers = append(numbers, n); err != nil || n != len(numbers) {
				t.Fatalf("record %d comes as number %d, %v", n, len(numbers), err)
			}
		}
		if len(numbers) != len(want) {
			t.Fatalf("%d people: %d are rendered", n, len(numbers))
		}
	}
}

// A profile that its source did not validate is one bad record.
func TestScreenRefusesProfilesThatAreNotValid(t *testing.T) {
	m := matcherOf(t, "nct00506831.yaml")
	own := errors.New("row 2 has no id")
	src := func(yield func(*patient.Profile, error) bool) {
		_ = yield(&patient.Profile{ID: "a", Sex: "f"}, nil) && yield(nil, own) && yield(&patient.Profile{ID: "b"}, nil)
	}
	var got []string
	for s, err := range m.Screen(t.Context(), patient.LazyOf(src), matcher.ScreenOptions{Dates: screeningDay}) {
		var e *patient.RecordError
		if err != nil || s.Err != nil && !errors.As(s.Err, &e) {
			t.Fatalf("%T %v, %v", s.Err, s.Err, err)
		}
		got = append(got, fmt.Sprintf("%d %s: %d %v", s.Number, s.Patient, len(s.Results), s.Err))
	}
	want := []string{`1 a: 0 $.sex: "f" is not one of female, male, other, unknown`, "2 : 0 row 2 has no id", "3 b: 1 <nil>"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestScreenWithoutDay(t *testing.T) {
	m := matcherOf(t, "nct00506831.yaml")
	for _, d := range []matcher.Dates{{}, {Screening: screeningDay.Screening, Anchors: map[string]patient.Day{"x": screeningDay.Screening}}} {
		n := 0
		for r, err := range m.Screen(t.Context(), patient.LazyRecords(strings.NewReader(crowd(3)), ""), matcher.ScreenOptions{Dates: d}) {
			if n++; err == nil || r.Results != nil {
				t.Error("no error")
			}
		}
		if n != 1 {
			t.Errorf("%d results", n)
		}
	}
}

// endless is a source without end, which counts its records.
func endless(n *atomic.Int64) patient.Lazy {
	return func(yield func(patient.Record) bool) {
		for {
			i := n.Add(1)
			if !yield(patient.Record{Size: 1000, Decode: func() (*patient.Profile, error) {
				return &patient.Profile{ID: fmt.Sprint(i)}, nil
			}}) {
				return
			}
		}
	}
}

// Inside a synctest bubble a goroutine that is left behind fails the test.
func TestScreenBrokenOffLeavesNothingBehind(t *testing.T) {
	m := matcherOf(t, "hemoglobin.yaml")
	for range 40 {
		synctest.Test(t, func(t *testing.T) {
			var read atomic.Int64
			stop, n := rand.IntN(500), 0
			for range m.Screen(t.Context(), endless(&read), matcher.ScreenOptions{Dates: screeningDay}) {
				if n++; n > stop {
					break
				}
			}
			if ahead := int(read.Load()) - n; ahead > 64*20 {
				t.Errorf("%d records were read ahead", ahead)
			}
		})
	}
}

// Where the context ends, the beginning stands, the cause comes next, and
// nothing after it.
func TestScreenCancelled(t *testing.T) {
	m := matcherOf(t, "hemoglobin.yaml")
	cause := errors.New("Ctrl-C")
	for range 40 {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			var read atomic.Int64
			stop, n := 1+rand.IntN(500), 0
			var last error
			for s, err := range m.Screen(ctx, endless(&read), matcher.ScreenOptions{Dates: screeningDay}) {
				if last != nil {
					t.Fatal("something came after the end")
				}
				if last = err; err != nil {
					continue
				}
				if n++; s.Patient != fmt.Sprint(n) {
					t.Fatalf("record %d is that of %s", n, s.Patient)
				}
				if n == stop {
					cancel(cause)
				}
			}
			if last != cause || n != stop {
				t.Errorf("%d results, then %v; ended after %d", n, last, stop)
			}
		})
	}
}
