package io.bessemer.db;

import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `volume_connectors`.
interface VolumeConnectorMapper {
    /// in the order of [VolumeConnectorRow]'s components
    String COLUMNS = "uuid, node_uuid, type, connector_id, extra, created_at, updated_at";

    @Insert("INSERT INTO volume_connectors (" + COLUMNS + ") VALUES (#{uuid}, #{nodeUuid}, #{type}, #{connectorId}, #{extra}, #{createdAt}, #{updatedAt})")
    void insert(VolumeConnectorRow row);

    @Update("""
            UPDATE volume_connectors
               SET node_uuid = #{nodeUuid}, type = #{type}, connector_id = #{connectorId}, extra = #{extra}, updated_at = #{updatedAt}
             WHERE uuid = #{uuid}
            """)
    int update(VolumeConnectorRow row);

    @Select("SELECT " + COLUMNS + " FROM volume_connectors WHERE uuid = #{uuid}")
    VolumeConnectorRow find(String uuid);

    @Select("SELECT " + COLUMNS + " FROM volume_connectors ORDER BY id")
    List<VolumeConnectorRow> list();

    @Delete("DELETE FROM volume_connectors WHERE uuid = #{uuid}")
    int delete(String uuid);
}
