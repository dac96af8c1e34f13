package io.bessemer.ipmi.sensor;

/// What a sensor is part of, IPMI 2.0 §43.14.
final class Entity {
    private Entity() {
    }

    /// Redfish's word where there is one (`PhysicalContext`), so that clients see one set of words whatever the driver; null for what says nothing.
    static String context(int id) {
        return switch (id) {
            case 0x03, 0x41 -> "CPU";
            case 0x09, 0x12 -> "CPUSubsystem";
            case 0x04 -> "StorageDevice";
            case 0x1a -> "StorageBay";
            case 0x06 -> "Management module";
            case 0x07, 0x11, 0x42 -> "SystemBoard";
            case 0x08, 0x20 -> "Memory";
            case 0x0a -> "PowerSupply";
            case 0x0b, 0x10 -> "Add-in card";
            case 0x0c -> "Front";
            case 0x0d, 0x16 -> "Back";
            case 0x0e, 0x13, 0x15 -> "PowerSubsystem";
            case 0x0f -> "Backplane";
            case 0x14 -> "VoltageRegulator";
            case 0x17, 0x18, 0x19 -> "Chassis";
            case 0x05, 0x1b, 0x1c -> "ExpansionBay";
            case 0x1d -> "Fan";
            case 0x1e -> "CoolingSubsystem";
            case 0x27 -> "Room";
            case 0x28 -> "Battery";
            case 0x29 -> "ComputeBay";
            case 0x2c -> "I/O module";
            case 0x37, 0x40 -> "Intake";
            default -> null;
        };
    }
}
