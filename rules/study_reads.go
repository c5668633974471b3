// SPDX-License-Identifier: Apache-2.0

package rules

import "slices"

// ReadConcepts lists the concepts that the study's rules read.
func (s *Study) ReadConcepts() []*Concept { return slices.Clone(s.reads) }
