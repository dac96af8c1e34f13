-- What a host was imaged as stays with it, whatever becomes of its pool's profile.
ALTER TABLE hypervisors ADD COLUMN profile VARCHAR(63) NOT NULL DEFAULT '';
ALTER TABLE hypervisors ADD COLUMN hypervisor VARCHAR(16) NOT NULL DEFAULT 'kvm';
ALTER TABLE hypervisors ADD COLUMN cloud VARCHAR(63);

UPDATE hypervisors SET profile = (SELECT p.profile FROM host_pools p WHERE p.name = hypervisors.pool);
UPDATE hypervisors SET hypervisor = (SELECT h.hypervisor FROM host_profiles h WHERE h.name = hypervisors.profile),
                       cloud = (SELECT c.cloud FROM host_profiles c WHERE c.name = hypervisors.profile);
