// SPDX-License-Identifier: Apache-2.0

// Package screenlog keeps the screening log of a site: every decision of eligo,
// the dispositions that people entered for it, and the feedback of an EHR on its
// cards. Entries are appended and never changed; each holds the hash of the one
// before it. The log is one SQLite file, or tables in a PostgreSQL database.
//
// # Patient data
//
// The id as the profile gives it, the verdicts, the dates and the answers that
// were given to questions, and notes and comments as people wrote them: a log
// is patient data. The profile and the whole result are in it only with
// [Options].KeepProfiles; without it there are their SHA-256 digests.
//
// # The chain
//
// The record of an entry is one JSON text in the canonical form of RFC 8785
// (JCS: no space, members sorted, the shortest escapes, UTF-8):
//
//	{"decision":{...},"previous":"<64 hex digits>","schema":"eligo.log/1","seq":7,"time":"2026-11-22T09:30:00.000000Z"}
//
// with one of the members decision, disposition and feedback (see [Decision],
// [Disposition], [Feedback]). Its hash is the SHA-256 of these bytes, in hex,
// and "previous" is the hash of the entry before it, 64 zeros for the first. So
// sha256sum alone can prove a chain:
//
//	sqlite3 log.db "SELECT record FROM screening_entries WHERE seq = 7" | tr -d '\n' | sha256sum
//
// Numbers count up from 1 without a gap. A chain alone does not show that entries
// are missing at its end, or that somebody with write access to the database
// rewrote all of it: for that, its head (number and hash, see [Log.Head]) must be
// stored elsewhere and given to [Log.Verify].
//
// The other columns of an entry (at, kind, patient, study, status, card) repeat
// members of the record so that it can be found; Verify compares them.
//
// # The stores
//
// Both stores have the same tables, made by the numbered files in migrations,
// and triggers that refuse UPDATE and DELETE. Appends are atomic and in one
// order over all processes: SQLite takes its write lock for the transaction,
// PostgreSQL an advisory lock. An append has returned when the entry is on disk
// (SQLite: WAL with synchronous=FULL).
//
// # Imports
//
// The core, matcher/report for CSV cells, and database drivers; nothing that
// parses flags, listens or prints.
package screenlog
