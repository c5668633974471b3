// SPDX-License-Identifier: Apache-2.0

package matcher_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// ranked gives results that stand in the order of their place, each for a
// reason of its own.
func inRankOrder() []matcher.Result {
	day := func(text string) patient.Day { d, _ := patient.ParseDay(text); return d }
	need := func(n int, settles bool) []matcher.Needed {
		list := make([]matcher.Needed, n)
		for i := range list {
			list[i] = matcher.Needed{What: "x", Ask: "What is x?", Settles: []string{}}
			if settles {
				list[i].Settles = []string{"c"}
			}
		}
		return list
	}
	near := func(by matcher.ChangedBy) matcher.Result {
		return matcher.Result{Verdict: matcher.Ineligible, Blocking: []string{"c"}, Needed: need(0, false), NearMiss: &matcher.NearMiss{Criterion: "c", By: by}}
	}
	open := []string{"c"}
	best := func(text string, facts int) matcher.Result {
		return matcher.Result{
			Verdict: matcher.Ineligible, Blocking: []string{"d"}, Unknown: open, Needed: need(facts, true),
			BestCase: &matcher.BestCase{EarliestEligible: day(text)}, NearMiss: &matcher.NearMiss{Criterion: "d", By: matcher.ByTime},
		}
	}
	list := []matcher.Result{
		{Verdict: matcher.Eligible, EarliestEligible: day("2026-11-22"), EligibleUntil: day("2026-11-30")},
		{Verdict: matcher.Eligible, EarliestEligible: day("2026-11-22")},                                           // alike but for the id
		{Verdict: matcher.Undetermined, Unknown: open, EarliestEligible: day("2026-11-23"), Needed: need(4, true)}, // surely tomorrow
		{Verdict: matcher.Ineligible, Blocking: open, EarliestEligible: day("2026-12-01")},
		best("2026-12-01", 2), // the same day, and not sure
		best("2026-12-01", 3),
		best("2026-12-02", 1),
		{Verdict: matcher.Ineligible, Blocking: open, EarliestEligible: day("2028-01-01")},
		{Verdict: matcher.Undetermined, Unknown: open, Needed: need(1, true), BestCase: &matcher.BestCase{EarliestEligible: day("2026-11-22")}},
		{Verdict: matcher.Undetermined, Unknown: open, Needed: need(12, true)},
		{Verdict: matcher.Undetermined, Unknown: open, Needed: need(1, false)}, // it can only be ended
		near(matcher.ByTime),
		near(matcher.ByNewFact),
		func() matcher.Result { r := near(matcher.ByNothing); r.Unknown = []string{"e"}; return r }(),
		{Verdict: matcher.Ineligible, Blocking: []string{"c", "d"}},
		{Verdict: matcher.Ineligible, Blocking: []string{"c", "d", "e"}},
	}
	for i := range list {
		list[i].Study.ID = string(rune('A' + i))
		list[i].Dates = map[string]patient.Day{"screening": day("2026-11-22")}
	}
	return list
}

func TestRank(t *testing.T) {
	want := inRankOrder()
	for seed := range uint64(50) {
		shuffled := inRankOrder()
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for i, k := range matcher.Rank(shuffled) {
			if k.Study != want[i].Study.ID || k.Place != i+1 {
				t.Fatalf("place %d is of %s (%s, %s), want %s", k.Place, k.Study, k.Standing, k.Why, want[i].Study.ID)
			}
		}
	}
	if got := matcher.Rank(nil); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

// What a place says is what the result says.
func TestRankSays(t *testing.T) {
	ranked := matcher.Rank(inRankOrder())
	for i, want := range map[int]struct {
		standing matcher.Standing
		on       string
		best     bool
		facts    int
		why      string
	}{
		0:  {matcher.StandsEligible, "2026-11-22", false, 0, "until 2026-11-30 if nothing new happens"},
		2:  {matcher.StandsLater, "2026-11-23", false, 4, "c is not known on the screening day; or eligible at once, with 4 facts to find out"},
		3:  {matcher.StandsLater, "2026-12-01", false, 0, "c blocks on the screening day"},
		4:  {matcher.StandsLater, "2026-12-01", true, 2, "d blocks on the screening day; 2 facts to find out"},
		8:  {matcher.StandsOpen, "", false, 1, "1 fact to find out, first: What is x?"},
		10: {matcher.StandsOpen, "", false, 0, "nothing that could be found out makes the person surely eligible: c is not known"},
		13: {matcher.StandsNear, "", false, 0, "only c fails, which nothing changes as long as the record is right; e is not known"},
		14: {matcher.StandsOut, "", false, 0, "c and d fail"},
	} {
		k := ranked[i]
		if k.Standing != want.standing || text(k.On) != want.on || k.BestCase != want.best || k.Facts != want.facts || !strings.Contains(k.Why, want.why) {
			t.Errorf("%s: %+v, want %+v", k.Study, k, want)
		}
	}
}

// Without dates ahead the verdicts alone give the order.
func TestRankWithoutDates(t *testing.T) {
	list := []matcher.Result{
		{Study: matcher.StudyRef{ID: "a"}, Verdict: matcher.Ineligible, Blocking: []string{"c"}},
		{Study: matcher.StudyRef{ID: "b"}, Verdict: matcher.Undetermined, Unknown: []string{"c"}},
		{Study: matcher.StudyRef{ID: "c"}, Verdict: matcher.Eligible},
	}
	ranked := matcher.Rank(list)
	if ranked[0].Study != "c" || ranked[1].Study != "b" || ranked[1].Why != "c is not known" || ranked[2].Standing != matcher.StandsOut {
		t.Errorf("%+v", ranked)
	}
}
