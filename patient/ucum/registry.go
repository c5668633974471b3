// SPDX-License-Identifier: Apache-2.0

package ucum

import (
	_ "embed"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"sync"
)

type atomKind uint8

const (
	isMetric     atomKind = 1 << iota // takes prefixes
	isBase                            // a dimension of its own
	isArbitrary                       // likewise, by an arbitrary procedure
	isNonlinear                       // likewise, and in no product
	isAffine                          // a temperature scale with an offset
	isProportion                      // a number which is a proportion
)

// atom is a resolved row of the atom table.
type atom struct {
	unit   Unit
	metric bool
}

// registry holds all atoms and prefixes, resolved. It is not changed once built:
// while it is, it resolves a row when its atom is asked for.
type registry struct {
	atoms    map[string]atom
	prefixes map[string]*big.Rat
	rows     map[string]atomRow // rows not yet begun; nil once built
}

// units returns the registry, which is built at its first use.
var units = sync.OnceValue(newRegistry)

// newRegistry resolves the tables. A row that does not resolve is left out; a
// test makes sure that there is none.
func newRegistry() *registry {
	r := &registry{
		atoms: make(map[string]atom, len(atomRows)), prefixes: make(map[string]*big.Rat, len(prefixRows)),
		rows: make(map[string]atomRow, len(atomRows)),
	}
	for _, p := range prefixRows {
		if v, ok := new(big.Rat).SetString(p.value); ok {
			r.prefixes[p.code] = v
		}
	}
	for _, row := range atomRows {
		r.rows[row.code] = row
	}
	for _, row := range atomRows {
		r.findAtom(row.code)
	}
	r.rows = nil
	return r
}

// findAtom returns the resolved atom, resolving its row and those it rests on. A row
// that rests on itself is not found.
func (r *registry) findAtom(code string) (atom, bool) {
	if a, ok := r.atoms[code]; ok {
		return a, true
	}
	row, ok := r.rows[code]
	if !ok {
		return atom{}, false
	}
	delete(r.rows, code)
	u, ok := r.resolve(row)
	if !ok {
		return atom{}, false
	}
	u.code = code
	a := atom{unit: u, metric: row.kind&isMetric != 0}
	r.atoms[code] = a
	return a, true
}

func (r *registry) resolve(row atomRow) (Unit, bool) {
	if row.kind&(isBase|isArbitrary|isNonlinear) != 0 {
		u := Unit{dims: dims{{row.code, 1}}, traits: hasQuantity}
		if row.code == dimSubstance || row.code == dimEquivalents {
			u.traits |= hasSubstance
		}
		if row.kind&isNonlinear != 0 {
			u.traits |= hasSpecial
		}
		return u, true
	}
	value, ok := new(big.Rat).SetString(row.value)
	if !ok {
		return Unit{}, false
	}
	expr, err := parseCode(row.unit, r)
	if err != nil {
		return Unit{}, false
	}
	u, problem := Unit{scale: value}.multiply(expr, 1)
	if row.kind&isProportion != 0 {
		u.traits |= hasQuantity
	}
	if row.kind&isAffine != 0 {
		u.traits |= hasSpecial
		u.offset = affineOffset(row.code)
	}
	return u, problem == ""
}

// affineOffset returns the temperature in kelvin at the zero of a scale
// (UCUM, table of special units: f(x) = x - 273.15, 9/5 x - 459.67, and
// 4/5 (x - 273.15)).
func affineOffset(code string) *big.Rat {
	if code == "[degF]" {
		return big.NewRat(45967, 180) // 459.67 * 5/9
	}
	return big.NewRat(27315, 100)
}

// findSymbol resolves a unit symbol with or without a prefix. On failure the
// returned text is the error.
func findSymbol(s string, r *registry) (Unit, string) {
	if a, ok := r.findAtom(s); ok {
		return a.unit, ""
	}
	problem := "unknown unit " + quoted(s)
	for n := 1; n <= 2 && n < len(s); n++ {
		factor, ok := r.prefixes[s[:n]]
		if !ok {
			continue
		}
		a, ok := r.findAtom(s[n:])
		switch {
		case !ok:
		case !a.metric:
			problem = quoted(s[n:]) + " takes no prefix"
		default:
			return Unit{scale: factor}.multiply(a.unit, 1)
		}
	}
	return Unit{}, problem
}

func quoted(s string) string { return strconv.Quote(s) }

// The tables of this package. Their heads name the source and the columns.
var (
	//go:embed units.tsv
	unitTable string
	//go:embed spellings.tsv
	spellingTable string

	prefixRows, atomRows = readUnits(unitTable)
	spellings            = readSpellings(spellingTable)
)

// The spellings by their UCUM codes, one map for each table of spellings.tsv.
var (
	wholeCodes   = spellings["whole"]
	foldedCodes  = spellings["folded"]
	countCodes   = spellings["count"]
	countVolumes = spellings["volume"]
	wordCodes    = spellings["word"]
	upperCodes   = spellings["upper"]
)

type prefixRow struct{ code, value string }

// atomRow is one unit atom: one code is value times the unit expression unit.
// Both are empty for an atom that is a dimension of its own.
type atomRow struct {
	code, value, unit string
	kind              atomKind
}

var kindNames = map[string]atomKind{
	"metric": isMetric, "base": isBase, "arbitrary": isArbitrary,
	"nonlinear": isNonlinear, "affine": isAffine, "proportion": isProportion, "-": 0,
}

func readUnits(text string) (prefixes []prefixRow, atoms []atomRow) {
	seen := map[string]bool{}
	readTable(text, func(f []string) bool {
		if again := seen[f[0]+" "+f[1]]; again {
			return false
		}
		seen[f[0]+" "+f[1]] = true
		switch {
		case f[0] == "prefix" && len(f) == 3:
			prefixes = append(prefixes, prefixRow{f[1], f[2]})
			return true
		case f[0] != "unit" || len(f) != 5:
			return false
		}
		row := atomRow{f[1], strings.TrimPrefix(f[2], "-"), strings.TrimPrefix(f[3], "-"), 0}
		for name := range strings.SplitSeq(f[4], " ") {
			kind, known := kindNames[name]
			if !known {
				return false
			}
			row.kind |= kind
		}
		atoms = append(atoms, row)
		return true
	})
	return prefixes, atoms
}

func readSpellings(text string) map[string]map[string]string {
	all := map[string]map[string]string{"whole": {}, "folded": {}, "count": {}, "volume": {}, "word": {}, "upper": {}}
	readTable(text, func(f []string) bool {
		if len(f) != 3 || all[f[0]] == nil {
			return false
		}
		for spelling := range strings.SplitSeq(f[2], " ") {
			if _, again := all[f[0]][spelling]; again || spelling == "" {
				return false
			}
			all[f[0]][spelling] = f[1]
		}
		return true
	})
	return all
}

// readTable calls row with the fields of each row of a table: a line of two fields or
// more, separated by tabs. Blank lines and lines that begin with # are no rows. It
// panics if row refuses one, so that a damaged table never goes unnoticed.
func readTable(text string, row func(fields []string) bool) {
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if fields := strings.Split(line, "\t"); len(fields) < 2 || !row(fields) {
			panic(fmt.Sprintf("ucum: line %d of a table is malformed: %q", number, line))
		}
	}
}
