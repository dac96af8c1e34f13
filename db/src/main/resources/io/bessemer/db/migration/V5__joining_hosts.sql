ALTER TABLE hypervisors ADD COLUMN join_token_expires DATETIME(6);
ALTER TABLE hypervisors ADD COLUMN join_key_hash VARCHAR(128);

-- The certificate authority of this installation: one row, by its constant id, so that of two conductors that make one at once one loses.
CREATE TABLE certificate_authority (
    id          INT         NOT NULL,
    certificate LONGTEXT    NOT NULL,
    sealed_key  LONGTEXT    NOT NULL,
    created_at  DATETIME(6) NOT NULL,
    PRIMARY KEY (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
