// SPDX-License-Identifier: Apache-2.0

// Package cdshooks answers an EHR's calls for decision support: CDS Hooks 2.0
// (https://cds-hooks.hl7.org/2.0/), with the fields of the ballot of 3.0 where
// they do not conflict. It is a handler for the paths below /cds-services and
// listens to nothing by itself.
//
// It may import patient, patient/fhir, rules, matcher, matcher/report and the
// screening log.
//
// # Services
//
//	eligo-patient-view   patient-view   cards for studies that the patient may join
//	eligo-order-select   order-select   cards for studies that an order would keep the patient out of
//
// # What the EHR must send
//
// The discovery document asks, in its prefetch templates, for the Patient and
// for every resource type that the loaded studies read. What comes back under a
// key is one of
//
//	nothing: the key is missing   not supplied
//	null, or a Bundle of none     looked at, and there is none
//	a Bundle                      all there is, if it is one page and holds all that it counts
//	one page of several           not supplied, and the cards say so
//	an OperationOutcome           not supplied, and the cards say so
//
// A domain with several types (medications) is whole if every key of it was
// answered. If only some were, what they hold counts, and nothing can be said to
// be missing from it. Without a Patient that can be read the answer is 412.
// The EHR's own FHIR server is never called, whatever the request names.
//
// Templates ask for whole domains, since a condition or a medicine under a code
// that no study lists may still be what a study asks about: only who sees it can
// say that it is not. Results are asked for whole for the same reason (a newer
// one may stand under a local code); Options.ResultsByCode narrows them for
// servers that give no results without a code.
//
// # Orders
//
// A draft is no exposure. For order-select the patient is matched twice, as the
// record stands and as it would stand if the selected orders for medicines were
// signed on the screening day, and a card tells of criteria that fail, or become
// unknown, because of such an order. Criteria that do not cite the order tell
// nothing, and so do studies that the patient cannot join anyway. Orders of other
// kinds say nothing about what will have been done and are left out.
package cdshooks
