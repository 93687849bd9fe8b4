-- SPDX-License-Identifier: Apache-2.0
-- Both SQLite and PostgreSQL read this; what differs between them stands in the classes. SQLite keeps bytes whatever it is told.
-- An event: while it waits or runs a line of the queue, afterwards a record of what became of it.
CREATE TABLE event (
    id            TEXT PRIMARY KEY,
    namespace     TEXT NOT NULL,
    function      TEXT NOT NULL,
    source        TEXT NOT NULL,
    sender        TEXT NOT NULL,
    content_type  TEXT,
    attributes    TEXT NOT NULL,
    bytes         BIGINT NOT NULL,
    traceparent   TEXT,
    tracestate    TEXT,
    hops          BIGINT NOT NULL,
    accepted_ms   BIGINT NOT NULL,
    since_ms      BIGINT NOT NULL,
    due_ms        BIGINT NOT NULL,
    state         TEXT NOT NULL,
    attempts      BIGINT NOT NULL,
    failures      BIGINT NOT NULL,
    troubles      BIGINT NOT NULL,
    holder        TEXT NOT NULL,
    lease_ms      BIGINT NOT NULL,
    why           TEXT NOT NULL,
    settled_ms    BIGINT,
    ended_ms      BIGINT,
    took_ms       BIGINT,
    cloud         TEXT,
    said          TEXT,
    reason        TEXT,
    said_type     TEXT,
    said_message  TEXT,
    result_type   TEXT,
    result        BYTEA,
    result_bytes  BIGINT,
    log           TEXT
);
-- What is due of a function, and how much waits.
CREATE INDEX event_by_due ON event (state, function, due_ms, bytes, since_ms);
-- The oldest records go by this.
CREATE INDEX event_by_settled ON event (state, settled_ms);
CREATE INDEX event_by_accepted ON event (namespace, accepted_ms);

-- Apart, because a row that changes is written whole.
CREATE TABLE event_payload (
    id      TEXT PRIMARY KEY REFERENCES event (id),
    payload BYTEA NOT NULL
);
