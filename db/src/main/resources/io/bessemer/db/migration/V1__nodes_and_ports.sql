-- One set of migrations for H2 (MODE=MariaDB) and MariaDB: only what both speak. JSON is text that Java writes and reads;
-- enumerations are stored by their wire strings; times are UTC. Names compare by code point, as H2 does anyway.

CREATE TABLE nodes (
    id                     BIGINT NOT NULL AUTO_INCREMENT,
    uuid                   CHAR(36) NOT NULL,
    version                BIGINT NOT NULL,
    attempt                BIGINT NOT NULL,
    name                   VARCHAR(255),
    driver                 VARCHAR(255) NOT NULL,
    interfaces             LONGTEXT NOT NULL,
    driver_info            LONGTEXT NOT NULL,
    driver_internal_info   LONGTEXT NOT NULL,
    instance_info          LONGTEXT NOT NULL,
    properties             LONGTEXT NOT NULL,
    extra                  LONGTEXT NOT NULL,
    network_data           LONGTEXT NOT NULL,
    raid_config            LONGTEXT NOT NULL,
    target_raid_config     LONGTEXT NOT NULL,
    clean_step             LONGTEXT NOT NULL,
    deploy_step            LONGTEXT NOT NULL,
    service_step           LONGTEXT NOT NULL,
    instance_uuid          CHAR(36),
    instance_name          VARCHAR(255),
    chassis_uuid           CHAR(36),
    allocation_uuid        CHAR(36),
    parent_node            CHAR(36),
    resource_class         VARCHAR(80),
    conductor_group        VARCHAR(255) NOT NULL,
    conductor              VARCHAR(255),
    owner                  VARCHAR(255),
    lessee                 VARCHAR(255),
    description            VARCHAR(4096),
    shard                  VARCHAR(255),
    power_state            VARCHAR(32),
    target_power_state     VARCHAR(32),
    provision_state        VARCHAR(32) NOT NULL,
    target_provision_state VARCHAR(32),
    provision_updated_at   DATETIME(6),
    inspection_started_at  DATETIME(6),
    inspection_finished_at DATETIME(6),
    maintenance            BOOLEAN NOT NULL,
    maintenance_reason     LONGTEXT,
    fault                  VARCHAR(32),
    last_error             LONGTEXT,
    reservation            VARCHAR(255),
    console_enabled        BOOLEAN NOT NULL,
    automated_clean        BOOLEAN,
    protected_from_delete  BOOLEAN NOT NULL,
    protected_reason       LONGTEXT,
    retired                BOOLEAN NOT NULL,
    retired_reason         LONGTEXT,
    disable_power_off      BOOLEAN NOT NULL,
    boot_mode              VARCHAR(16),
    secure_boot            BOOLEAN,
    created_at             DATETIME(6) NOT NULL,
    updated_at             DATETIME(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_nodes_instance_uuid UNIQUE (instance_uuid),
    CONSTRAINT uq_nodes_name UNIQUE (name),
    CONSTRAINT uq_nodes_uuid UNIQUE (uuid)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- the filters of a node listing that pick few rows; those on two values (maintenance, retired) would not
CREATE INDEX ix_nodes_provision_state ON nodes (provision_state, id);
CREATE INDEX ix_nodes_resource_class ON nodes (resource_class, id);
CREATE INDEX ix_nodes_conductor_group ON nodes (conductor_group, id);
CREATE INDEX ix_nodes_conductor ON nodes (conductor, id);
CREATE INDEX ix_nodes_owner ON nodes (owner, id);
CREATE INDEX ix_nodes_lessee ON nodes (lessee, id);
CREATE INDEX ix_nodes_chassis_uuid ON nodes (chassis_uuid, id);
CREATE INDEX ix_nodes_shard ON nodes (shard, id);
CREATE INDEX ix_nodes_fault ON nodes (fault, id);

CREATE TABLE node_traits (
    node_uuid CHAR(36)     NOT NULL,
    trait     VARCHAR(255) NOT NULL,
    PRIMARY KEY (node_uuid, trait),
    CONSTRAINT fk_node_traits_node FOREIGN KEY (node_uuid) REFERENCES nodes (uuid) ON DELETE CASCADE
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE node_inventory (
    node_uuid   CHAR(36)    NOT NULL,
    inventory   LONGTEXT    NOT NULL,
    plugin_data LONGTEXT    NOT NULL,
    reported_at DATETIME(6) NOT NULL,
    PRIMARY KEY (node_uuid),
    CONSTRAINT fk_node_inventory_node FOREIGN KEY (node_uuid) REFERENCES nodes (uuid) ON DELETE CASCADE
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE node_history (
    id           BIGINT       NOT NULL AUTO_INCREMENT,
    uuid         CHAR(36)     NOT NULL,
    node_uuid    CHAR(36)     NOT NULL,
    happened_at  DATETIME(6)  NOT NULL,
    conductor    VARCHAR(255),
    severity     VARCHAR(16)  NOT NULL,
    event_type   VARCHAR(64)  NOT NULL,
    event        LONGTEXT     NOT NULL,
    requested_by VARCHAR(255),
    PRIMARY KEY (id),
    CONSTRAINT fk_node_history_node FOREIGN KEY (node_uuid) REFERENCES nodes (uuid) ON DELETE CASCADE
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX ix_node_history_node ON node_history (node_uuid, id);

CREATE TABLE ports (
    id                    BIGINT       NOT NULL AUTO_INCREMENT,
    uuid                  CHAR(36)     NOT NULL,
    node_uuid             CHAR(36)     NOT NULL,
    address               CHAR(17)     NOT NULL,
    pxe_enabled           BOOLEAN      NOT NULL,
    extra                 LONGTEXT     NOT NULL,
    internal_info         LONGTEXT     NOT NULL,
    local_link_connection LONGTEXT     NOT NULL,
    physical_network      VARCHAR(64),
    portgroup_uuid        CHAR(36),
    smart_nic             BOOLEAN      NOT NULL,
    name                  VARCHAR(255),
    description           VARCHAR(255),
    created_at            DATETIME(6)  NOT NULL,
    updated_at            DATETIME(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_ports_name UNIQUE (name),
    CONSTRAINT uq_ports_address UNIQUE (address),
    CONSTRAINT uq_ports_uuid UNIQUE (uuid),
    CONSTRAINT fk_ports_node FOREIGN KEY (node_uuid) REFERENCES nodes (uuid) ON DELETE CASCADE
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX ix_ports_node ON ports (node_uuid, id);
