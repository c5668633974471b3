// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// accepted chooses, of the forms offered, the one that the client likes best,
// and of equals the first; "" if it wants none (RFC 9110, section 12.5.1).
func accepted(r *http.Request, offered ...string) string {
	header := strings.Join(r.Header.Values("Accept"), ",")
	if strings.TrimSpace(header) == "" {
		return offered[0]
	}
	best, most := "", 0.0
	for _, form := range offered {
		if q := qualityOf(header, form); q > most {
			best, most = form, q
		}
	}
	return best
}

// qualityOf gives the quality that the most exact range of an Accept header gives
// to a form.
func qualityOf(header, form string) float64 {
	kind, _, _ := strings.Cut(form, "/")
	q, exact := 0.0, 0
	for part := range strings.SplitSeq(header, ",") {
		name, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		fits := 0
		switch name {
		case form:
			fits = 3
		case kind + "/*":
			fits = 2
		case "*/*":
			fits = 1
		}
		if fits <= exact {
			continue
		}
		exact, q = fits, 1
		if text, given := params["q"]; given {
			if q, err = strconv.ParseFloat(text, 64); err != nil {
				q = 0
			}
		}
	}
	return q
}
