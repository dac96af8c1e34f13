package io.bessemer.db;

import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `host_pools`.
interface HostPoolMapper {
    /// in the order of [HostPoolRow]'s components
    String COLUMNS = """
            name, description, zone, profile, resource_class, traits, racks, owner, size, max_changing, max_failures, canary, halted,
            version, created_at, updated_at
            """;

    @Insert("""
            INSERT INTO host_pools (
                name, description, zone, profile, resource_class, traits, racks, owner, size, max_changing, max_failures, canary, halted,
                version, created_at, updated_at
            ) VALUES (
                #{name}, #{description}, #{zone}, #{profile}, #{resourceClass}, #{traits}, #{racks}, #{owner}, #{size}, #{maxChanging},
                #{maxFailures}, #{canary}, #{halted}, #{version}, #{createdAt}, #{updatedAt}
            )
            """)
    void insert(HostPoolRow row);

    /// @param row its version is the one that must be stored
    @Update("""
            UPDATE host_pools
               SET description = #{description}, profile = #{profile}, resource_class = #{resourceClass}, traits = #{traits},
                   racks = #{racks}, owner = #{owner}, size = #{size}, max_changing = #{maxChanging}, max_failures = #{maxFailures},
                   canary = #{canary}, halted = #{halted}, version = version + 1, updated_at = #{updatedAt}
             WHERE name = #{name} AND version = #{version}
            """)
    int update(HostPoolRow row);

    @Select("SELECT " + COLUMNS + " FROM host_pools WHERE name = #{name}")
    HostPoolRow find(String name);

    @Select("SELECT " + COLUMNS + " FROM host_pools ORDER BY name")
    List<HostPoolRow> list();

    @Select("SELECT name FROM host_pools WHERE zone = #{zone} ORDER BY name")
    List<String> inZone(String zone);

    @Select("SELECT name FROM host_pools WHERE profile = #{profile} ORDER BY name")
    List<String> withProfile(String profile);

    @Delete("DELETE FROM host_pools WHERE name = #{name}")
    int delete(String name);
}
