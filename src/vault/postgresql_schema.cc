// SPDX-License-Identifier: Apache-2.0
#include "vault/postgresql_schema.h"

namespace anon::internal {

// A block's place is its session's number << 32, and its own number, as in
// SQLite. Sealed bytes do not compress: STORAGE EXTERNAL spares the attempt.
// `hashes` are those of the records of a block, in their order; mark_committed
// sorts them into pages, once.
const char kPostgresqlDataSchema[] = R"sql(
CREATE SCHEMA anon_vault;
REVOKE ALL ON SCHEMA anon_vault FROM PUBLIC;
SET LOCAL search_path = anon_vault, pg_temp;
CREATE TABLE vault (
  only_row bigint PRIMARY KEY CHECK (only_row = 1),
  format bigint NOT NULL,
  id text NOT NULL,
  custodian bytea NOT NULL CHECK (length(custodian) = 32),
  record_keys text NOT NULL,
  log_number bigint NOT NULL DEFAULT 0,
  log_hash bytea NOT NULL DEFAULT '',
  head_secret bytea NOT NULL CHECK (length(head_secret) = 32));
CREATE TABLE data_set (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  origin text NOT NULL,
  kind text NOT NULL,
  key_id text NOT NULL,
  retain_until text NOT NULL,
  committed boolean NOT NULL DEFAULT false,
  records bigint NOT NULL DEFAULT 0);
CREATE TABLE session (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  data_set bigint NOT NULL REFERENCES data_set,
  public_key bytea NOT NULL UNIQUE CHECK (length(public_key) = 32));
CREATE UNIQUE INDEX session_of_data_set ON session (data_set);
CREATE TABLE block (
  place bigint PRIMARY KEY,
  hashes bigint[] NOT NULL,
  records bytea NOT NULL);
ALTER TABLE block ALTER COLUMN records SET STORAGE EXTERNAL,
  ALTER COLUMN hashes SET STORAGE EXTERNAL;
CREATE TABLE page (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  data_set bigint NOT NULL REFERENCES data_set,
  first bigint NOT NULL,
  hashes bigint[] NOT NULL,
  places bigint[] NOT NULL);
CREATE INDEX page_at ON page (data_set, first);

-- Nobody adds to what is committed. The lock keeps it from being committed
-- until these rows are.
CREATE FUNCTION blocks_are_pending() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = anon_vault, pg_temp AS $$
BEGIN
  PERFORM FROM session JOIN data_set ON data_set.number = session.data_set
  WHERE session.number IN (SELECT place >> 32 FROM added)
  FOR SHARE OF data_set;
  IF EXISTS (SELECT FROM added
    LEFT JOIN session ON session.number = place >> 32
    LEFT JOIN data_set ON data_set.number = session.data_set
    WHERE data_set.committed IS NOT false) THEN
    RAISE 'records belong to a pending data set' USING ERRCODE = '42501';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER pending AFTER INSERT ON block REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION blocks_are_pending();

-- The number of the last block of a session, -1 if it has none.
CREATE FUNCTION last_block(wanted bigint) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = anon_vault, pg_temp AS $$
  SELECT coalesce(max(place) & 4294967295, -1) FROM block
  WHERE place BETWEEN wanted << 32 AND wanted << 32 | 4294967295
$$;

CREATE FUNCTION mark_committed(wanted bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = anon_vault, pg_temp AS $$
DECLARE
  counted bigint;
BEGIN
  PERFORM FROM data_set WHERE number = wanted AND NOT committed FOR UPDATE;
  IF NOT FOUND THEN
    RETURN (SELECT records FROM data_set WHERE number = wanted);
  END IF;
  PERFORM FROM session WHERE session.data_set = wanted;
  IF NOT FOUND THEN
    RAISE 'the data set has no session' USING ERRCODE = '42501';
  END IF;
  INSERT INTO page (data_set, first, hashes, places)
  SELECT wanted, min(hash), array_agg(hash ORDER BY hash, place),
    array_agg(place ORDER BY hash, place)
  FROM (
    SELECT hash, place, (row_number() OVER (ORDER BY hash, place) - 1) / 256
      AS page
    FROM session JOIN block ON place BETWEEN session.number << 32
      AND session.number << 32 | 4294967295, unnest(hashes) AS hash
    WHERE session.data_set = wanted) AS sorted
  GROUP BY page ORDER BY page;
  SELECT coalesce(sum(cardinality(hashes)), 0) INTO counted FROM page
  WHERE data_set = wanted;
  UPDATE data_set SET committed = true, records = counted
  WHERE number = wanted;
  RETURN counted;
END
$$;

CREATE FUNCTION roll_back(wanted bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = anon_vault, pg_temp AS $$
BEGIN
  PERFORM FROM data_set WHERE number = wanted AND NOT committed FOR UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  DELETE FROM block USING session WHERE session.data_set = wanted
    AND place BETWEEN session.number << 32
    AND session.number << 32 | 4294967295;
  DELETE FROM session WHERE data_set = wanted;
  DELETE FROM data_set WHERE number = wanted;
END
$$;

-- So that an older copy of the record keys is noticed. Only a head the record
-- keys have: a run could otherwise name one they lack, and nobody would open
-- the vault again. Of that length: SHA-256 can be continued without the secret.
CREATE FUNCTION note_log(head bigint, head_hash bytea, proof bytea)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = anon_vault, pg_temp AS $$
BEGIN
  IF length(head_hash) IS DISTINCT FROM 32 OR proof IS DISTINCT FROM
    (SELECT sha256(head_secret || int8send(head) || head_hash) FROM vault)
  THEN
    RAISE 'the record keys have no such log entry' USING ERRCODE = '42501';
  END IF;
  UPDATE vault SET log_number = head, log_hash = head_hash
  WHERE log_number < head;
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA anon_vault FROM PUBLIC;
GRANT USAGE ON SCHEMA anon_vault TO {0};
GRANT SELECT (only_row, format, id, custodian, record_keys, log_number,
  log_hash) ON vault TO {0};
GRANT SELECT ON data_set TO {0};
GRANT INSERT (id, origin, kind, key_id, retain_until) ON data_set TO {0};
GRANT INSERT (data_set, public_key), SELECT (number) ON session TO {0};
GRANT INSERT ON block TO {0};
GRANT EXECUTE ON FUNCTION last_block, mark_committed, roll_back, note_log
  TO {0};
)sql";

const char kPostgresqlKeysSchema[] = R"sql(
CREATE SCHEMA anon_record_keys;
REVOKE ALL ON SCHEMA anon_record_keys FROM PUBLIC;
SET LOCAL search_path = anon_record_keys, pg_temp;
CREATE TABLE vault (
  only_row bigint PRIMARY KEY CHECK (only_row = 1),
  format bigint NOT NULL,
  id text NOT NULL,
  custodian bytea NOT NULL CHECK (length(custodian) = 32),
  head_secret bytea NOT NULL CHECK (length(head_secret) = 32));
CREATE TABLE session (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  data_set text NOT NULL,
  public_key bytea NOT NULL UNIQUE CHECK (length(public_key) = 32),
  committed boolean NOT NULL DEFAULT false);
CREATE INDEX session_of_data_set ON session (data_set);
CREATE TABLE share (
  place bigint PRIMARY KEY,
  shares bytea NOT NULL);
ALTER TABLE share ALTER COLUMN shares SET STORAGE EXTERNAL;
CREATE TABLE access_log (
  number bigint PRIMARY KEY,
  time bigint NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  data_set text NOT NULL,
  reason text NOT NULL,
  records bigint NOT NULL,
  hash bytea NOT NULL,
  seal text NOT NULL);
CREATE INDEX access_log_at ON access_log (action, time);

-- Nobody adds to what is committed.
CREATE FUNCTION shares_are_pending() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = anon_record_keys, pg_temp
AS $$
BEGIN
  PERFORM FROM session WHERE number IN (SELECT place >> 32 FROM added)
  FOR SHARE;
  IF EXISTS (SELECT FROM added LEFT JOIN session ON number = place >> 32
    WHERE committed IS NOT false) THEN
    RAISE 'key shares belong to a pending data set' USING ERRCODE = '42501';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER pending AFTER INSERT ON share REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION shares_are_pending();

CREATE FUNCTION sessions_are_new() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = anon_record_keys, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM added JOIN session USING (data_set)
    WHERE session.committed) THEN
    RAISE 'the data set is committed' USING ERRCODE = '42501';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER new AFTER INSERT ON session REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION sessions_are_new();

CREATE FUNCTION last_share(wanted bigint) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = anon_record_keys, pg_temp AS $$
  SELECT coalesce(max(place) & 4294967295, -1) FROM share
  WHERE place BETWEEN wanted << 32 AND wanted << 32 | 4294967295
$$;

-- From then on a run cannot destroy the shares of a data set.
CREATE FUNCTION mark_committed(wanted text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = anon_record_keys, pg_temp AS $$
  UPDATE session SET committed = true WHERE data_set = wanted AND NOT committed
$$;

CREATE FUNCTION roll_back(wanted text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = anon_record_keys, pg_temp AS $$
  DELETE FROM share USING session WHERE data_set = wanted AND NOT committed
    AND place BETWEEN session.number << 32
    AND session.number << 32 | 4294967295;
  DELETE FROM session WHERE data_set = wanted AND NOT committed
$$;

-- The last entry's number, time and hash; until the transaction ends nobody
-- else appends.
CREATE FUNCTION log_head(OUT head bigint, OUT head_time bigint,
  OUT head_hash bytea) RETURNS SETOF record
LANGUAGE plpgsql SECURITY DEFINER SET search_path = anon_record_keys, pg_temp
AS $$
BEGIN
  LOCK TABLE access_log IN SHARE ROW EXCLUSIVE MODE;
  RETURN QUERY SELECT l.number, l.time, l.hash FROM access_log AS l
    ORDER BY l.number DESC LIMIT 1;
END
$$;

-- As LengthPrefixed in the program.
CREATE FUNCTION length_prefixed(VARIADIC fields bytea[]) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = anon_record_keys, pg_temp AS $$
  SELECT string_agg(int8send(length(field)::bigint) || field, '' ORDER BY at)
  FROM unnest(fields) WITH ORDINALITY AS each (field, at)
$$;

-- Appends what a run did, with the number, time and hash it must have, and
-- proves it to note_log.
CREATE FUNCTION append_of_run(its_actor text, its_action text,
  its_data_set text, its_records bigint, OUT its_number bigint,
  OUT its_hash bytea, OUT proof bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = anon_record_keys, pg_temp
AS $$
DECLARE
  before access_log;
  its_time bigint;
BEGIN
  IF its_action NOT IN ('begin', 'commit', 'roll back') OR its_records < 0 THEN
    RAISE 'a run logs only what runs do' USING ERRCODE = '42501';
  END IF;
  LOCK TABLE access_log IN SHARE ROW EXCLUSIVE MODE;
  SELECT * INTO before FROM access_log ORDER BY number DESC LIMIT 1;
  its_number := coalesce(before.number, 0) + 1;
  its_time := greatest(floor(extract(epoch FROM clock_timestamp()))::bigint,
    before.time);
  its_hash := sha256(length_prefixed('anon/access-log/2', 'run',
    coalesce(before.hash, decode(repeat('00', 32), 'hex')),
    convert_to(its_number::text, 'UTF8'), convert_to(its_time::text, 'UTF8'),
    convert_to(its_actor, 'UTF8'), convert_to(its_action, 'UTF8'),
    convert_to(its_data_set, 'UTF8'), '',
    convert_to(its_records::text, 'UTF8')));
  INSERT INTO access_log VALUES (its_number, its_time, its_actor, its_action,
    its_data_set, '', its_records, its_hash, '');
  SELECT sha256(head_secret || int8send(its_number) || its_hash) INTO proof
  FROM vault;
END
$$;

CREATE FUNCTION log_has(wanted bigint, wanted_hash bytea) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = anon_record_keys, pg_temp AS $$
  SELECT count(*) FROM access_log WHERE number = wanted AND hash = wanted_hash
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA anon_record_keys FROM PUBLIC;
GRANT USAGE ON SCHEMA anon_record_keys TO {0};
GRANT SELECT (only_row, format, id, custodian) ON vault TO {0};
GRANT INSERT (data_set, public_key), SELECT (number) ON session TO {0};
GRANT INSERT ON share TO {0};
GRANT EXECUTE ON FUNCTION last_share, mark_committed, roll_back, append_of_run,
  log_has TO {0};
)sql";

}  // namespace anon::internal
