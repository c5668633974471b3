// SPDX-License-Identifier: Apache-2.0

// Command eligo answers whether a person may join a clinical trial, and why.
//
// Run "eligo help" for its commands. It is a prescreen: an investigator
// decides.
package main

import (
	"context"
	"os"
	"time"
)

func main() {
	os.Exit(run(context.Background(), os.Args, os.Stdin, os.Stdout, os.Stderr, time.Now))
}
