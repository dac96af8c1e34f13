package io.bessemer.db;

import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `volume_targets`.
interface VolumeTargetMapper {
    /// in the order of [VolumeTargetRow]'s components
    String COLUMNS = "uuid, node_uuid, volume_type, volume_id, boot_index, properties, extra, created_at, updated_at";

    @Insert("INSERT INTO volume_targets (" + COLUMNS + """
            ) VALUES (
                #{uuid}, #{nodeUuid}, #{volumeType}, #{volumeId}, #{bootIndex}, #{properties}, #{extra}, #{createdAt}, #{updatedAt}
            )
            """)
    void insert(VolumeTargetRow row);

    @Update("""
            UPDATE volume_targets
               SET node_uuid = #{nodeUuid}, volume_type = #{volumeType}, volume_id = #{volumeId}, boot_index = #{bootIndex},
                   properties = #{properties}, extra = #{extra}, updated_at = #{updatedAt}
             WHERE uuid = #{uuid}
            """)
    int update(VolumeTargetRow row);

    @Select("SELECT " + COLUMNS + " FROM volume_targets WHERE uuid = #{uuid}")
    VolumeTargetRow find(String uuid);

    @Select("SELECT " + COLUMNS + " FROM volume_targets ORDER BY id")
    List<VolumeTargetRow> list();

    @Delete("DELETE FROM volume_targets WHERE uuid = #{uuid}")
    int delete(String uuid);
}
