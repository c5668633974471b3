// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/eligo-trials/eligo/matcher/report"
)

// seal checks the totals, writes what sums the run up and gives the files,
// which are flushed, their names.
func (o *Outcome) seal(out *outputs, c *checkpoint) error {
	if err := o.reconcile(); err != nil {
		return err
	}
	if err := out.sync(); err != nil {
		return err
	}
	if o.Run.Inputs.Horizon != "" && len(out.all) > toClearing { // or it is merged
		if err := sortClearing(out.dir); err != nil {
			return err
		}
	}
	if err := o.write(out.dir, out.open); err != nil {
		return err
	}
	text, err := c.encode()
	if err != nil {
		return err
	}
	if err := writeWhole(checkpointPath(out.dir), text, out.open); err != nil {
		return err
	}
	if err := out.close(); err != nil {
		return err
	}
	return giveNames(out.dir, &c.Inputs)
}

// write writes what sums a run up, next to the files that grew.
func (o *Outcome) write(dir string, open func(string, int64) (file, error)) error {
	var summary, page bytes.Buffer
	if err := report.SummaryJSON(&summary, o.Summary); err != nil {
		return err
	}
	if err := report.CohortPage(&page, o.Summary); err != nil {
		return err
	}
	run, err := o.Run.encode()
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		text []byte
	}{{ReportFile, page.Bytes()}, {RunFile, run}, {SummaryFile, summary.Bytes()}} {
		if err := writeWhole(filepath.Join(dir, partialDir, f.name), f.text, open); err != nil {
			return err
		}
	}
	return nil
}

// reconcile asks that nobody is lost: for every study the records read are the
// eligible, the ineligible, the undetermined and the rejected.
func (o *Outcome) reconcile() error {
	var all []error
	var clearing int64
	for i := range o.Summary.Studies {
		s := &o.Summary.Studies[i]
		t := s.Totals
		if sum := t.Eligible + t.Ineligible + t.Undetermined + t.Rejected; sum != o.Run.Records || t.Records != o.Run.Records || t.Rejected != o.Run.Rejected {
			all = append(all, fmt.Errorf("study %s: %d records were read and %d rejected, but %d eligible + %d ineligible + %d undetermined + %d rejected = %d",
				s.Study.ID, o.Run.Records, o.Run.Rejected, t.Eligible, t.Ineligible, t.Undetermined, t.Rejected, sum))
		}
		if err := s.Check(); err != nil {
			all = append(all, err)
		}
		sure, best := s.Calendar.Rows()
		clearing += sure + best
	}
	if clearing != o.Run.Clearing {
		all = append(all, fmt.Errorf("%s has %d rows, and the calendars count %d", ClearingFile, o.Run.Clearing, clearing))
	}
	if len(all) > 0 {
		return fmt.Errorf("the totals do not reconcile, which is a mistake of this program:\n%w", errors.Join(all...))
	}
	return nil
}
