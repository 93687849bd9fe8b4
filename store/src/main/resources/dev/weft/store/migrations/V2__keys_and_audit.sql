-- SPDX-License-Identifier: Apache-2.0
-- Both SQLite and PostgreSQL read this; what differs between them stands in the classes.
-- A counter's row is written by everyone who adds to what it counts, so what was counted is seen in the order of its numbers.
CREATE TABLE counter (
    name  TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counter (name, value) VALUES ('access_key', 0);
INSERT INTO counter (name, value) VALUES ('audit_proved', 0);
INSERT INTO counter (name, value) VALUES ('audit_unproved', 0);

CREATE TABLE access_key (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    namespace  TEXT NOT NULL,
    role       TEXT NOT NULL,
    sealed     TEXT NOT NULL,
    made_ms    BIGINT NOT NULL,
    rotated_ms BIGINT,
    revoked_ms BIGINT
);
CREATE UNIQUE INDEX access_key_by_name ON access_key (namespace, name) WHERE revoked_ms IS NULL;

CREATE TABLE audit (
    number   BIGINT PRIMARY KEY,
    nth      BIGINT NOT NULL,
    at_ms    BIGINT NOT NULL,
    vendor   TEXT NOT NULL,
    action   TEXT NOT NULL,
    target   TEXT NOT NULL,
    key_id   TEXT NOT NULL,
    key_name TEXT NOT NULL,
    proved   BOOLEAN NOT NULL,
    caller   TEXT NOT NULL,
    outcome  TEXT NOT NULL,
    why      TEXT NOT NULL
);
-- The oldest of each kind go by this.
CREATE UNIQUE INDEX audit_by_kind ON audit (proved, nth);
