-- The chain. record is the canonical JSON of an entry, hash its SHA-256; the
-- other columns repeat what is in it, so that entries can be found.
CREATE TABLE screening_entries (
  seq     BIGINT NOT NULL PRIMARY KEY,
  at      TEXT NOT NULL,
  kind    TEXT NOT NULL,
  patient TEXT NOT NULL,
  study   TEXT NOT NULL,
  status  TEXT NOT NULL,
  card    TEXT NOT NULL,
  record  TEXT NOT NULL,
  hash    TEXT NOT NULL
);
CREATE INDEX screening_entries_people ON screening_entries (patient, study, kind, seq);
CREATE INDEX screening_entries_at ON screening_entries (at, seq);
CREATE INDEX screening_entries_study ON screening_entries (study, seq);
CREATE INDEX screening_entries_status ON screening_entries (status, patient, study);
CREATE INDEX screening_entries_card ON screening_entries (card, kind, seq);

-- Profiles and results that are kept, by their SHA-256.
CREATE TABLE screening_contents (
  sha256  TEXT NOT NULL PRIMARY KEY,
  content TEXT NOT NULL
);
