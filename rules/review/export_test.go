// SPDX-License-Identifier: Apache-2.0

package review

import "github.com/eligo-trials/eligo/rules"

// MostWorkInAll bounds the searches of a study.
const MostWorkInAll = mostWorkInAll

// StudyWork checks a study and gives the number of nodes that its searches
// visited.
func StudyWork(s *rules.Study, text *Text) int {
	f := &finder{study: s}
	f.checkStudy(text)
	return f.work
}
