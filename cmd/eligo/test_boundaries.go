// SPDX-License-Identifier: Apache-2.0

package main

func (p *program) boundaries(o *testOptions) error { return nil }
