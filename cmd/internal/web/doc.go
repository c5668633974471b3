// SPDX-License-Identifier: Apache-2.0

// Package web is the web page on which a coordinator screens people: the studies
// in use, one person for one study or for all of them, the missing answers given in
// place, and the screening log.
//
// It is an http.Handler and listens to nothing. Pages are made on the server and
// work without a script; the script only saves a click. Nothing is remembered
// between requests: a person's record travels in the page that shows it, and comes
// back with the next answer. Nothing is written to disk but the screening log, if
// one is kept.
//
// It may import screening and its folders, screenlog, and the packages outside of
// cmd.
package web
