package io.bessemer.db;

import java.time.Instant;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Select;

/// Table `node_inventory`.
interface InventoryMapper {
    @Select("SELECT node_uuid, inventory, plugin_data, reported_at FROM node_inventory WHERE node_uuid = #{node}")
    InventoryRow find(String node);

    @Insert("""
            INSERT INTO node_inventory (node_uuid, inventory, plugin_data, reported_at)
            VALUES (#{nodeUuid}, #{inventory}, #{pluginData}, #{reportedAt})
            ON DUPLICATE KEY UPDATE
                inventory = VALUES(inventory), plugin_data = VALUES(plugin_data), reported_at = VALUES(reported_at)
            """)
    void save(InventoryRow row);

    record InventoryRow(String nodeUuid, String inventory, String pluginData, Instant reportedAt) {}
}
