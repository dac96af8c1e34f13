-- A host that leaves its pool takes its guests along.
CREATE TABLE guests (
    uuid       CHAR(36)    NOT NULL,
    name       VARCHAR(63) NOT NULL,
    pool       VARCHAR(63) NOT NULL,
    node_uuid  CHAR(36)    NOT NULL,
    sealed_xml LONGTEXT    NOT NULL,
    state      VARCHAR(16) NOT NULL,
    message    LONGTEXT,
    version    BIGINT      NOT NULL,
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6),
    PRIMARY KEY (uuid),
    CONSTRAINT uq_guests_name UNIQUE (pool, name),
    CONSTRAINT fk_guests_node FOREIGN KEY (node_uuid) REFERENCES hypervisors (node_uuid) ON DELETE CASCADE
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX ix_guests_node ON guests (node_uuid);

-- Guests on their way to another host; also such that are not in `guests`, as somebody started them by libvirt.
CREATE TABLE guest_moves (
    guest_uuid  CHAR(36)     NOT NULL,
    name        VARCHAR(255) NOT NULL,
    source_uuid CHAR(36)     NOT NULL,
    target_uuid CHAR(36),
    number      BIGINT       NOT NULL,
    asked       BOOLEAN      NOT NULL,
    tried       LONGTEXT     NOT NULL,
    message     LONGTEXT,
    since       DATETIME(6)  NOT NULL,
    version     BIGINT       NOT NULL,
    PRIMARY KEY (guest_uuid),
    CONSTRAINT fk_guest_moves_source FOREIGN KEY (source_uuid) REFERENCES hypervisors (node_uuid) ON DELETE CASCADE,
    CONSTRAINT fk_guest_moves_target FOREIGN KEY (target_uuid) REFERENCES hypervisors (node_uuid) ON DELETE SET NULL
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX ix_guest_moves_source ON guest_moves (source_uuid);
