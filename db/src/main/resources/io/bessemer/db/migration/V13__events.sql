-- What happened. A row is written in the transaction of its change, with seq NULL; seq is given afterwards, in one order without gaps, to rows that
-- are committed: `id` is no order to read by, as a lower one may be committed later. No foreign key: events outlive what they tell of.
CREATE TABLE events (
    id          BIGINT       NOT NULL AUTO_INCREMENT,
    seq         BIGINT,
    uuid        CHAR(36)     NOT NULL,
    happened_at DATETIME(6)  NOT NULL,
    type        VARCHAR(64)  NOT NULL,
    node_uuid   CHAR(36),
    owner       VARCHAR(255),
    lessee      VARCHAR(255),
    data        LONGTEXT     NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_events_seq UNIQUE (seq)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- one row: the last seq that was given, and the last that was forgotten
CREATE TABLE event_numbers (
    id      INT    NOT NULL,
    last    BIGINT NOT NULL,
    trimmed BIGINT NOT NULL,
    PRIMARY KEY (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO event_numbers (id, last, trimmed) VALUES (1, 0, 0);

CREATE TABLE webhooks (
    id              BIGINT       NOT NULL AUTO_INCREMENT,
    uuid            CHAR(36)     NOT NULL,
    version         BIGINT       NOT NULL,
    name            VARCHAR(255) NOT NULL,
    url             LONGTEXT     NOT NULL,
    secret          LONGTEXT     NOT NULL,
    types           LONGTEXT     NOT NULL,
    authorities     LONGTEXT,
    enabled         BOOLEAN      NOT NULL,
    retry_seconds   BIGINT       NOT NULL,
    created_at      DATETIME(6)  NOT NULL,
    updated_at      DATETIME(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_webhooks_uuid UNIQUE (uuid),
    CONSTRAINT uq_webhooks_name UNIQUE (name)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- how far each sink (a webhook by its uuid, the message queue by its name) was told
CREATE TABLE event_sinks (
    name              VARCHAR(64)  NOT NULL,
    told              BIGINT       NOT NULL,
    delivered         BIGINT       NOT NULL,
    dropped           BIGINT       NOT NULL,
    attempts          INT          NOT NULL,
    failing_since     DATETIME(6),
    last_error        LONGTEXT,
    last_delivered_at DATETIME(6),
    holder            VARCHAR(255),
    held_until        DATETIME(6),
    PRIMARY KEY (name)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
