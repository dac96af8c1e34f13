package io.bessemer.db;

import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `host_profiles`.
interface HostProfileMapper {
    /// in the order of [HostProfileRow]'s components
    String COLUMNS = """
            name, description, image, hypervisor, bootstrap, packages, package_mirror, networks, storage_pools, checks, cloud,
            deadlines, generation, created_at, updated_at
            """;

    @Insert("""
            INSERT INTO host_profiles (
                name, description, image, hypervisor, bootstrap, packages, package_mirror, networks, storage_pools, checks, cloud,
                deadlines, generation, created_at, updated_at
            ) VALUES (
                #{name}, #{description}, #{image}, #{hypervisor}, #{bootstrap}, #{packages}, #{packageMirror}, #{networks},
                #{storagePools}, #{checks}, #{cloud}, #{deadlines}, #{generation}, #{createdAt}, #{updatedAt}
            )
            """)
    void insert(HostProfileRow row);

    @Update("""
            UPDATE host_profiles
               SET description = #{description}, image = #{image}, hypervisor = #{hypervisor}, bootstrap = #{bootstrap},
                   packages = #{packages}, package_mirror = #{packageMirror}, networks = #{networks},
                   storage_pools = #{storagePools}, checks = #{checks}, cloud = #{cloud}, deadlines = #{deadlines},
                   generation = #{generation}, updated_at = #{updatedAt}
             WHERE name = #{name}
            """)
    int update(HostProfileRow row);

    @Select("SELECT " + COLUMNS + " FROM host_profiles WHERE name = #{name}")
    HostProfileRow find(String name);

    @Select("SELECT " + COLUMNS + " FROM host_profiles WHERE name = #{name} FOR UPDATE")
    HostProfileRow lock(String name);

    @Select("SELECT " + COLUMNS + " FROM host_profiles ORDER BY name")
    List<HostProfileRow> list();

    @Delete("DELETE FROM host_profiles WHERE name = #{name}")
    int delete(String name);
}
