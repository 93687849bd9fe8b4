-- SPDX-License-Identifier: Apache-2.0
-- Both SQLite and PostgreSQL read this.
-- What vendors' clients keep that is no function. Who changes it adds to its counter first, so that changes come one after the other.
CREATE TABLE shelf (
    namespace  TEXT NOT NULL,
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    body       TEXT NOT NULL,
    bytes      BIGINT NOT NULL,
    changed_ms BIGINT NOT NULL,
    PRIMARY KEY (namespace, kind, name)
);
INSERT INTO counter (name, value) VALUES ('shelf', 0);
