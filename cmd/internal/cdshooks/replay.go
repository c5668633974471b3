// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"errors"
	"maps"
	"sync"
	"time"
)

// maxUsedTokens is the largest number of tokens that are kept. With an hour until
// they expire it suffices for 55 calls a second.
const maxUsedTokens = 200_000

// usedTokens holds the tokens that were used and have not expired, so that none
// is used twice. Only tokens with a valid signature are added; if there are too
// many, further tokens are refused.
type usedTokens struct {
	mu    sync.Mutex
	most  int
	until map[string]time.Time
	swept time.Time
}

func newUsedTokens(most int) *usedTokens {
	return &usedTokens{most: most, until: map[string]time.Time{}}
}

// useToken adds a token, which expires at until.
func (u *usedTokens) useToken(token string, now, until time.Time) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if now.Sub(u.swept) > time.Minute || len(u.until) >= u.most {
		maps.DeleteFunc(u.until, func(_ string, end time.Time) bool { return end.Before(now) })
		u.swept = now
	}
	if _, used := u.until[token]; used {
		return errors.New("jti: the token was used before")
	}
	if len(u.until) >= u.most {
		return errors.New("too many tokens at once")
	}
	u.until[token] = until
	return nil
}
