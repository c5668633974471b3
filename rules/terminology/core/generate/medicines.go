// SPDX-License-Identifier: Apache-2.0

package main

import (
	"regexp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// marketing are words that brands of mixed products are made of. A brand made of
// nothing else, such as "acid reducer", is no name of a medicine.
var marketing = wordSet(`acid reducer relief pain cold flu allergy sleep aid cough sinus night day formula extra plus strength
	fast acting heartburn control stomach antacid laxative stool softener multi vitamin vitamins mineral minerals daily
	complete children childrens infant infants adult junior medicated hair regrowth eye drops ear wart remover anti itch
	gas arthritis muscle joint headache fever reliever decongestant congestion motion sickness diarrhea`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// medicineKey is a name of a medicine as names are compared.
func medicineKey(name string) string { return strings.Join(lexicon.Words(name), " ") }

func isMarketing(name string) bool {
	for _, w := range lexicon.Words(name) {
		if !marketing[w] {
			return false
		}
	}
	return true
}

var medicineMarks = map[rune]lexicon.Mark{
	'a': lexicon.IsAbbreviation, 'd': lexicon.IsDisease, 'l': lexicon.IsTest, 'w': lexicon.IsEveryday,
}

var medicineKinds = map[string]lexicon.NameKind{
	"in": lexicon.Label, "syn": lexicon.Exact, "salt": lexicon.Salt, "brand": lexicon.Brand, "min": lexicon.Combination,
	"name": lexicon.Listed,
}

// addMedicines adds names of medicines and their ingredients. A name with one
// ingredient is a name of the ingredient, others are names of a product.
func (b *builder) addMedicines() error {
	rows, err := b.read("lexicon/drugs.tsv", "name", "kind", "ingredients", "rxcui", "atc", "sources", "also")
	if err != nil {
		return err
	}
	marks := map[string]lexicon.Mark{}
	renamed, err := readOwn("ingredients.tsv", "listed", "ingredients")
	if err != nil {
		return err
	}
	for _, r := range renamed {
		b.renamed[r[0]] = splitIngredients(r[1])
	}
	b.trust(rows)
	for _, r := range rows {
		for _, letter := range r[6] {
			marks[medicineKey(r[0])] |= medicineMarks[letter]
		}
	}
	if err := b.addOwnMedicines(marks); err != nil {
		return err
	}
	for _, r := range rows {
		name, kind, ingredients := r[0], r[1], b.rename(splitIngredients(r[2]))
		if len(ingredients) == 1 && kind != "brand" {
			b.addMedicineCodes(ingredients[0], strings.Fields(r[3]), strings.Fields(r[4]))
		}
		if isFragment(name, kind) || isSystematic(name, r[5]) || kind == "brand" && isMarketing(name) {
			continue
		}
		if ingredients = ownIngredients(name, kind, ingredients); !b.knows(ingredients) {
			ingredients = nil
		}
		if have := b.medicines[medicineKey(name)]; have != nil && b.own[medicineKey(name)] && !slices.Equal(have, ingredients) {
			continue
		}
		b.addMedicine(name, medicineKinds[kind], marks[medicineKey(name)], ingredients)
	}
	if rows, err = b.read("lexicon/drug-brands-extra.tsv", "name", "ingredient"); err != nil {
		return err
	}
	for _, r := range rows {
		b.addMedicine(r[0], lexicon.Brand, 0, []string{r[1]})
	}
	return b.addOwnCodes()
}

// trust marks the ingredients that more than one source has, or that RxNorm or
// DrugBank have. One that a single national list has may be another spelling of a known
// one, and its products are not known to be anything else.
func (b *builder) trust(rows [][]string) {
	sources := map[string]string{}
	for _, r := range rows {
		for _, i := range b.rename(splitIngredients(r[2])) {
			sources[i] += r[5]
		}
	}
	for i, letters := range sources {
		b.trusted[i] = strings.ContainsAny(letters, "RD") || strings.Trim(letters, letters[:1]) != ""
	}
	for _, list := range b.renamed {
		for _, i := range list {
			b.trusted[i] = true
		}
	}
}

func (b *builder) knows(ingredients []string) bool {
	return !slices.ContainsFunc(ingredients, func(i string) bool { return !b.trusted[i] })
}

// rename gives the names of ingredients that our list has for them.
func (b *builder) rename(ingredients []string) []string {
	var list []string
	for _, i := range ingredients {
		if own, ok := b.renamed[i]; ok {
			list = append(list, own...)
		} else {
			list = append(list, i)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// addMedicineCodes adds the codes of an ingredient. One RxNorm code is the
// ingredient's, several are those of its forms.
func (b *builder) addMedicineCodes(ingredient string, rxnorm, atc []string) {
	for _, code := range atc {
		b.Relate("ingredient", ingredient, lexicon.MapsTo, "atc", code)
	}
	if len(rxnorm) == 1 {
		b.Relate("ingredient", ingredient, lexicon.Same, "rxnorm", rxnorm[0])
	}
}

// addOwnMedicines adds our lists of medicines and products.
func (b *builder) addOwnMedicines(marks map[string]lexicon.Mark) error {
	add := func(name string, kind lexicon.NameKind, ingredients []string) {
		key := medicineKey(name)
		b.own[key] = true
		b.addMedicine(name, kind, marks[key], ingredients)
	}
	rows, err := readOwn("medicines.tsv", "name", "kind", "ingredients")
	if err != nil {
		return err
	}
	for _, r := range rows {
		add(r[0], medicineKinds[r[1]], splitIngredients(r[2]))
	}
	if rows, err = readOwn("products.tsv", "name", "ingredient"); err != nil {
		return err
	}
	for _, r := range rows {
		add(r[0], lexicon.Brand, []string{r[1]})
	}
	return nil
}

// isFragment reports whether a name was cut out of a longer one, or says only how a
// product is given.
func isFragment(name, kind string) bool {
	if kind == "salt" || kind == "brand" {
		if strings.Count(name, "(") != strings.Count(name, ")") {
			return true
		}
	}
	return fragments[medicineKey(name)]
}

var fragments = wordSet("oral live human inactivated adjuvanted component active clear complete balance cream gel solution tablet oil recombinant nasal adsorbed")

// systematic finds the names of chemistry, which records do not use.
var systematic = regexp.MustCompile(`[\[\]{}]|\d,\d|\d'|\(\d|^\(|\d\)|-\d[a-z]?-|^\d[a-z]?-.*[-(,' ]|yl\)|[αβγδωε]|\.alpha\.|\.beta\.|\.gamma\.|\.delta\.|^[a-z]{1,2}'`)

// isSystematic reports whether a name is one of chemistry that no list of products has.
func isSystematic(name, sources string) bool {
	return sources == "D" && systematic.MatchString(name)
}

// wholes are ingredients that stand for what a more precise one is.
var wholes = []string{
	"factor viii", "factor ix", "von willebrand factor", "follicle stimulating hormone", "chorionic gonadotropin",
	"insulin human, rdna origin", "cobalamin", "cholecalciferol", "ergocalciferol", "pyridoxine", "vitamin e", "fibrinogen",
	"coenzyme q10", "levocarnitine", "respiratory syncytial virus immune globulin intravenous", "levomenthol",
}

// ownIngredients leaves out what a list adds to a substance because its products are
// mixtures: the ingredient "acetaminophen" is acetaminophen, not caffeine and codeine.
// The substance itself stays, and its other forms: "dabigatran; dabigatran etexilate".
func ownIngredients(name, kind string, ingredients []string) []string {
	if len(ingredients) < 2 || kind == "brand" || kind == "min" || strings.ContainsAny(name, ",;") || strings.Contains(name, " and ") {
		return ingredients
	}
	first, _, _ := strings.Cut(name, " ")
	var own []string
	for _, i := range ingredients {
		same := strings.HasPrefix(i, name) || strings.HasPrefix(name, i) || slices.Contains(wholes, i)
		if kind == "salt" {
			same = same || strings.HasPrefix(i, first)
		}
		if same {
			own = append(own, i)
		}
	}
	if len(own) == 0 {
		return ingredients
	}
	return own
}

func splitIngredients(cell string) []string {
	var list []string
	for part := range strings.SplitSeq(cell, "; ") {
		if part != "" {
			list = append(list, part)
		}
	}
	return list
}

func (b *builder) addMedicine(name string, kind lexicon.NameKind, marks lexicon.Mark, ingredients []string) {
	key := medicineKey(name)
	if key == "" {
		return
	}
	switch len(ingredients) {
	case 0:
		b.AddName("product", key, lexicon.Medicine, lexicon.Listed, marks, true, name)
		return
	case 1:
		b.AddName("ingredient", ingredients[0], lexicon.Medicine, kind, marks, true, name)
	default:
		if kind != lexicon.Brand {
			kind = lexicon.Combination
		}
		b.AddName("product", key, lexicon.Medicine, kind, marks, true, name)
		for _, i := range ingredients {
			b.Relate("product", key, lexicon.HasIngredient, "ingredient", i)
		}
	}
	if b.medicines[key] == nil {
		b.medicines[key] = ingredients
	}
}
