// SPDX-License-Identifier: Apache-2.0

// Package httpapi answers HTTP requests: the JSON API, health, metrics, and the
// handlers that are mounted beside them, behind one set of guards (who may call,
// from where, how much, how long).
//
// Messages and metrics hold nothing of a patient: no path with ids, no query, no
// body.
//
// It may import screening and its folders, screenlog, fileio, and the packages
// outside of cmd.
package httpapi
