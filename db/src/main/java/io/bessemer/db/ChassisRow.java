package io.bessemer.db;

import io.bessemer.core.node.Chassis;
import java.time.Instant;
import java.util.UUID;

/// A row of table `chassis`, filled by position.
record ChassisRow(String uuid, String description, String extra, Instant createdAt, Instant updatedAt) {
    static ChassisRow of(Chassis chassis, JsonColumns json) {
        return new ChassisRow(chassis.id().toString(), chassis.description(), json.write(chassis.id() + "/extra", chassis.extra()),
                Micros.of(chassis.createdAt()), Micros.of(chassis.updatedAt()));
    }

    Chassis toChassis(JsonColumns json) {
        return new Chassis(UUID.fromString(uuid), description, json.read(uuid + "/extra", extra), createdAt, updatedAt);
    }
}
