-- Ironic API 1.100, 1.101, 1.111
ALTER TABLE ports ADD COLUMN vendor VARCHAR(32);
ALTER TABLE ports ADD COLUMN category VARCHAR(80);
ALTER TABLE ports ADD COLUMN dynamic_portgroup BOOLEAN DEFAULT TRUE NOT NULL;

-- Ironic API 1.102, 1.103, 1.111
ALTER TABLE portgroups ADD COLUMN physical_network VARCHAR(64);
ALTER TABLE portgroups ADD COLUMN category VARCHAR(80);
ALTER TABLE portgroups ADD COLUMN dynamic_portgroup BOOLEAN DEFAULT FALSE NOT NULL;

-- Ironic API 1.113 and 1.115; entries of earlier do not know
ALTER TABLE node_history ADD COLUMN project VARCHAR(255);
ALTER TABLE node_history ADD COLUMN state VARCHAR(32);
ALTER TABLE node_history ADD COLUMN target_state VARCHAR(32);
ALTER TABLE node_history ADD COLUMN seconds_in_state BIGINT;
