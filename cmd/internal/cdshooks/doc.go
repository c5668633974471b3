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
// # Prefetch
//
// The discovery document asks, in its prefetch templates, for the Patient and
// for every resource type that the loaded studies read. The value of a key is one
// of
//
//	nothing: the key is missing   not supplied
//	null, or an empty Bundle      supplied, and there is none
//	a Bundle                      complete, if it is one page with as many resources as its total
//	one page of several           not supplied, and the cards say so
//	an OperationOutcome           not supplied, and the cards say so
//
// A domain with several types (medications) is complete if every key of it was
// answered. If only some were, their resources count, and no fact of the domain
// is taken to be absent. Without a readable Patient the answer is 412.
// The EHR's own FHIR server is never called, whatever the request names.
//
// Templates ask for complete domains: a condition or a medicine under a code that
// no study lists may still satisfy a concept of a study. The same holds for
// results (a newer one may have a local code); Options.ResultsByCode asks for
// them by code, for servers that return no results otherwise.
//
// # Orders
//
// A draft is no exposure. For order-select the patient is matched twice: with the
// record, and with the record plus the selected orders for medicines as if they
// were signed on the screening day. A card lists the criteria that fail, or
// become unknown, because of such an order. Criteria that do not cite the order
// and studies that the patient cannot join anyway are left out, and so are orders
// of other kinds, which do not show that anything will be done.
package cdshooks
