// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// recognizeSlow grades one fact for one concept, straight from the
// specification and without an index: the recognizer must agree with it.
func recognizeSlow(k Kind, c *Concept, f *patient.Fact, systems map[string]string) (Hit, bool) {
	if f.Unreadable != "" {
		return Hit{Coding: -1, Grade: Unrecognized, Reason: Uninterpreted, Member: c}, true
	}
	h := slowVerdict(k, c, f, systems)
	return h, h.Grade != 0
}

func slowVerdict(k Kind, c *Concept, f *patient.Fact, systems map[string]string) Hit {
	best := Hit{Coding: -1, Member: c}
	codeYes, codeNo, codeMaybe := slowCodes(c, f, systems)
	named, free := slowExcept(c, f)
	free = free && k != MedicationKind && k != ImmunizationKind
	excepted := codeNo || named && !free
	if len(c.Any) == 0 || !c.Terms.IsZero() {
		best.Grade, best.Coding = slowTerms(k, c, f, systems, codeYes, codeMaybe, excepted, named && free)
	}
	if excepted {
		return best
	}
	for _, m := range c.Any {
		if h := slowVerdict(k, m, f, systems); h.Grade > best.Grade {
			best = h
		}
	}
	return best
}

// slowTerms grades a fact for the terms of one concept, without its members.
func slowTerms(k Kind, c *Concept, f *patient.Fact, systems map[string]string, codeYes, codeMaybe int16, excepted, both bool) (Grade, int16) {
	if codeYes >= 0 {
		if excepted || both {
			return MayBe, codeYes
		}
		return ByCode, codeYes
	}
	if excepted {
		return 0, -1
	}
	if both {
		return MayBe, -1
	}
	listed := slowListedSystems(c, f, systems)
	coded, atc := len(listed) > 0, slices.Contains(listed, patient.ATC)
	whole, inside := slowWhole(c.Names, f), slowInside(c.Names, f)
	wording := slowWording(f)
	readable := wording&slowScript(c.Names) != 0
	switch k {
	case MedicationKind:
		if inside {
			return ByName, -1
		}
		readable = readable || coded && wording != 0 || atc
	case ObservationKind:
		readable = readable || coded
		if coded && whole {
			return MayBe, codeMaybe
		}
		if coded {
			inside = false
		} else if whole {
			return ByName, -1
		}
	default:
		readable = readable || coded
		if whole {
			return ByName, -1
		}
	}
	if inside || codeMaybe >= 0 {
		return MayBe, codeMaybe
	}
	if readable {
		return 0, -1
	}
	return Unrecognized, -1
}

// slowCodes gives the first coding that says yes, whether one is excepted, and
// the first that may mean the concept.
func slowCodes(c *Concept, f *patient.Fact, systems map[string]string) (yes int16, no bool, may int16) {
	yes, may = -1, -1
	for i, coding := range f.Codes {
		system, code, ok := slowCode(coding, systems)
		if !ok {
			continue
		}
		listed, listedNear := slowBest(system, code, c.Terms, systems)
		except, exceptNear := slowBest(system, code, c.Except, systems)
		sayYes, sayNo, sayMay := false, false, false
		switch {
		case listed == 0 && except == 0:
			sayMay = listedNear
		case listed == except:
			sayYes, sayNo = true, true
		case listed > except:
			sayYes = listed == exact || !exceptNear
			sayMay = !sayYes
		default:
			sayNo = except == exact || !listedNear
			sayMay = !sayNo
		}
		if sayYes && yes < 0 {
			yes = int16(i)
		}
		if sayMay && may < 0 {
			may = int16(i)
		}
		no = no || sayNo
	}
	return yes, no, may
}

// exact is more specific than any prefix.
const exact = 1 << 20

// slowBest says how specifically terms list a code, 0 for not at all, and
// whether they list one of its branch.
func slowBest(system, code string, t Terms, systems map[string]string) (best int, near bool) {
	tree := slices.Contains([]string{patient.ICD10CM, patient.ICD10, patient.ICD9CM, patient.ATC}, system)
	for name, list := range t.Codes {
		if slowSystem(name, systems) != system {
			continue
		}
		for _, pattern := range list {
			body, isPrefix := strings.CutSuffix(strings.TrimSpace(pattern), "*")
			body = slowNormal(system, body)
			switch {
			case body == "":
			case !isPrefix && body == code:
				best = exact
			case isPrefix && strings.HasPrefix(code, body):
				best = max(best, len(body))
			case tree && (strings.HasPrefix(body, code) || strings.HasPrefix(code, body)):
				near = true
			}
		}
	}
	return best, near
}

