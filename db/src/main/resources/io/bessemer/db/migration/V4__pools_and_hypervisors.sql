CREATE TABLE availability_zones (
    name        VARCHAR(63)  NOT NULL,
    description VARCHAR(4096),
    created_at  DATETIME(6)  NOT NULL,
    updated_at  DATETIME(6),
    PRIMARY KEY (name)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE host_profiles (
    name           VARCHAR(63)   NOT NULL,
    description    VARCHAR(4096),
    image          VARCHAR(2048) NOT NULL,
    hypervisor     VARCHAR(16)   NOT NULL,
    bootstrap      VARCHAR(16)   NOT NULL,
    packages       LONGTEXT      NOT NULL,
    package_mirror LONGTEXT,
    networks       LONGTEXT      NOT NULL,
    storage_pools  LONGTEXT      NOT NULL,
    checks         LONGTEXT      NOT NULL,
    cloud          VARCHAR(63),
    deadlines      LONGTEXT      NOT NULL,
    generation     BIGINT        NOT NULL,
    created_at     DATETIME(6)   NOT NULL,
    updated_at     DATETIME(6),
    PRIMARY KEY (name)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE host_pools (
    name           VARCHAR(63)   NOT NULL,
    description    VARCHAR(4096),
    zone           VARCHAR(63)   NOT NULL,
    profile        VARCHAR(63)   NOT NULL,
    resource_class VARCHAR(80),
    traits         LONGTEXT      NOT NULL,
    racks          LONGTEXT      NOT NULL,
    owner          VARCHAR(255),
    size           INT           NOT NULL,
    max_changing   INT           NOT NULL,
    max_failures   INT           NOT NULL,
    canary         BOOLEAN       NOT NULL,
    halted         LONGTEXT,
    version        BIGINT        NOT NULL,
    created_at     DATETIME(6)   NOT NULL,
    updated_at     DATETIME(6),
    PRIMARY KEY (name),
    CONSTRAINT fk_host_pools_zone FOREIGN KEY (zone) REFERENCES availability_zones (name),
    CONSTRAINT fk_host_pools_profile FOREIGN KEY (profile) REFERENCES host_profiles (name)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A node is a member of one pool at most: uq_hypervisors_node.
CREATE TABLE hypervisors (
    id                  BIGINT       NOT NULL AUTO_INCREMENT,
    node_uuid           CHAR(36)     NOT NULL,
    pool                VARCHAR(63)  NOT NULL,
    zone                VARCHAR(63)  NOT NULL,
    state               VARCHAR(32)  NOT NULL,
    reason              LONGTEXT,
    state_since         DATETIME(6)  NOT NULL,
    deadline            DATETIME(6),
    generation          BIGINT       NOT NULL,
    reimage             BOOLEAN      NOT NULL,
    attempt             BIGINT       NOT NULL,
    join_token_hash     VARCHAR(128),
    certificate_serial  VARCHAR(64),
    certificate_expires DATETIME(6),
    address             VARCHAR(64),
    facts               LONGTEXT     NOT NULL,
    capacity            LONGTEXT,
    checks              LONGTEXT     NOT NULL,
    verification        BIGINT       NOT NULL,
    guests              LONGTEXT     NOT NULL,
    reported_at         DATETIME(6),
    version             BIGINT       NOT NULL,
    created_at          DATETIME(6)  NOT NULL,
    updated_at          DATETIME(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_hypervisors_node UNIQUE (node_uuid),
    CONSTRAINT fk_hypervisors_node FOREIGN KEY (node_uuid) REFERENCES nodes (uuid) ON DELETE CASCADE,
    CONSTRAINT fk_hypervisors_pool FOREIGN KEY (pool) REFERENCES host_pools (name)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX ix_hypervisors_pool ON hypervisors (pool, id);
