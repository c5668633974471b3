// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// studyKeys are the keys of a study file. ! marks a required key.
var studyKeys = []string{
	"study!", "title", "version", "source", "text", "dates", "concepts", "systems",
	"define", "questions", "inclusion", "exclusion", "not_criteria", reviewKey,
}

// loadStudy reads a study file and all that it imports. Names come first, so that
// every rule can be checked against all of them.
func (l *loader) loadStudy(src *sourceFile, data []byte) (*Study, error) {
	l.hashSource("study", "", data)
	w, root := l.parseFile(src)
	if w == nil {
		return nil, l.errors()
	}
	f := w.readObject(root, "study", studyKeys...)
	s := &Study{
		ID: w.readLine(f["study"], "study"), Title: w.readLine(f["title"], "title"), Version: w.readLine(f["version"], "version"),
		Source: w.readLine(f["source"], "source"), Text: w.readLine(f["text"], "text"), file: src.name,
	}
	if s.Text != "" {
		w.reference(f["text"], s.Text)
	}
	s.Systems = w.localSystems(f["systems"])
	l.imports(w, f["concepts"], s.Systems)
	if f["define"] != nil {
		drafts := w.concepts(f["define"], "define", s.Systems)
		l.defineConcepts(drafts)
		for _, d := range drafts {
			l.valueSets(d)
		}
	}
	s.Anchors = l.anchors(w, f["dates"])
	s.Questions = l.questions(w, f["questions"])
	l.linkClasses()
	l.criteria(w, f, s)
	s.NotCriteria = w.notCriteria(f["not_criteria"])
	s.Reviewed = w.review(f[reviewKey])
	if err := l.errors(); err != nil {
		return nil, err
	}
	for _, name := range l.conceptNames() {
		s.concepts = append(s.concepts, l.names.concepts[name])
	}
	s.SHA256 = l.sha256()
	s.places = &places{l.names.meanings, w.src, f["not_criteria"], f["text"]}
	s.complete()
	if s.Digest = s.digest(root); s.Reviewed != nil {
		s.Reviewed.Current = s.Reviewed.SHA256 == s.Digest
	}
	return s, nil
}

// localSystems reads the mapping of local code systems to known ones.
func (w *walker) localSystems(n *yaml.Node) map[string]string {
	if n == nil {
		return nil
	}
	systems := map[string]string{}
	for _, e := range w.entries(n, "systems") {
		local, short := e.key.Value, w.readText(e.value, "a system")
		switch {
		case short == "":
		case patient.SystemName(local) != local || slices.Contains(patient.KnownSystems(), local):
			w.addError(e.key, "%s is %s already", quoteBriefly(local), patient.SystemName(local))
		case !slices.Contains(patient.KnownSystems(), short):
			w.addError(e.value, "unknown code system %s%s", quoteBriefly(short), w.hintFor(short, patient.KnownSystems()))
		default:
			systems[local] = short
		}
	}
	return systems
}

func (l *loader) anchors(w *walker, n *yaml.Node) []string {
	if n == nil {
		return nil
	}
	var list []string
	for _, item := range w.readList(n, "dates") {
		name := w.identifier(item, "name of a date", identifierPattern)
		if name != "" {
			l.define(w, item, name, "date")
			list = append(list, name)
		}
	}
	return list
}

func (l *loader) questions(w *walker, n *yaml.Node) []language.Question {
	if n == nil {
		return nil
	}
	var list []language.Question
	for _, e := range w.entries(n, "questions") {
		id := w.identifier(e.key, "name of a question", identifierPattern)
		w.inside = id
		f := w.readObject(e.value, "question", "ask!", "who")
		q := language.Question{ID: id, Ask: w.readText(f["ask"], "ask"), Who: w.readLine(f["who"], "who")}
		if id != "" {
			l.define(w, e.key, id, "question")
			list = append(list, q)
		}
		w.inside = ""
	}
	return list
}

