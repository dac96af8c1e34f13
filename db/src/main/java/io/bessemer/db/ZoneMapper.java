package io.bessemer.db;

import io.bessemer.core.pool.AvailabilityZone;
import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `availability_zones`.
interface ZoneMapper {
    /// in the order of [AvailabilityZone]'s components
    String COLUMNS = "name, description, created_at, updated_at";

    @Insert("""
            INSERT INTO availability_zones (name, description, created_at, updated_at)
            VALUES (#{name}, #{description}, #{createdAt}, #{updatedAt})
            """)
    void insert(AvailabilityZone zone);

    @Update("UPDATE availability_zones SET description = #{description}, updated_at = #{updatedAt} WHERE name = #{name}")
    int update(AvailabilityZone zone);

    @Select("SELECT " + COLUMNS + " FROM availability_zones WHERE name = #{name}")
    AvailabilityZone find(String name);

    @Select("SELECT " + COLUMNS + " FROM availability_zones WHERE name = #{name} FOR UPDATE")
    AvailabilityZone lock(String name);

    @Select("SELECT " + COLUMNS + " FROM availability_zones ORDER BY name")
    List<AvailabilityZone> list();

    @Delete("DELETE FROM availability_zones WHERE name = #{name}")
    int delete(String name);
}
