// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// Options say what the services work with. Studies and Today must be given.
type Options struct {
	// Studies gives the studies as they are loaded now. A Matcher that is nil
	// says that there are none.
	Studies func() (*matcher.Matcher, []*rules.Study)
	Today   func() patient.Day
	// Log keeps what was decided and what became of it; nil keeps nothing. A
	// call that cannot be kept is not answered.
	Log Log
	// PageURL is the address of the web page, which cards link to:
	// https://eligo.example.org gives https://eligo.example.org/studies/ID.
	// Without it cards have no links.
	PageURL string
	// Trust says whose calls are answered; nil answers everybody.
	Trust *Trust
	// Origins are the web origins of clients that run in a browser, such as
	// https://sandbox.cds-hooks.org; "*" is any.
	Origins []string
	// MaxBody is the most bytes of a request; 0 is 8 MiB.
	MaxBody int64
	// MedicationTypes are the FHIR types that hold the EHR's medications; none
	// are all four that eligo reads (MedicationRequest, ...). An EHR that does not have one of them cannot
	// answer for it, and its medications would never be whole.
	MedicationTypes []string
	// ResultsByCode asks for results by their codes. See the package's
	// documentation for what that leaves unseen.
	ResultsByCode bool
	// Systems gives the short name of the EHR's own code systems, by their URL.
	Systems map[string]string
	// Refused, if not nil, is told why a call was not trusted, and Failed why one
	// was answered with status 500. The caller is not. No error has anything of a
	// patient in it.
	Refused, Failed func(error)
}

// Log keeps what was decided and what became of the cards. [Keep] makes one of
// the screening log.
type Log interface {
	Decided(context.Context, *Decision) error
	Feedback(context.Context, []Feedback) error
}

// Decision is one call with what was answered.
type Decision struct {
	Service      string // id of the service
	HookInstance string
	User         string // who saw the cards: Practitioner/1
	Client       string // the issuer of the token; empty where nobody is checked
	Patient      *patient.Profile
	Dates        matcher.Dates
	When         matcher.LookAhead
	Results      []matcher.Result // of MatchDates for the record as it stands
	Cards        []CardRef
}

// CardRef says which study a card was about.
type CardRef struct{ UUID, Study string }

// defaultBody is the most bytes of a request: a long record has some 5 MB.
const defaultBody = 8 << 20

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

// medicationTypes are the types that package fhir reads medications from.
var medicationTypes = []string{"MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense"}

// Check reports everything that is wrong with what an operator can set.
func (o *Options) Check() error {
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
		all = append(all, o.Trust.Check())
	}
	return errors.Join(all...)
}

// Handler serves discovery, the services and their feedback below
// /cds-services. It panics where Options lack what must be given, and where
// Check reports an error.
func Handler(o Options) http.Handler {
	if o.Studies == nil || o.Today == nil {
		panic("cdshooks: Options.Studies and Options.Today must be given")
	}
	if err := o.Check(); err != nil {
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
	mux.Handle("GET /cds-services", h.call(h.discover))
	for _, hook := range []string{patientView, orderSelect} {
		path := "/cds-services/" + idPrefix + hook
		mux.Handle("POST "+path, h.call(func(w http.ResponseWriter, r *http.Request, client string) error {
			return h.serve(w, r, hook, client)
		}))
		mux.Handle("POST "+path+"/feedback", h.call(h.feedback))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		writeError(w, refuse(http.StatusNotFound, "not-found", "", "There is no such service, or not for this method."))
	})
	return h.crossOrigin(mux)
}

// call checks who calls, and answers errors.
func (h *handler) call(do func(http.ResponseWriter, *http.Request, string) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client, err := h.trusted(r)
		if err == nil {
			err = do(w, r, client)
		}
		if err == nil {
			return
		}
		var p *problems
		if h.Failed != nil && !errors.Is(err, errRefused) && !errors.As(err, &p) {
			h.Failed(err)
		}
		writeError(w, err)
	})
}

func (h *handler) trusted(r *http.Request) (client string, err error) {
	if h.guard == nil {
		return "", nil
	}
	client, err = h.guard.check(r)
	if err != nil {
		if h.Refused != nil {
			h.Refused(err)
		}
		return "", errRefused
	}
	return client, nil
}

// crossOrigin lets browsers of the origins allowed call the services.
// https://fetch.spec.whatwg.org/#http-cors-protocol
func (h *handler) crossOrigin(next http.Handler) http.Handler {
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
