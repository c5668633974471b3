// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/rules"
)

// screened is the studies that a person is screened for.
type screened struct {
	studies []*rules.Study
	named   map[string]bool   // those given with --study, by their ids
	from    map[string]string // files of folders, by the ids of their studies
	files   []string          // that were read
	notUsed []string          // files of folders that hold no study that can be used
	lines   []string          // what is wrong with them
}

// gatherStudies compiles the studies named with --study, all of which must be
// right, and those of the folders, as far as they are.
func (o *screenOptions) gatherStudies() (*screened, error) {
	g := &screened{named: map[string]bool{}, from: map[string]string{}, files: slices.Clone(o.studies)}
	if len(o.studies) > 0 {
		studies, err := loadStudies(o.studies)
		if err != nil {
			return nil, err
		}
		g.studies = studies
		for _, s := range studies {
			g.named[s.ID], g.from[s.ID] = true, ""
		}
	}
	for _, dir := range o.folders {
		if err := g.addFolder(dir); err != nil {
			return nil, inputError{summary: dir + ": " + cause(err) + "; nothing was screened"}
		}
	}
	if len(g.studies) == 0 {
		return nil, inputError{g.lines, "there is no study that can be used in " + strings.Join(o.folders, ", ") + "; nothing was screened"}
	}
	return g, nil
}

// addFolder compiles the studies among the *.yaml and *.yml files of a folder.
// Concept files, which hold no study, and *.cases.yaml are passed over.
func (g *screened) addFolder(dir string) error {
	files, err := yamlIn(dir)
	for _, path := range files {
		if !isOneOf(path, g.files) {
			g.add(path)
		}
	}
	return err
}

// yamlIn lists the files of a folder that may hold studies or concepts.
func yamlIn(dir string) (files []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		name := e.Name()
		ext := filepath.Ext(name)
		if e.IsDir() || ext != ".yaml" && ext != ".yml" || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".cases"+ext) {
			continue
		}
		files = append(files, filepath.Join(dir, name))
	}
	return files, err
}

// isOneOf reports whether a file is among others, under whatever name.
func isOneOf(path string, files []string) bool {
	info, err := os.Stat(path)
	return err == nil && slices.ContainsFunc(files, func(f string) bool {
		other, err := os.Stat(f)
		return err == nil && os.SameFile(info, other)
	})
}

// studiesIn adds to files those of the folders, but for concept files that
// are right.
func studiesIn(files, folders []string) ([]string, error) {
	files = slices.Clone(files)
	for _, dir := range folders {
		found, err := yamlIn(dir)
		if err != nil {
			return nil, inputError{summary: dir + ": " + cause(err) + "; nothing was screened"}
		}
		for _, path := range found {
			if isOneOf(path, files) {
				continue
			}
			if holdsConcepts(path) {
				if _, err := rules.LoadConcepts(path); err == nil {
					continue
				}
			}
			files = append(files, path)
		}
	}
	if len(files) == 0 {
		return nil, inputError{summary: "there is no study in " + strings.Join(folders, ", ") + "; nothing was screened"}
	}
	return files, nil
}

func (g *screened) add(path string) {
	g.files = append(g.files, path)
	if holdsConcepts(path) {
		if _, err := rules.LoadConcepts(path); err != nil {
			g.refuse(path, errorLines(path, err)...)
		}
		return
	}
	study, err := rules.Load(path)
	if err != nil {
		g.refuse(path, errorLines(path, err)...)
		return
	}
	other, twice := g.from[study.ID]
	switch {
	case !twice:
		g.from[study.ID] = path
		g.studies = append(g.studies, study)
	case g.named[study.ID]:
		g.refuse(path, path+": study "+study.ID+" is given with --study already")
	default: // nobody can tell which of the two is meant
		g.studies = slices.DeleteFunc(g.studies, func(s *rules.Study) bool { return s.ID == study.ID })
		g.refuse(path, path+": study "+study.ID+" is in "+other+" as well")
		g.refuse(other, other+": study "+study.ID+" is in "+path+" as well")
	}
}

// refuse keeps a file out, and why.
func (g *screened) refuse(path string, why ...string) {
	if !slices.Contains(g.notUsed, path) {
		g.notUsed = append(g.notUsed, path)
	}
	for _, line := range why {
		if !slices.Contains(g.lines, line) {
			g.lines = append(g.lines, line)
		}
	}
}

// err says which files are missing in the ranking.
func (g *screened) err() error {
	if len(g.notUsed) == 0 {
		return nil
	}
	return inputError{g.lines, "the ranking is not complete: " + count(len(g.notUsed), "study file") + " could not be used; the others were screened"}
}

// renderRanking writes the results of several studies, ranked. As text, only
// those named with --study follow in full.
func (p *program) renderRanking(b *bytes.Buffer, o *screenOptions, g *screened, results []matcher.Result) error {
	k := matcher.NewRanking(results, g.notUsed)
	switch o.format {
	case "json":
		return report.RankingJSON(b, k)
	case "html":
		return report.PatientPage(b, k.Results, report.PageOptions{Ranking: k})
	case "fhir":
		return report.FHIR(b, k.Results...)
	}
	if err := report.RankingText(b, k, report.TextOptions{Width: textWidth, Paint: p.painter(o)}); err != nil {
		return err
	}
	full := slices.DeleteFunc(k.Results, func(r matcher.Result) bool { return !g.named[r.Study.ID] })
	if len(full) > 0 {
		between(b)
	}
	return p.render(b, o, full)
}
