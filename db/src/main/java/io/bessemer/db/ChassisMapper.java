package io.bessemer.db;

import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `chassis`.
interface ChassisMapper {
    /// in the order of [ChassisRow]'s components
    String COLUMNS = "uuid, description, extra, created_at, updated_at";

    @Insert("INSERT INTO chassis (" + COLUMNS + ") VALUES (#{uuid}, #{description}, #{extra}, #{createdAt}, #{updatedAt})")
    void insert(ChassisRow row);

    @Select("SELECT " + COLUMNS + " FROM chassis WHERE uuid = #{uuid}")
    ChassisRow find(String uuid);

    @Select("SELECT " + COLUMNS + " FROM chassis ORDER BY id")
    List<ChassisRow> list();

    @Update("UPDATE chassis SET description = #{description}, extra = #{extra}, updated_at = #{updatedAt} WHERE uuid = #{uuid}")
    int update(ChassisRow row);

    @Delete("DELETE FROM chassis WHERE uuid = #{uuid} AND NOT EXISTS (SELECT 1 FROM nodes WHERE chassis_uuid = #{uuid})")
    int deleteEmpty(String uuid);
}
