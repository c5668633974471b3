// SPDX-License-Identifier: Apache-2.0

// Package matcher decides: it joins the findings of a study's criteria to a
// verdict, says what blocks, what is unknown and what is missing, and gives the
// [Result] that the command, the services and the batch all print.
//
// It may import patient and rules. It holds no clock (the screening day is an
// argument), no global state and no log.
package matcher
