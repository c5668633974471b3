// SPDX-License-Identifier: Apache-2.0

// Package batch is the engine of "eligo batch" and "eligo merge": it screens
// every patient of a [Source] for some studies and writes files whose totals
// reconcile, and that appear complete or not at all.
//
// # Files
//
// In the folder that a run writes to, which one run at a time may use:
//
//	results.ndjson   one result a line, as encoding/json writes a matcher.Result, in the order of the source
//	results.csv      the same, a row for each patient and study, for spreadsheets
//	rejects.ndjson   every record that could not be used: where it is and why (see [Reject])
//	summary.json     the totals of all patients, also of those whom [Job].Only keeps out of the results
//	report.html      the same as a page
//	run.json         the inputs of the run, and duplicate ids (see [Manifest])
//	clearing.csv     of a run that looks ahead: who becomes eligible on which day, sorted by the day and the record
//	positions.bin    of a shard only: the position of each record, for [Merge]
//
// During the run they grow in .partial, next to checkpoint.json, which holds the
// sizes up to which they are valid. To resume a run that ended early, for any
// reason, they are cut to these sizes, and the records that the checkpoint counts
// are read again but not decoded. At the end the checkpoint is marked complete,
// the files are moved to their names, summary.json as the last, and .partial is
// removed: a folder with a summary.json and no .partial is complete.
//
// # Sources
//
// A data source is a row of document.Formats: the package of the format gives a
// function that recognises its folders or files and one that reads them.
//
// # What it may import
//
// The core, and packages document and fileio; nothing that parses flags or prints.
package batch
