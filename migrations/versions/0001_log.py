"""The log: events, stream heads, the hash chain, and what stands beside it.

The meaning of every table, its writer and its readers are in core/adapters/postgres/. Two rules hold everywhere:
whoever stores events or decides whose a client id is holds the advisory lock `LOCK`, and positions have no order but
the one in which that lock was held.
"""

from migrations.sql import execute

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
additive = True

#: One lock a database: "cpt" and a number. The functions below are its only takers.
LOCK = 6_517_876_001
#: Positions in each of the two first partitions of keystrokes; later ones are made by the running program.
PARTITION = 5_000_000

TABLES = (
    # One row an event. A unique key must hold the partition key, hence the family of rows (kind) first and, below it,
    # keystrokes by position, so that a sealed stretch of them can be dropped as a whole.
    """
    CREATE TABLE events (
      stream_id uuid NOT NULL,
      version bigint NOT NULL CHECK (version > 0),
      position bigint NOT NULL CHECK (position > 0),
      kind "char" NOT NULL,
      topic text,
      actor_id uuid NOT NULL,
      recorded_at timestamptz NOT NULL,
      body bytea NOT NULL,
      body_hash bytea,
      CONSTRAINT erased_bodies_are_empty
        CHECK (body_hash IS NULL OR (length(body) = 0 AND length(body_hash) = 32))
    ) PARTITION BY LIST (kind)
    """,
    """
    CREATE TABLE events_a PARTITION OF events (
      CONSTRAINT events_a_pkey PRIMARY KEY (stream_id, version),
      CONSTRAINT events_a_position_key UNIQUE (position),
      CONSTRAINT facts_have_a_topic CHECK (topic IS NOT NULL)
    ) FOR VALUES IN ('a')
    """,
    "CREATE INDEX events_a_topic_position_idx ON events_a (topic, position)",
    """
    CREATE TABLE events_u PARTITION OF events (
      CONSTRAINT keystrokes_have_no_topic CHECK (topic IS NULL)
    ) FOR VALUES IN ('u') PARTITION BY RANGE (position)
    """,
    *(
        f"""
        CREATE TABLE events_u_{first} PARTITION OF events_u (
          CONSTRAINT events_u_{first}_version_key UNIQUE (stream_id, version),
          CONSTRAINT events_u_{first}_position_key UNIQUE (position)
        ) FOR VALUES FROM ({first}) TO ({first + PARTITION})
        """
        for first in (0, PARTITION)
    ),
    # Where each stream ends. Written by every commit, hence the room for updates in place.
    """
    CREATE TABLE stream_heads (
      stream_id uuid NOT NULL,
      kind "char" NOT NULL,
      version bigint NOT NULL,
      position bigint NOT NULL,
      CONSTRAINT stream_heads_pkey PRIMARY KEY (stream_id, kind)
    ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02)
    """,
    # One link a commit batch; its last row is where the log ends. `rejected` repeats the answer the writer got, for
    # the writer that never heard it.
    """
    CREATE TABLE event_chain (
      last_position bigint CONSTRAINT event_chain_pkey PRIMARY KEY,
      first_position bigint NOT NULL,
      batch_id uuid NOT NULL CONSTRAINT event_chain_batch_id_key UNIQUE,
      previous bytea NOT NULL,
      hash bytea NOT NULL,
      rejected jsonb,
      CHECK (first_position <= last_position)
    )
    """,
    r"""
    INSERT INTO event_chain (last_position, first_position, batch_id, previous, hash)
    VALUES (0, 0, '00000000-0000-0000-0000-000000000000', '', decode(repeat('00', 32), 'hex'))
    """,
    # A cache: the newest garbage-collected state of a document. Losing a row costs time, never an edit.
    """
    CREATE TABLE snapshots (
      document_id uuid CONSTRAINT snapshots_pkey PRIMARY KEY,
      version bigint NOT NULL,
      position bigint NOT NULL,
      state bytea NOT NULL,
      taken_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """,
    # Whose a CRDT client id is; no person: retired, nobody's for ever.
    """
    CREATE TABLE client_ids (
      document_id uuid NOT NULL,
      client_id bigint NOT NULL,
      person_id uuid,
      CONSTRAINT client_ids_pkey PRIMARY KEY (document_id, client_id)
    )
    """,
    """
    CREATE TABLE checkpoints (
      name text CONSTRAINT checkpoints_pkey PRIMARY KEY,
      position bigint NOT NULL,
      updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
    ) WITH (fillfactor = 50)
    """,
)