// criteria reads and compiles the criteria of both sides.
func (l *loader) criteria(w *walker, f map[string]*yaml.Node, s *Study) {
	sc := &language.Scope{Concepts: l.names.concepts, Questions: map[string]*language.Question{}, Anchors: map[string]bool{language.Screening: true}}
	for i := range s.Questions {
		sc.Questions[s.Questions[i].ID] = &s.Questions[i]
	}
	for _, name := range s.Anchors {
		sc.Anchors[name] = true
	}
	lines := map[string]int{} // of each id
	s.Criteria = append(s.Criteria, aliveCriterion())
	for _, side := range []Side{Inclusion, Exclusion} {
		n := f[string(side)]
		if n == nil {
			continue
		}
		for _, item := range w.readList(n, string(side)) {
			if len(s.Criteria) > maxCriteria {
				w.addError(item, "the study has more than %d criteria", maxCriteria)
				return
			}
			s.Criteria = append(s.Criteria, l.criterion(w, item, sc, lines))
			s.Criteria[len(s.Criteria)-1].Side = side
			w.inside = ""
		}
	}
	if f != nil && f["inclusion"] == nil && f["exclusion"] == nil {
		w.addErrorAt(w.src.positionAt(0), "the study has no criteria; write inclusion, exclusion or both")
	}
}

func (l *loader) criterion(w *walker, n *yaml.Node, sc *language.Scope, lines map[string]int) Criterion {
	c := Criterion{Pos: w.src.positionOf(n)}
	if n.Kind == yaml.MappingNode {
		c.ID = criterionID(n)
		w.inside = c.ID
	}
	f := w.readObject(n, "criterion", "id!", "quote!", "rule!", "draft", "understood", "show")
	if id := w.identifier(f["id"], "id of a criterion", criterionPattern); id != "" {
		if line, taken := lines[id]; id == AliveID {
			w.addError(f["id"], "every study has the criterion alive already; choose another id")
		} else if taken {
			w.addError(f["id"], "the id is there twice; first on line %d", line)
		} else {
			lines[id] = w.src.positionOf(f["id"]).Line
		}
	}
	c.src, c.quoteNode, c.ruleNode = w.src, f["quote"], f["rule"]
	c.Quote = w.readText(f["quote"], "quote")
	c.Rule = w.readText(f["rule"], "rule")
	c.Draft = w.readFlag(f["draft"], "draft")
	c.Understood = w.readText(f["understood"], "understood")
	if f["show"] != nil {
		c.Show = l.readShow(w, f["show"])
	}
	if c.Rule == "" || l.unsure || l.noRules || w.isFull() {
		return c
	}
	if l.ruleBytes += len(f["rule"].Value); l.ruleBytes > maxRules {
		w.addError(f["rule"], "the rules of the study are longer than %d KiB in all", maxRules>>10)
		return c
	}
	// The white space behind the rule stays, for the place of an error at its end.
	rule, errs := language.Compile(f["rule"].Value[blankBefore(f["rule"]):], sc)
	for _, e := range errs {
		w.addErrorAt(c.RuleAt(e.Offset), "%s", e.Message)
	}
	c.rule = rule
	return c
}

// criterionID finds the id of a criterion before anything else is read, so
// that every error can name it.
func criterionID(n *yaml.Node) string {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if id := n.Content[i+1].Value; n.Content[i].Value == "id" && len(id) <= maxName && criterionPattern.MatchString(id) {
			return id
		}
	}
	return ""
}

// readShow finds the concepts whose facts are laid beside a question.
func (l *loader) readShow(w *walker, n *yaml.Node) []*terminology.Concept {
	names := w.distinct(w.readList(n, "show"), func(n *yaml.Node) string {
		name := w.readText(n, "a concept to show")
		if name == "" || l.names.concepts[name] != nil || l.unsure {
			return name
		}
		w.addError(n, "unknown concept %s in show%s", quoteBriefly(name), w.hintFor(name, l.conceptNames()))
		return ""
	})
	var list []*terminology.Concept
	for _, name := range names {
		if c := l.names.concepts[name]; c != nil {
			list = append(list, c)
		}
	}
	return list
}

func (w *walker) notCriteria(n *yaml.Node) []NotCriterion {
	if n == nil {
		return nil
	}
	var list []NotCriterion
	for _, item := range w.readList(n, "not_criteria") {
		f := w.readObject(item, "entry of not_criteria", "quote!", "reason!")
		list = append(list, NotCriterion{w.readText(f["quote"], "quote"), w.readText(f["reason"], "reason")})
	}
	return list
}
