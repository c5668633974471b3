// SPDX-License-Identifier: Apache-2.0

package output

import (
	"bytes"

	"github.com/eligo-trials/eligo/matcher/report"
)

// writeFHIR writes a FHIR R4 searchset of ResearchStudy. A Bundle has no place for
// issues with the studies.
func writeFHIR(b *bytes.Buffer, p *Page) error { return report.FHIR(b, p.Results...) }
