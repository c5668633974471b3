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

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// Options configure the services. Studies and Today are required.
type Options struct {
	Studies func() (*matcher.Matcher, []*rules.Study) // those in use and their matcher, nil if there are none
	Today   func() patient.Day
	// Log keeps decisions and feedback; nil keeps nothing. A call that cannot be
	// kept is not answered.
	Log Log
	// PageURL is the address of the web page, which cards link to:
	// https://eligo.example.org gives https://eligo.example.org/studies/ID.
	// Without it cards have no links.
	PageURL string
	Trust   *Trust // the clients whose calls are answered; nil answers all
	// Origins are the web origins of clients that run in a browser, such as
	// https://sandbox.cds-hooks.org; "*" is any.
	Origins []string
	MaxBody int64 // largest size of a request, in bytes; 0 is 8 MiB
	// MedicationTypes are the FHIR types of the EHR's medications; empty is all
	// four that eligo reads (MedicationRequest, ...). An EHR that lacks one of
	// them cannot answer for it, and its medications would never be complete.
	MedicationTypes []string
	// ResultsByCode asks for results by their codes, which leaves results under
	// other codes unseen (see the package documentation).
	ResultsByCode bool
	Systems       map[string]string // short names of the EHR's own code systems, by their URL
	// Refused, if not nil, is called with the reason why a call was not trusted,
	// and Failed with that of an answer with status 500. Callers do not see these
	// errors, which hold no patient data.
	Refused, Failed func(error)
}

// Log keeps decisions and the feedback on their cards. [NewLog] makes one of the
// screening log.
type Log interface {
	Decided(context.Context, *Decision) error
	Feedback(context.Context, []screenlog.Feedback) error
}

// Decision is a call with its results and cards.
type Decision struct {
	Service      string // id of the service
	HookInstance string
	User         string // the user who saw the cards: Practitioner/1
	Client       string // the issuer of the token; empty without Trust
	Patient      *patient.Profile
	Dates        matcher.Dates
	When         matcher.LookAhead
	Results      []matcher.Result // of Match with LookAhead, without the orders
	Cards        []CardRef
}

// CardRef is a card and the id of its study.
type CardRef struct{ UUID, Study string }

const defaultBody = 8 << 20 // bytes; a long record has some 5 MB

// The services, and the hook that each is for.
const (
	patientView = "patient-view"
	orderSelect = "order-select"
	idPrefix    = "eligo-"
)

type handler struct {
	Options
	guard *guard
}

var medicationTypes = []string{"MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense"}

// Validate reports everything that is wrong with the options that an operator sets.
func (o *Options) Validate() error {
	var all []error
	for _, kind := range o.MedicationTypes {
		if !slices.Contains(medicationTypes, kind) {
			all = append(all, fmt.Errorf("%q holds no medications; the types are %s", kind, strings.Join(medicationTypes, ", ")))
		}
	}
	if o.PageURL != "" && webAddress(o.PageURL) == "" {
		all = append(all, fmt.Errorf("%q is no address of a page; write it as https://eligo.example.org", o.PageURL))
	}
	for _, origin := range o.Origins {
		u, err := url.Parse(origin)
		if origin != "*" && (err != nil || u.Host == "" || u.Scheme+"://"+u.Host != origin) {
			all = append(all, fmt.Errorf("%q is no origin; write it as https://ehr.example.org, or * for any", origin))
		}
	}
	if o.Trust != nil {
		all = append(all, o.Trust.Validate())
	}
	return errors.Join(all...)
}

// Handler serves discovery, the services and their feedback below
// /cds-services. It panics if a required option is missing or Validate reports an
// error.
func Handler(o Options) http.Handler {
	if o.Studies == nil || o.Today == nil {
		panic("cdshooks: Options.Studies and Options.Today must be given")
	}
	if err := o.Validate(); err != nil {
		panic("cdshooks: " + err.Error())
	}
	if o.MaxBody == 0 {
		o.MaxBody = defaultBody
	}
	if len(o.MedicationTypes) == 0 {
		o.MedicationTypes = medicationTypes
	}
	h := &handler{Options: o}
	if o.Trust != nil {
		h.guard = newGuard(o.Trust)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /cds-services", h.handle(h.serveDiscovery))
	for _, hook := range []string{patientView, orderSelect} {
		path := "/cds-services/" + idPrefix + hook
		mux.Handle("POST "+path, h.handle(func(w http.ResponseWriter, r *http.Request, client string) error {
			return h.serveHook(w, r, hook, client)
		}))
		mux.Handle("POST "+path+"/feedback", h.handle(h.serveFeedback))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		writeError(w, refuse(http.StatusNotFound, "not-found", "", "There is no such service, or not for this method."))
	})
	return h.allowOrigins(mux)
}

// handle authenticates the client of a call, and answers errors.
func (h *handler) handle(do func(http.ResponseWriter, *http.Request, string) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client, err := h.authenticate(r)
		if err == nil {
			err = do(w, r, client)
		}
		if err == nil {
			return
		}
		var p *requestError
		if h.Failed != nil && !errors.Is(err, errRefused) && !errors.As(err, &p) {
			h.Failed(err)
		}
		writeError(w, err)
	})
}

func (h *handler) authenticate(r *http.Request) (client string, err error) {
	if h.guard == nil {
		return "", nil
	}
	client, err = h.guard.authenticate(r)
	if err != nil {
		if h.Refused != nil {
			h.Refused(err)
		}
		return "", errRefused
	}
	return client, nil
}

// allowOrigins lets browsers call the services from the allowed origins.
// https://fetch.spec.whatwg.org/#http-cors-protocol
func (h *handler) allowOrigins(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if origin := r.Header.Get("Origin"); len(h.Origins) > 0 {
			w.Header().Add("Vary", "Origin")
			if origin != "" && (slices.Contains(h.Origins, origin) || slices.Contains(h.Origins, "*")) {
				w.Header().Set("Access-Control-Allow-Origin", origin)
				if r.Method == http.MethodOptions {
					w.Header().Set("Access-Control-Allow-Methods", "GET, POST")
					w.Header().Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
					w.Header().Set("Access-Control-Max-Age", "600")
				}
			}
		}
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}
