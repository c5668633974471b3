// SPDX-License-Identifier: Apache-2.0

// Package httpapi answers HTTP requests: the JSON API, health, metrics, and
// whatever is mounted beside them, behind one set of guards (who may call, from
// where, how much, how long).
//
// It may import shelf, intake, the matcher and its reports. What it says of a
// request, in a message or a metric, holds nothing of a patient: no path with
// ids, no query, no body.
package httpapi
