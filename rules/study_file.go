// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"regexp"
	"slices"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
	"github.com/eligo-trials/eligo/rules/yamlwalk"
)

var (
	criterionPattern  = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	identifierPattern = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

// studyKeys are the keys of a study file. ! marks a required key.
var studyKeys = []string{
	"study!", "title", "version", "source", "text", "dates", "concepts", "systems",
	"define", "questions", "inclusion", "exclusion", "not_criteria", reviewKey,
}

// loadStudy reads a study file and all that it imports. Names come first, so that
// every rule can be checked against all of them.
func (l *loader) loadStudy(src *yamlwalk.File, data []byte) (*Study, error) {
	l.hashSource("study", "", data)
	w, root := l.parseFile(src)
	if w == nil {
		return nil, l.AsErrors()
	}
	f := w.ReadObject(root, "study", studyKeys...)
	if root.Kind != yamlwalk.Mapping || len(root.Content) == 0 {
		return nil, l.AsErrors()
	}
	s := &Study{
		ID: f.ReadLine("study"), Title: f.ReadLine("title"), Version: f.ReadLine("version"),
		Source: f.ReadLine("source"), Text: f.ReadLine("text"), file: src.Name,
	}
	if s.Text != "" {
		w.reference(f.ValueOf("text"), s.Text)
	}
	s.Systems = w.localSystems(f.ValueOf("systems"))
	l.imports(w, f.ValueOf("concepts"), s.Systems)
	l.defineConcepts(w.concepts(f.ValueOf("define"), "define", s.Systems))
	s.Anchors = l.anchors(w, f.ValueOf("dates"))
	s.Questions = l.questions(w, f.ValueOf("questions"))
	l.linkClasses()
	l.criteria(w, f, s)
	s.NotCriteria = w.notCriteria(f.ValueOf("not_criteria"))
	s.Reviewed = w.review(f.ValueOf(reviewKey))
	if err := l.AsErrors(); err != nil {
		return nil, err
	}
	for _, name := range l.conceptNames("") {
		s.concepts = append(s.concepts, l.names.concepts[name])
	}
	s.SHA256 = l.sha256()
	s.places = &places{l.names.meanings, w.File, f.ValueOf("not_criteria"), f.ValueOf("text")}
	s.complete()
	if s.Digest = s.digest(root); s.Reviewed != nil {
		s.Reviewed.Current = s.Reviewed.SHA256 == s.Digest
	}
	return s, nil
}

func (w *walker) localSystems(n *yamlwalk.Node) map[string]string {
	if n == nil {
		return nil
	}
	systems := map[string]string{}
	for _, e := range w.ReadEntries(n, "systems") {
		local, short := e.Key.Value, w.ReadText(e.Value, "a system")
		switch {
		case short == "":
		case patient.ConflictingSystem(local, short) != "":
			w.AddError(e.Key, "%s is %s already", yamlwalk.QuoteValue(local), patient.SystemName(local))
		case !slices.Contains(patient.KnownSystems(), short):
			w.AddError(e.Value, "unknown code system %s%s", yamlwalk.QuoteValue(short), w.HintFor(short, patient.KnownSystems()))
		default:
			systems[local] = short
		}
	}
	return systems
}

func (l *loader) anchors(w *walker, n *yamlwalk.Node) []string {
	var list []string
	for _, item := range w.ReadList(n, "dates") {
		name := w.ReadIdentifier(item, "name of a date", identifierPattern)
		if name != "" {
			l.define(w, item, name, "date")
			list = append(list, name)
		}
	}
	return list
}

func (l *loader) questions(w *walker, n *yamlwalk.Node) []language.Question {
	var list []language.Question
	for _, e := range w.ReadEntries(n, "questions") {
		id := w.ReadIdentifier(e.Key, "name of a question", identifierPattern)
		w.Inside = id
		f := w.ReadObject(e.Value, "question", "ask!", "who")
		q := language.Question{ID: id, Ask: f.ReadText("ask"), Who: f.ReadLine("who")}
		if id != "" {
			l.define(w, e.Key, id, "question")
			list = append(list, q)
		}
		w.Inside = ""
	}
	return list
}

func (l *loader) criteria(w *walker, f yamlwalk.Object, s *Study) {
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
		for _, item := range w.ReadList(f.ValueOf(string(side)), string(side)) {
			if len(s.Criteria) > maxCriteria {
				w.AddError(item, "the study has more than %d criteria", maxCriteria)
				return
			}
			s.Criteria = append(s.Criteria, l.criterion(w, item, sc, lines))
			s.Criteria[len(s.Criteria)-1].Side = side
			w.Inside = ""
		}
	}
	if f.ValueOf("inclusion") == nil && f.ValueOf("exclusion") == nil {
		w.AddErrorAt(w.File.PositionAt(0), "the study has no criteria; write inclusion, exclusion or both")
	}
}

