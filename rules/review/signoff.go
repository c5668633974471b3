// SPDX-License-Identifier: Apache-2.0

package review

// drafts counts the rules that nobody has read yet.
func (f *finder) drafts() {}

// review says whether the study is still what was reviewed.
func (f *finder) review() {}
