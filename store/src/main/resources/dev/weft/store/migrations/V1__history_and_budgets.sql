-- SPDX-License-Identifier: Apache-2.0
-- Both SQLite and PostgreSQL read this; what differs between them stands in the classes.
CREATE TABLE run (
    id          TEXT PRIMARY KEY,
    application TEXT NOT NULL,
    verb        TEXT NOT NULL,
    who         TEXT NOT NULL,
    host        TEXT NOT NULL,
    began_ms    BIGINT NOT NULL,
    ended_ms    BIGINT,
    outcome     TEXT
);
CREATE INDEX run_by_application ON run (application, began_ms);

CREATE TABLE step (
    run_id   TEXT NOT NULL REFERENCES run (id),
    number   BIGINT NOT NULL,
    function TEXT NOT NULL,
    cloud    TEXT NOT NULL,
    name     TEXT NOT NULL,
    action   TEXT NOT NULL,
    began_ms BIGINT NOT NULL,
    took_ms  BIGINT,
    outcome  TEXT,
    detail   TEXT,
    PRIMARY KEY (run_id, number)
);

CREATE TABLE budget (
    scope  TEXT NOT NULL,
    period TEXT NOT NULL,
    spent  BIGINT NOT NULL,
    PRIMARY KEY (scope, period)
);
