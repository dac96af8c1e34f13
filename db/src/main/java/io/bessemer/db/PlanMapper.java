package io.bessemer.db;

import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `plans`.
interface PlanMapper {
    /// in the order of [PlanRow]'s components
    String COLUMNS = "kind, uuid, version, name, body, created_at, updated_at";

    @Insert("INSERT INTO plans (" + COLUMNS + ") VALUES (#{kind}, #{uuid}, #{version}, #{name}, #{body}, #{createdAt}, #{updatedAt})")
    void insert(PlanRow row);

    @Select("SELECT " + COLUMNS + " FROM plans WHERE kind = #{kind} AND uuid = #{uuid}")
    PlanRow find(@Param("kind") String kind, @Param("uuid") String uuid);

    @Select("SELECT " + COLUMNS + " FROM plans WHERE kind = #{kind} AND name = #{name}")
    PlanRow findByName(@Param("kind") String kind, @Param("name") String name);

    @Select("SELECT " + COLUMNS + " FROM plans WHERE kind = #{kind} ORDER BY id")
    List<PlanRow> list(String kind);

    @Update("""
            UPDATE plans
               SET name = #{name}, body = #{body}, version = version + 1, updated_at = #{updatedAt}
             WHERE kind = #{kind} AND uuid = #{uuid} AND version = #{version}
            """)
    int update(PlanRow row);

    @Delete("DELETE FROM plans WHERE kind = #{kind} AND uuid = #{uuid}")
    int delete(@Param("kind") String kind, @Param("uuid") String uuid);

    @Delete("DELETE FROM plans WHERE kind = #{kind}")
    int deleteAll(String kind);
}
