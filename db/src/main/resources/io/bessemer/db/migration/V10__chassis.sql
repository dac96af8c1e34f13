CREATE TABLE chassis (
    id          BIGINT       NOT NULL AUTO_INCREMENT,
    uuid        CHAR(36)     NOT NULL,
    description VARCHAR(255),
    extra       LONGTEXT     NOT NULL,
    created_at  DATETIME(6)  NOT NULL,
    updated_at  DATETIME(6),
    PRIMARY KEY (id),
    CONSTRAINT uq_chassis_uuid UNIQUE (uuid)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
