package io.bessemer.db;

import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `guest_moves`.
interface GuestMoveMapper {
    /// in the order of [GuestMoveRow]'s components
    String COLUMNS = "guest_uuid, name, source_uuid, target_uuid, number, asked, tried, message, since, version";

    @Insert("""
            INSERT INTO guest_moves (guest_uuid, name, source_uuid, target_uuid, number, asked, tried, message, since, version)
            VALUES (#{guestUuid}, #{name}, #{sourceUuid}, #{targetUuid}, #{number}, #{asked}, #{tried}, #{message}, #{since}, #{version})
            """)
    void insert(GuestMoveRow row);

    /// @param row its version is the one that must be stored
    @Update("""
            UPDATE guest_moves
               SET target_uuid = #{targetUuid}, number = #{number}, tried = #{tried}, message = #{message}, since = #{since}, version = version + 1
             WHERE guest_uuid = #{guestUuid} AND version = #{version}
            """)
    int update(GuestMoveRow row);

    @Select("SELECT " + COLUMNS + " FROM guest_moves WHERE guest_uuid = #{guest}")
    GuestMoveRow find(String guest);

    @Select("SELECT " + COLUMNS + " FROM guest_moves ORDER BY number, guest_uuid")
    List<GuestMoveRow> list();

    @Select("SELECT " + COLUMNS + " FROM guest_moves WHERE source_uuid = #{source} ORDER BY number, guest_uuid")
    List<GuestMoveRow> from(String source);

    @Delete("DELETE FROM guest_moves WHERE guest_uuid = #{guest} AND version = #{version}")
    int delete(@Param("guest") String guest, @Param("version") long version);
}
