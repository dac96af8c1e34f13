CREATE TABLE flows (
    node_uuid       CHAR(36)     NOT NULL,
    kind            VARCHAR(32)  NOT NULL,
    attempt         BIGINT       NOT NULL,
    step_cursor     INT          NOT NULL,
    args            LONGTEXT     NOT NULL,
    memo            LONGTEXT     NOT NULL,
    waiting_for     LONGTEXT,
    step_started_at DATETIME(6),
    deadline        DATETIME(6),
    wake_at         DATETIME(6),
    retries         INT          NOT NULL,
    started_at      DATETIME(6),
    PRIMARY KEY (node_uuid),
    CONSTRAINT fk_flows_node FOREIGN KEY (node_uuid) REFERENCES nodes (uuid) ON DELETE CASCADE
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE timeline (
    id        BIGINT       NOT NULL AUTO_INCREMENT,
    node_uuid CHAR(36)     NOT NULL,
    seen_at   DATETIME(6)  NOT NULL,
    attempt   BIGINT       NOT NULL,
    phase     VARCHAR(32)  NOT NULL,
    source    VARCHAR(32)  NOT NULL,
    event     VARCHAR(255) NOT NULL,
    message   LONGTEXT,
    details   LONGTEXT     NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT fk_timeline_node FOREIGN KEY (node_uuid) REFERENCES nodes (uuid) ON DELETE CASCADE
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX ix_timeline_node ON timeline (node_uuid, seen_at, id);

CREATE TABLE agent_sessions (
    node_uuid     CHAR(36)     NOT NULL,
    token_hash    VARCHAR(128) NOT NULL,
    attempt       BIGINT       NOT NULL,
    boot_mac      VARCHAR(32),
    address       VARCHAR(64),
    agent_version VARCHAR(255),
    boot_mode     VARCHAR(16),
    started_at    DATETIME(6)  NOT NULL,
    last_seen_at  DATETIME(6)  NOT NULL,
    PRIMARY KEY (node_uuid),
    CONSTRAINT fk_agent_sessions_node FOREIGN KEY (node_uuid) REFERENCES nodes (uuid) ON DELETE CASCADE
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE agent_commands (
    id         BIGINT       NOT NULL AUTO_INCREMENT,
    uuid       CHAR(36)     NOT NULL,
    node_uuid  CHAR(36)     NOT NULL,
    attempt    BIGINT       NOT NULL,
    step       VARCHAR(255) NOT NULL,
    kind       VARCHAR(64)  NOT NULL,
    params     LONGTEXT     NOT NULL,
    status     VARCHAR(16)  NOT NULL,
    progress   LONGTEXT     NOT NULL,
    result     LONGTEXT     NOT NULL,
    error      LONGTEXT,
    created_at DATETIME(6),
    updated_at DATETIME(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_agent_commands_step UNIQUE (node_uuid, attempt, step),
    CONSTRAINT uq_agent_commands_uuid UNIQUE (uuid),
    CONSTRAINT fk_agent_commands_node FOREIGN KEY (node_uuid) REFERENCES nodes (uuid) ON DELETE CASCADE
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE boot_tokens (
    token_hash VARCHAR(128) NOT NULL,
    node_uuid  CHAR(36)     NOT NULL,
    attempt    BIGINT       NOT NULL,
    expires_at DATETIME(6)  NOT NULL,
    used_at    DATETIME(6),
    PRIMARY KEY (token_hash),
    CONSTRAINT fk_boot_tokens_node FOREIGN KEY (node_uuid) REFERENCES nodes (uuid) ON DELETE CASCADE
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX ix_boot_tokens_node ON boot_tokens (node_uuid);

CREATE TABLE leases (
    mac        CHAR(17)    NOT NULL,
    address    VARCHAR(15) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    PRIMARY KEY (mac),
    CONSTRAINT uq_leases_address UNIQUE (address)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Which key seals the secrets of this database: one row, by its constant id, so that of two first starts at once one loses.
CREATE TABLE secret_keys (
    id         INT         NOT NULL,
    key_id     VARCHAR(16) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
