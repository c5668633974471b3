// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/eligo-trials/eligo/matcher/report"
)

// finalize checks the totals, writes the reports and gives the files their names.
// The files must have been flushed.
func (o *Outcome) finalize(out *outputs, c *checkpoint) error {
	if err := o.reconcile(); err != nil {
		return err
	}
	if err := out.syncAll(); err != nil {
		return err
	}
	if o.Manifest.Inputs.Horizon != "" && len(out.files) > toClearing { // not a merged run, whose file is sorted already
		if err := sortClearing(out.dir); err != nil {
			return err
		}
	}
	if err := o.writeReports(out.dir, out.open); err != nil {
		return err
	}
	text, err := c.encode()
	if err != nil {
		return err
	}
	if err := replaceFile(checkpointPath(out.dir), text, out.open); err != nil {
		return err
	}
	if err := out.closeAll(); err != nil {
		return err
	}
	return publishFiles(out.dir, &c.Inputs)
}

// writeReports writes the summary, its page and the manifest next to the files
// that grew.
func (o *Outcome) writeReports(dir string, open openFunc) error {
	var summary, page bytes.Buffer
	if err := report.SummaryJSON(&summary, o.Summary); err != nil {
		return err
	}
	if err := report.CohortPage(&page, o.Summary); err != nil {
		return err
	}
	run, err := o.Manifest.encode()
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		text []byte
	}{{ReportFile, page.Bytes()}, {RunFile, run}, {SummaryFile, summary.Bytes()}} {
		if err := replaceFile(filepath.Join(dir, partialDir, f.name), f.text, open); err != nil {
			return err
		}
	}
	return nil
}

// reconcile checks that no record is lost: for every study the records read are
// the sum of the eligible, the ineligible, the undetermined and the rejected.
func (o *Outcome) reconcile() error {
	var all []error
	var clearing int64
	for i := range o.Summary.Studies {
		s := &o.Summary.Studies[i]
		t := s.Totals
		if sum := t.Eligible + t.Ineligible + t.Undetermined + t.Rejected; sum != o.Manifest.Records || t.Records != o.Manifest.Records || t.Rejected != o.Manifest.Rejected {
			all = append(all, fmt.Errorf("study %s: %d records were read and %d rejected, but %d eligible + %d ineligible + %d undetermined + %d rejected = %d",
				s.Study.ID, o.Manifest.Records, o.Manifest.Rejected, t.Eligible, t.Ineligible, t.Undetermined, t.Rejected, sum))
		}
		if err := s.Check(); err != nil {
			all = append(all, err)
		}
		sure, best := s.Calendar.Rows()
		clearing += sure + best
	}
	if clearing != o.Manifest.Clearing {
		all = append(all, fmt.Errorf("%s has %d rows, and the calendars count %d", ClearingFile, o.Manifest.Clearing, clearing))
	}
	if len(all) > 0 {
		return fmt.Errorf("the totals do not reconcile, which is a mistake of this program:\n%w", errors.Join(all...))
	}
	return nil
}
