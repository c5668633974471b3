// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// sourcesVariable names the folder of the source lists where no flag does.
const sourcesVariable = "ELIGO_TERMINOLOGY_SOURCES"

func main() {
	sources := flag.String("sources", os.Getenv(sourcesVariable), "folder of the source lists")
	output := flag.String("o", "core.terms", "file to write")
	flag.Parse()
	if err := run(*sources, *output); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(sources, output string) error {
	if sources == "" {
		return fmt.Errorf("no folder of source lists: give -sources or set %s", sourcesVariable)
	}
	block, err := Block(sources)
	if err != nil {
		return err
	}
	return os.WriteFile(output, block, 0o644)
}

// Block makes the terminology from the lists of a folder. Equal lists give equal bytes.
func Block(sources string) ([]byte, error) {
	b := &builder{
		lexicon.NewBuilder(info()), sources,
		map[string]string{},
		map[string][]string{},
		map[string]bool{},
		map[string][]string{},
		map[string]bool{},
	}
	for _, part := range []func() error{
		b.addClassifications, b.addDiseases, b.addSnomed, b.addOwnNames, b.addMedicines, b.addMedicineWords,
		b.addLaboratory, b.addVaccines, b.addAbbreviations,
	} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	_, err := b.WriteTo(&out)
	return out.Bytes(), err
}

// builder fills a lexicon from the source lists.
type builder struct {
	*lexicon.Builder
	sources string
	// meanings gives the last meaning of a text, by its system and the text.
	meanings map[string]string
	// medicines gives the ingredients of each name of a medicine, by its words.
	medicines map[string][]string
	// own are the names that our lists decide.
	own map[string]bool
	// renamed gives our names for ingredients as a source spells them.
	renamed map[string][]string
	// trusted are the ingredients that are known well enough to be told apart.
	trusted map[string]bool
}
