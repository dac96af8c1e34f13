CREATE TABLE portgroups (
    id               BIGINT       NOT NULL AUTO_INCREMENT,
    uuid             CHAR(36)     NOT NULL,
    node_uuid        CHAR(36)     NOT NULL,
    address          CHAR(17),
    mode             VARCHAR(255) NOT NULL,
    properties       LONGTEXT     NOT NULL,
    extra            LONGTEXT     NOT NULL,
    internal_info    LONGTEXT     NOT NULL,
    standalone_ports BOOLEAN      NOT NULL,
    name             VARCHAR(255),
    created_at       DATETIME(6)  NOT NULL,
    updated_at       DATETIME(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_portgroups_name UNIQUE (name),
    CONSTRAINT uq_portgroups_address UNIQUE (address),
    CONSTRAINT uq_portgroups_uuid UNIQUE (uuid),
    CONSTRAINT fk_portgroups_node FOREIGN KEY (node_uuid) REFERENCES nodes (uuid) ON DELETE CASCADE
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX ix_portgroups_node ON portgroups (node_uuid, id);

-- a group with ports is not deleted by clients; with its node it goes in whatever order the database chooses
ALTER TABLE ports ADD CONSTRAINT fk_ports_portgroup FOREIGN KEY (portgroup_uuid) REFERENCES portgroups (uuid) ON DELETE SET NULL;

-- a port or port group holds one VIF: the unique keys are what makes attaching a compare-and-set
CREATE TABLE node_vifs (
    id             BIGINT       NOT NULL AUTO_INCREMENT,
    node_uuid      CHAR(36)     NOT NULL,
    vif            VARCHAR(255) NOT NULL,
    port_uuid      CHAR(36),
    portgroup_uuid CHAR(36),
    attached_at    DATETIME(6)  NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_node_vifs_vif UNIQUE (node_uuid, vif),
    CONSTRAINT uq_node_vifs_port UNIQUE (port_uuid),
    CONSTRAINT uq_node_vifs_portgroup UNIQUE (portgroup_uuid),
    CONSTRAINT fk_node_vifs_node FOREIGN KEY (node_uuid) REFERENCES nodes (uuid) ON DELETE CASCADE,
    CONSTRAINT fk_node_vifs_port FOREIGN KEY (port_uuid) REFERENCES ports (uuid) ON DELETE CASCADE,
    CONSTRAINT fk_node_vifs_portgroup FOREIGN KEY (portgroup_uuid) REFERENCES portgroups (uuid) ON DELETE CASCADE
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE volume_connectors (
    id           BIGINT       NOT NULL AUTO_INCREMENT,
    uuid         CHAR(36)     NOT NULL,
    node_uuid    CHAR(36)     NOT NULL,
    type         VARCHAR(32)  NOT NULL,
    connector_id VARCHAR(255) NOT NULL,
    extra        LONGTEXT     NOT NULL,
    created_at   DATETIME(6)  NOT NULL,
    updated_at   DATETIME(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_volume_connectors_connector UNIQUE (type, connector_id),
    CONSTRAINT uq_volume_connectors_uuid UNIQUE (uuid),
    CONSTRAINT fk_volume_connectors_node FOREIGN KEY (node_uuid) REFERENCES nodes (uuid) ON DELETE CASCADE
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE volume_targets (
    id          BIGINT       NOT NULL AUTO_INCREMENT,
    uuid        CHAR(36)     NOT NULL,
    node_uuid   CHAR(36)     NOT NULL,
    volume_type VARCHAR(64)  NOT NULL,
    volume_id   VARCHAR(255) NOT NULL,
    boot_index  INT          NOT NULL,
    properties  LONGTEXT     NOT NULL,
    extra       LONGTEXT     NOT NULL,
    created_at  DATETIME(6)  NOT NULL,
    updated_at  DATETIME(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_volume_targets_boot_index UNIQUE (node_uuid, boot_index),
    CONSTRAINT uq_volume_targets_uuid UNIQUE (uuid),
    CONSTRAINT fk_volume_targets_node FOREIGN KEY (node_uuid) REFERENCES nodes (uuid) ON DELETE CASCADE
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
