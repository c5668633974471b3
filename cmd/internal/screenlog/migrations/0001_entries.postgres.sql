CREATE FUNCTION screening_log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a screening log is only appended to'; END $$;

CREATE TRIGGER screening_entries_no_change BEFORE UPDATE OR DELETE ON screening_entries
FOR EACH ROW EXECUTE FUNCTION screening_log_refuse();
CREATE TRIGGER screening_entries_no_truncate BEFORE TRUNCATE ON screening_entries
FOR EACH STATEMENT EXECUTE FUNCTION screening_log_refuse();

CREATE TRIGGER screening_contents_no_change BEFORE UPDATE OR DELETE ON screening_contents
FOR EACH ROW EXECUTE FUNCTION screening_log_refuse();
CREATE TRIGGER screening_contents_no_truncate BEFORE TRUNCATE ON screening_contents
FOR EACH STATEMENT EXECUTE FUNCTION screening_log_refuse();
