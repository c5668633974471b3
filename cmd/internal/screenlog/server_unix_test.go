// SPDX-License-Identifier: Apache-2.0

//go:build unix

package screenlog

import (
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// servant is whom the server runs as where the tests run as root, which
// PostgreSQL refuses.
func servant() *syscall.Credential {
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	return nil
}

// give gives a folder to the servant.
func (s *postgresServer) give(dir string) error {
	if c := servant(); c != nil {
		return os.Chown(dir, int(c.Uid), int(c.Gid))
	}
	return nil
}

// prepare lets a command run as the servant, in a folder that it may enter.
func (s *postgresServer) prepare(cmd *exec.Cmd) {
	cmd.Dir = s.dir
	if c := servant(); c != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c}
	}
}