func (l *loader) criterion(w *walker, n *yamlwalk.Node, sc *language.Scope, lines map[string]int) Criterion {
	c := Criterion{Pos: w.File.PositionOf(n), ID: criterionID(n)}
	w.Inside = c.ID
	f := w.ReadObject(n, "criterion", "id!", "quote!", "rule!", "draft", "understood", "show")
	if id := w.ReadIdentifier(f.ValueOf("id"), "id of a criterion", criterionPattern); id != "" {
		if line, taken := lines[id]; id == AliveID {
			w.AddError(f.ValueOf("id"), "every study has the criterion alive already; choose another id")
		} else if taken {
			w.AddError(f.ValueOf("id"), "the id is there twice; first on line %d", line)
		} else {
			lines[id] = w.File.PositionOf(f.ValueOf("id")).Line
		}
	}
	c.src, c.quoteNode, c.ruleNode = w.File, f.ValueOf("quote"), f.ValueOf("rule")
	c.Quote = f.ReadText("quote")
	c.Rule = f.ReadText("rule")
	c.Draft = f.ReadFlag("draft")
	c.Understood = f.ReadText("understood")
	c.Show = l.readShow(w, f.ValueOf("show"))
	if c.Rule == "" || l.unsure || l.noRules || w.IsFull() {
		return c
	}
	if l.ruleBytes += len(f.ValueOf("rule").Value); l.ruleBytes > maxRules {
		w.AddError(f.ValueOf("rule"), "the rules of the study are longer than %d KiB in all", maxRules>>10)
		return c
	}
	// The white space behind the rule stays, for the place of an error at its end.
	rule, errs := language.Compile(f.ValueOf("rule").Value[blankBefore(f.ValueOf("rule")):], sc)
	for _, e := range errs {
		w.AddErrorAt(c.RuleAt(e.Offset), "%s", e.Message)
	}
	c.rule = rule
	return c
}

// criterionID finds the id of a criterion before anything else is read, so
// that every error can name it.
func criterionID(n *yamlwalk.Node) string {
	id := yamlwalk.ValueOf(n, "id")
	if id == nil || len(id.Value) > yamlwalk.MaxName || !criterionPattern.MatchString(id.Value) {
		return ""
	}
	return id.Value
}

// readShow finds the concepts whose facts are laid beside a question.
func (l *loader) readShow(w *walker, n *yamlwalk.Node) []*terminology.Concept {
	names := w.ReadDistinct(w.ReadList(n, "show"), func(n *yamlwalk.Node) string {
		name := w.ReadText(n, "a concept to show")
		if name == "" || l.names.concepts[name] != nil || l.unsure {
			return name
		}
		w.AddError(n, "unknown concept %s in show%s", yamlwalk.QuoteValue(name), w.HintFor(name, l.conceptNames("")))
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

func (w *walker) notCriteria(n *yamlwalk.Node) []NotCriterion {
	var list []NotCriterion
	for _, item := range w.ReadList(n, "not_criteria") {
		f := w.ReadObject(item, "entry of not_criteria", "quote!", "reason!")
		list = append(list, NotCriterion{f.ReadText("quote"), f.ReadText("reason")})
	}
	return list
}
