// SPDX-License-Identifier: Apache-2.0

//go:build !unix

package screenlog

import (
	"os/exec"
)

func (s *postgresServer) give(string) error { return nil }

func (s *postgresServer) prepare(cmd *exec.Cmd) { cmd.Dir = s.dir }
