CREATE TABLE allocations (
    id              BIGINT       NOT NULL AUTO_INCREMENT,
    uuid            CHAR(36)     NOT NULL,
    version         BIGINT       NOT NULL,
    name            VARCHAR(255),
    node_uuid       CHAR(36),
    state           VARCHAR(16)  NOT NULL,
    last_error      LONGTEXT,
    resource_class  VARCHAR(80),
    traits          LONGTEXT     NOT NULL,
    candidate_nodes LONGTEXT     NOT NULL,
    owner           VARCHAR(255),
    extra           LONGTEXT     NOT NULL,
    created_at      DATETIME(6)  NOT NULL,
    updated_at      DATETIME(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_allocations_uuid UNIQUE (uuid),
    CONSTRAINT uq_allocations_name UNIQUE (name),
    CONSTRAINT uq_allocations_node UNIQUE (node_uuid),
    CONSTRAINT fk_allocations_node FOREIGN KEY (node_uuid) REFERENCES nodes (uuid) ON DELETE CASCADE
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX ix_allocations_state ON allocations (state);

-- deploy templates, runbooks and inspection rules: each is read and written as a whole, and found by uuid or name
CREATE TABLE plans (
    id         BIGINT       NOT NULL AUTO_INCREMENT,
    kind       VARCHAR(32)  NOT NULL,
    uuid       CHAR(36)     NOT NULL,
    version    BIGINT       NOT NULL,
    name       VARCHAR(255),
    body       LONGTEXT     NOT NULL,
    created_at DATETIME(6)  NOT NULL,
    updated_at DATETIME(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_plans_uuid UNIQUE (kind, uuid),
    CONSTRAINT uq_plans_name UNIQUE (kind, name)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
