// SPDX-License-Identifier: Apache-2.0

package ucum

import (
	_ "embed"
	"fmt"
	"strings"
)

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

// prefixRow is one UCUM prefix and its exact factor.
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
