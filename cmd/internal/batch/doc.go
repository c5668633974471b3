// SPDX-License-Identifier: Apache-2.0

// Package batch is the engine of "eligo batch" and "eligo merge": it screens
// every patient of a [Source] for some studies and writes five files whose
// totals reconcile, so that they appear complete or not at all.
//
// # Files
//
// In the folder that a run writes to, which one run at a time may use:
//
//	results.ndjson   one result a line, as encoding/json writes a matcher.Result, in the order of the source
//	results.csv      the same, a row for each patient and study, for spreadsheets
//	rejects.ndjson   every record that could not be used: where it is and why (see [Reject])
//	summary.json     the numbers of everybody, whatever [Job].Only keeps out of the results
//	report.html      the same as a page
//	run.json         what the run was made from, and which ids came twice (see [Manifest])
//	clearing.csv     where dates ahead are looked at: who becomes eligible on which day, sorted by the day and the record
//	positions.bin    of a shard only: what [Merge] needs to put the shards in order
//
// Until the run is done they grow in .partial, next to checkpoint.json, which
// says how much of them holds. To continue a run that ended early, whatever
// ended it, they are cut to what the checkpoint says and the records that it
// counts are read again but not decoded. When all is done the checkpoint says
// so, the files are moved to their names, summary.json as the last, and
// .partial is removed: a folder with a summary.json and no .partial is complete.
//
// # What it may import
//
// Everything of the core, and package intake; nothing that parses flags or
// prints.
package batch
