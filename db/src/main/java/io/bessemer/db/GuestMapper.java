package io.bessemer.db;

import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `guests`.
interface GuestMapper {
    /// in the order of [GuestRow]'s components
    String COLUMNS = "uuid, name, pool, node_uuid, sealed_xml, state, message, version, created_at, updated_at";

    @Insert("""
            INSERT INTO guests (uuid, name, pool, node_uuid, sealed_xml, state, message, version, created_at, updated_at)
            VALUES (#{uuid}, #{name}, #{pool}, #{nodeUuid}, #{sealedXml}, #{state}, #{message}, #{version}, #{createdAt}, #{updatedAt})
            """)
    void insert(GuestRow row);

    /// @param row its version is the one that must be stored
    @Update("""
            UPDATE guests
               SET node_uuid = #{nodeUuid}, sealed_xml = #{sealedXml}, state = #{state}, message = #{message}, version = version + 1,
                   updated_at = #{updatedAt}
             WHERE uuid = #{uuid} AND version = #{version}
            """)
    int update(GuestRow row);

    /// For a guest that was moved.
    @Update("UPDATE guests SET node_uuid = #{node}, message = #{message}, version = version + 1, updated_at = #{now} WHERE uuid = #{uuid}")
    int follow(@Param("uuid") String uuid, @Param("node") String node, @Param("message") String message, @Param("now") Instant now);

    @Select("SELECT " + COLUMNS + " FROM guests WHERE uuid = #{uuid}")
    GuestRow find(String uuid);

    @Select("SELECT " + COLUMNS + " FROM guests WHERE node_uuid = #{node} ORDER BY name")
    List<GuestRow> ofNode(String node);

    @Select("SELECT " + COLUMNS + " FROM guests WHERE pool = #{pool} ORDER BY name")
    List<GuestRow> ofPool(String pool);

    @Delete("DELETE FROM guests WHERE uuid = #{uuid} AND version = #{version}")
    int delete(@Param("uuid") String uuid, @Param("version") long version);
}
