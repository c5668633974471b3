// SPDX-License-Identifier: Apache-2.0

// Package patient holds the known facts about one person: the [Profile], its
// facts, partial dates ([Date]), exact numbers ([Decimal], [Quantity]),
// validation and JSON.
//
// Unknown facts stay unknown. A domain of a profile that is nil was not
// supplied; one that is empty was looked at and holds nothing. A date is the
// range of days that it can mean. A number keeps its comparator, its unit and
// every digit that it was written with.
//
// The package knows no trial and no wire format but eligo's own JSON. It may
// import the validator, the JSON tokenizer and the decimal library, and no
// other package of this module. Adapters that make profiles from other formats
// are the folders below it.
package patient
