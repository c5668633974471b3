CREATE TRIGGER screening_entries_no_update BEFORE UPDATE ON screening_entries
BEGIN SELECT RAISE(ABORT, 'a screening log is only appended to'); END;
CREATE TRIGGER screening_entries_no_delete BEFORE DELETE ON screening_entries
BEGIN SELECT RAISE(ABORT, 'a screening log is only appended to'); END;
-- INSERT OR REPLACE would delete without the trigger above.
CREATE TRIGGER screening_entries_no_replace BEFORE INSERT ON screening_entries
WHEN EXISTS (SELECT 1 FROM screening_entries WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'a screening log is only appended to'); END;

CREATE TRIGGER screening_contents_no_update BEFORE UPDATE ON screening_contents
BEGIN SELECT RAISE(ABORT, 'a screening log is only appended to'); END;
CREATE TRIGGER screening_contents_no_delete BEFORE DELETE ON screening_contents
BEGIN SELECT RAISE(ABORT, 'a screening log is only appended to'); END;
CREATE TRIGGER screening_contents_no_replace BEFORE INSERT ON screening_contents
WHEN EXISTS (SELECT 1 FROM screening_contents WHERE sha256 = NEW.sha256 AND content <> NEW.content)
BEGIN SELECT RAISE(ABORT, 'a screening log is only appended to'); END;