func slowSystem(name string, systems map[string]string) string {
	if known, ok := systems[name]; ok {
		name = known
	}
	return patient.SystemName(name)
}

func slowNormal(system, code string) string {
	if s := systemNamed(system); s != nil && s.normal != nil {
		return string(s.normal(nil, code))
	}
	return code
}

// slowCode gives a coding's system and comparable code, if it is well-formed.
func slowCode(c patient.Coding, systems map[string]string) (system, code string, ok bool) {
	system, code = slowSystem(c.System, systems), strings.TrimSpace(c.Code)
	if s := systemNamed(system); code == "" || s != nil && s.fault(code) != "" {
		return "", "", false
	}
	return system, slowNormal(system, code), true
}

// slowListedSystems gives the systems that the concept lists and that the fact
// has a well-formed code of.
func slowListedSystems(c *Concept, f *patient.Fact, systems map[string]string) (listed []string) {
	for _, coding := range f.Codes {
		system, _, ok := slowCode(coding, systems)
		for name, list := range c.Codes {
			if ok && len(list) > 0 && slowSystem(name, systems) == system {
				listed = append(listed, system)
			}
		}
	}
	return listed
}

func slowTexts(f *patient.Fact) []string {
	texts := []string{f.Text}
	for _, c := range f.Codes {
		texts = append(texts, c.Display)
	}
	return texts
}

func slowWords(s string) string { return string(appendWords(nil, s)) }

func slowScript(names []string) (of script) {
	for _, name := range names {
		of |= scriptOf([]byte(slowWords(name)))
	}
	return of
}

// slowWording says in which scripts the fact says something in words.
func slowWording(f *patient.Fact) (of script) {
	for _, text := range slowTexts(f) {
		repeats := slices.ContainsFunc(f.Codes, func(c patient.Coding) bool {
			return strings.EqualFold(strings.TrimSpace(c.Code), strings.TrimSpace(text)) && strings.ContainsAny(text, "0123456789")
		})
		if words := slowWords(text); !placeholders[words] && !repeats {
			of |= scriptOf([]byte(words))
		}
	}
	return of
}

// slowExcept says whether an excepted name stands in a text, and whether a name
// stands in one that no excepted name overlaps or stands right before.
func slowExcept(c *Concept, f *patient.Fact) (named, free bool) {
	for _, text := range slowTexts(f) {
		words := strings.Fields(slowWords(text))
		excused := make([]bool, len(words)+1)
		for _, at := range slowPlaces(words, c.Except.Names) {
			named = true
			for i := at[0]; i <= at[1]; i++ { // and the word after it
				excused[i] = true
			}
		}
		for _, at := range slowPlaces(words, c.Names) {
			free = free || !slices.Contains(excused[at[0]:at[1]], true)
		}
	}
	return named, free
}

// slowPlaces lists where names stand: from the first word to the one after the
// last.
func slowPlaces(words, names []string) (places [][2]int) {
	for _, name := range names {
		n := strings.Fields(slowWords(name))
		for i := 0; len(n) > 0 && i+len(n) <= len(words); i++ {
			if slices.Equal(words[i:i+len(n)], n) {
				places = append(places, [2]int{i, i + len(n)})
			}
		}
	}
	return places
}

func slowWhole(names []string, f *patient.Fact) bool {
	return slices.ContainsFunc(slowTexts(f), func(text string) bool {
		return slices.ContainsFunc(names, func(name string) bool {
			return slowWords(name) != "" && slowWords(text) == slowWords(name) && !strings.Contains(text, "?")
		})
	})
}

func slowInside(names []string, f *patient.Fact) bool {
	return slices.ContainsFunc(slowTexts(f), func(text string) bool {
		return slices.ContainsFunc(names, func(name string) bool {
			return slowWords(name) != "" && strings.Contains(" "+slowWords(text)+" ", " "+slowWords(name)+" ")
		})
	})
}
