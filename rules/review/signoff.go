// SPDX-License-Identifier: Apache-2.0

package review

import "github.com/eligo-trials/eligo/rules"

// checkDrafts counts the rules that nobody has reviewed. The position of the
// finding is that of the first.
func (f *finder) checkDrafts() {
	var drafts []*rules.Criterion
	rest := 0
	f.eachCriterion(func(c *rules.Criterion) {
		if c.Draft {
			drafts = append(drafts, c)
		} else {
			rest++
		}
	})
	if len(drafts) == 0 {
		return
	}
	found := f.addFinding("draft", drafts[0].Pos, drafts[0].ID, "%d of %d rules are drafts that nobody has read", len(drafts), len(drafts)+rest)
	found.setHint("compare each with its quote, then take draft: true away")
	for _, c := range drafts[1:] {
		found.addRelated(c.Pos, c.ID+" is a draft")
	}
}

// checkReview reports a study that was changed after its review.
func (f *finder) checkReview() {
	r := f.study.Reviewed
	if r == nil || r.Current {
		return
	}
	if r.SHA256 == "" {
		f.addFinding("review-outdated", r.Pos, "", "the review of %s on %s does not say what was reviewed", r.By, r.On).
			setHint("sign it with --sign NAME, or write sha256: %s", f.study.Digest)
		return
	}
	f.addFinding("review-outdated", r.Pos, "", "the study has changed since %s reviewed it on %s", r.By, r.On).
		setHint("review what changed, then sign it with --sign NAME, or write sha256: %s", f.study.Digest)
}
