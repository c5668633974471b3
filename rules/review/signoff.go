// SPDX-License-Identifier: Apache-2.0

package review

import "github.com/eligo-trials/eligo/rules"

// drafts counts the rules that nobody has read yet. The place of the finding is
// that of the first.
func (f *finder) drafts() {
	var drafts []*rules.Criterion
	rest := 0
	f.criteria(func(c *rules.Criterion) {
		if isDraft(c) {
			drafts = append(drafts, c)
		} else {
			rest++
		}
	})
	if len(drafts) == 0 {
		return
	}
	found := f.add("draft", drafts[0].Pos, drafts[0].ID, "%d of %d rules are drafts that nobody has read", len(drafts), len(drafts)+rest)
	found.hint("compare each with its quote, then take draft: true away")
	for _, c := range drafts[1:] {
		found.relate(c.Pos, c.ID+" is a draft")
	}
}

// isDraft reports whether a rule was written by a program, and no person has
// taken the mark away.
func isDraft(c *rules.Criterion) bool { return c.Draft }

// review says whether the study is still what was reviewed.
func (f *finder) review() {
	r := f.study.Reviewed
	if r == nil || r.Current {
		return
	}
	if r.SHA256 == "" {
		f.add("review-outdated", r.Pos, "", "the review of %s on %s does not say what was reviewed", r.By, r.On).
			hint("sign it with --sign NAME, or write sha256: %s", f.study.Digest)
		return
	}
	f.add("review-outdated", r.Pos, "", "the study has changed since %s reviewed it on %s", r.By, r.On).
		hint("review what changed, then sign it with --sign NAME, or write sha256: %s", f.study.Digest)
}