FUNCTIONS = (
    # Goes through the units of a batch one by one and keeps those whose heads and claims hold: sets the heads and
    # claims of the kept ones and says why the others are not. A unit is what is stored together or not at all.
    """
    CREATE FUNCTION log_sift(
      write_unit int[], write_stream uuid[], write_kind "char"[], write_expected bigint[], write_count int[],
      claim_unit int[], claim_document uuid[], claim_client bigint[], claim_person uuid[],
      OUT kept int[], OUT rejected jsonb
    ) LANGUAGE plpgsql AS $$
    DECLARE
      unit int; w int := 1; c int := 1; w_next int; c_next int; actual bigint; owner uuid; reason jsonb;
    BEGIN
      kept := '{}'; rejected := '[]';
      FOR unit IN SELECT DISTINCT u FROM unnest(write_unit || claim_unit) AS u ORDER BY u LOOP
        w_next := w; c_next := c;
        WHILE write_unit[w_next] = unit LOOP w_next := w_next + 1; END LOOP;
        WHILE claim_unit[c_next] = unit LOOP c_next := c_next + 1; END LOOP;
        reason := NULL;
        BEGIN
          FOR i IN w .. w_next - 1 LOOP
            SELECT h.version INTO actual FROM stream_heads h
              WHERE h.stream_id = write_stream[i] AND h.kind = write_kind[i];
            IF coalesce(actual, 0) <> write_expected[i] THEN
              reason := jsonb_build_array('moved', unit, i, coalesce(actual, 0));
              RAISE SQLSTATE 'CP001';
            END IF;
            INSERT INTO stream_heads AS h (stream_id, kind, version, position)
              VALUES (write_stream[i], write_kind[i], write_expected[i] + write_count[i], 0)
              ON CONFLICT (stream_id, kind) DO UPDATE SET version = excluded.version;
          END LOOP;
          FOR i IN c .. c_next - 1 LOOP
            INSERT INTO client_ids (document_id, client_id, person_id)
              VALUES (claim_document[i], claim_client[i], claim_person[i]) ON CONFLICT DO NOTHING;
            SELECT k.person_id INTO owner FROM client_ids k
              WHERE k.document_id = claim_document[i] AND k.client_id = claim_client[i];
            IF owner IS DISTINCT FROM claim_person[i] THEN
              reason := jsonb_build_array('taken', unit, i);
              RAISE SQLSTATE 'CP001';
            END IF;
          END LOOP;
          kept := kept || unit;
        EXCEPTION WHEN SQLSTATE 'CP001' THEN
          rejected := rejected || jsonb_build_array(reason);
        END;
        w := w_next; c := c_next;
      END LOOP;
    END $$
    """,
    # Stores one batch. Every statement of a plpgsql function sees what was committed before that statement began, so
    # all that is read after the lock is what the last holder left. `careful`: a stream or a client id occurs twice in
    # the batch; `again`: the answer to this very batch may have been lost. A span is what consecutive rows have in
    # common (no topic: keystrokes), so that a row costs no more than its body; `upto` counts the rows of the batch up
    # to the end of a write or a span. An array is opened once when a function begins, so row_body[n] is a quick look.
    # What the chain covers of a row is written again, in another language, in core/adapters/postgres/chain.py; of an
    # erased body the hash stays.
    f"""
    CREATE FUNCTION log_append(
      batch uuid, node text, streams text, careful boolean, again boolean,
      write_unit int[], write_stream uuid[], write_kind "char"[], write_expected bigint[], write_count int[],
      write_upto int[],
      span_unit int[], span_stream uuid[], span_first bigint[], span_topic text[], span_actor uuid[],
      span_count int[], span_upto int[], row_body bytea[],
      claim_unit int[], claim_document uuid[], claim_client bigint[], claim_person uuid[],
      OUT first_position bigint, OUT rejected jsonb
    ) LANGUAGE plpgsql AS $$
    DECLARE
      base bigint; before bytea; total int; kept int[]; moment timestamptz; moved boolean;
    BEGIN
      PERFORM pg_advisory_xact_lock({LOCK});
      IF again THEN
        SELECT e.first_position, e.rejected INTO first_position, rejected FROM event_chain e WHERE e.batch_id = batch;
        IF FOUND THEN RETURN; END IF;
      END IF;

      SELECT e.last_position, e.hash, EXISTS (
          SELECT FROM unnest(write_stream, write_kind, write_expected) AS w (stream_id, kind, expected)
          LEFT JOIN stream_heads h ON h.stream_id = w.stream_id AND h.kind = w.kind
          WHERE coalesce(h.version, 0) <> w.expected)
        INTO base, before, moved FROM event_chain e ORDER BY e.last_position DESC LIMIT 1;
      careful := careful OR moved;
      IF NOT careful AND cardinality(claim_unit) > 0 THEN
        careful := EXISTS (
          SELECT FROM unnest(claim_document, claim_client, claim_person) AS c (document_id, client_id, person_id)
          JOIN client_ids k ON k.document_id = c.document_id AND k.client_id = c.client_id
          WHERE k.person_id IS DISTINCT FROM c.person_id);
      END IF;

      IF careful THEN
        SELECT s.kept, nullif(s.rejected, '[]') INTO kept, rejected FROM log_sift(
          write_unit, write_stream, write_kind, write_expected, write_count,
          claim_unit, claim_document, claim_client, claim_person) s;
      ELSIF cardinality(claim_unit) > 0 THEN
        INSERT INTO client_ids (document_id, client_id, person_id)
          SELECT * FROM unnest(claim_document, claim_client, claim_person) ON CONFLICT DO NOTHING;
      END IF;
      IF rejected IS NOT NULL THEN
        SELECT array_agg(row_body[n] ORDER BY n) INTO row_body
          FROM unnest(span_unit, span_count, span_upto) AS s (unit, size, upto),
               generate_series(s.upto - s.size + 1, s.upto) n
          WHERE s.unit = ANY (kept);
        SELECT array_agg(s.stream_id ORDER BY s.place), array_agg(s.first ORDER BY s.place),
               array_agg(s.topic ORDER BY s.place), array_agg(s.actor_id ORDER BY s.place),
               array_agg(s.size ORDER BY s.place), array_agg(s.upto ORDER BY s.place)
          INTO span_stream, span_first, span_topic, span_actor, span_count, span_upto
          FROM (SELECT v.*, sum(v.size) OVER (ORDER BY v.place) AS upto
                FROM unnest(span_unit, span_stream, span_first, span_topic, span_actor, span_count)
                     WITH ORDINALITY AS v (unit, stream_id, first, topic, actor_id, size, place)
                WHERE v.unit = ANY (kept)) s;
        SELECT array_agg(w.stream_id ORDER BY w.place), array_agg(w.kind ORDER BY w.place),
               array_agg(w.upto ORDER BY w.place)
          INTO write_stream, write_kind, write_upto
          FROM (SELECT v.*, sum(v.size) OVER (ORDER BY v.place) AS upto
                FROM unnest(write_unit, write_stream, write_kind, write_count)
                     WITH ORDINALITY AS v (unit, stream_id, kind, size, place)
                WHERE v.unit = ANY (kept)) w;
      END IF;
      total := coalesce(cardinality(row_body), 0);
      IF total = 0 THEN RETURN; END IF;

      first_position := base + 1;
      moment := clock_timestamp();
      IF careful THEN
        UPDATE stream_heads h SET position = base + w.upto
          FROM (SELECT v.stream_id, v.kind, max(v.upto) AS upto
                FROM unnest(write_stream, write_kind, write_upto) AS v (stream_id, kind, upto)
                GROUP BY v.stream_id, v.kind) w
          WHERE h.stream_id = w.stream_id AND h.kind = w.kind;
      ELSE
        INSERT INTO stream_heads AS h (stream_id, kind, version, position)
          SELECT w.stream_id, w.kind, w.expected + w.size, base + w.upto
          FROM unnest(write_stream, write_kind, write_expected, write_count, write_upto)
               AS w (stream_id, kind, expected, size, upto)
          ON CONFLICT (stream_id, kind) DO UPDATE SET version = excluded.version, position = excluded.position;
      END IF;
      INSERT INTO events (stream_id, version, position, kind, topic, actor_id, recorded_at, body)
        SELECT s.stream_id, s.first + (n - s.upto + s.size - 1), base + n,
               CASE WHEN s.topic IS NULL THEN 'u'::"char" ELSE 'a' END, s.topic, s.actor_id, moment, row_body[n]
        FROM unnest(span_stream, span_first, span_topic, span_actor, span_count, span_upto)
             AS s (stream_id, first, topic, actor_id, size, upto),
             generate_series(s.upto - s.size + 1, s.upto) n;
      INSERT INTO event_chain (last_position, first_position, batch_id, previous, hash, rejected)
        SELECT base + total, base + 1, batch, before, sha256(before || string_agg(
                 int8send(base + n) || uuid_send(s.stream_id)
                 || CASE WHEN s.topic IS NULL THEN '\x75'::bytea
                    ELSE '\x61'::bytea || int4send(octet_length(s.topic)) || convert_to(s.topic, 'UTF8') END
                 || int8send(s.first + (n - s.upto + s.size - 1)) || uuid_send(s.actor_id)
                 || timestamptz_send(moment) || sha256(row_body[n]),
                 '' ORDER BY n)), rejected
        FROM unnest(span_stream, span_first, span_topic, span_actor, span_count, span_upto)
             AS s (stream_id, first, topic, actor_id, size, upto),
             generate_series(s.upto - s.size + 1, s.upto) n;
      PERFORM pg_notify('counterpoint_log', node || ' ' || (base + total) || ' ' || streams);
    END $$
    """,
    # Who owns a client id is decided under the lock of the log, so that appends with claims see one order of owners.
    f"""
    CREATE FUNCTION client_id_claim(document uuid, client bigint, person uuid, OUT fresh boolean, OUT owner uuid)
    LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock({LOCK});
      INSERT INTO client_ids (document_id, client_id, person_id) VALUES (document, client, person)
        ON CONFLICT DO NOTHING;
      fresh := FOUND;
      SELECT k.person_id INTO owner FROM client_ids k WHERE k.document_id = document AND k.client_id = client;
    END $$
    """,
    f"""
    CREATE FUNCTION client_id_retire(document uuid, client bigint) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock({LOCK});
      INSERT INTO client_ids (document_id, client_id, person_id) VALUES (document, client, NULL)
        ON CONFLICT (document_id, client_id) DO UPDATE SET person_id = NULL;
    END $$
    """,
)


def upgrade() -> None:
    """Create the log, empty."""
    for statement in (*TABLES, *FUNCTIONS):
        execute(statement)
