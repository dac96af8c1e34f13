package io.bessemer.db;

import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `portgroups`.
interface PortgroupMapper {
    /// in the order of [PortgroupRow]'s components
    String COLUMNS = """
            uuid, node_uuid, address, mode, properties, extra, internal_info, standalone_ports, name, physical_network, category, dynamic_portgroup,
            created_at, updated_at,
            (SELECT v.vif FROM node_vifs v WHERE v.portgroup_uuid = portgroups.uuid) AS tenant_vif
            """;

    @Insert("""
            INSERT INTO portgroups (
                uuid, node_uuid, address, mode, properties, extra, internal_info, standalone_ports, name, physical_network, category,
                dynamic_portgroup, created_at, updated_at
            ) VALUES (
                #{uuid}, #{nodeUuid}, #{address}, #{mode}, #{properties}, #{extra}, #{internalInfo}, #{standalonePorts}, #{name},
                #{physicalNetwork}, #{category}, #{dynamicPortgroup}, #{createdAt}, #{updatedAt}
            )
            """)
    void insert(PortgroupRow row);

    @Update("""
            UPDATE portgroups
               SET node_uuid = #{nodeUuid}, address = #{address}, mode = #{mode}, properties = #{properties}, extra = #{extra},
                   internal_info = #{internalInfo}, standalone_ports = #{standalonePorts}, name = #{name},
                   physical_network = #{physicalNetwork}, category = #{category}, dynamic_portgroup = #{dynamicPortgroup}, updated_at = #{updatedAt}
             WHERE uuid = #{uuid}
            """)
    int update(PortgroupRow row);

    /// A group's physical network is that of its ports too.
    @Update("UPDATE ports SET physical_network = #{network}, updated_at = #{now} WHERE portgroup_uuid = #{group}")
    void moveMembers(@Param("group") String group, @Param("network") String network, @Param("now") Instant now);

    @Select("SELECT " + COLUMNS + " FROM portgroups WHERE uuid = #{uuid}")
    PortgroupRow find(String uuid);

    @Select("SELECT " + COLUMNS + " FROM portgroups WHERE name = #{name}")
    PortgroupRow findByName(String name);

    @Select("SELECT " + COLUMNS + " FROM portgroups WHERE address = #{address}")
    PortgroupRow findByAddress(String address);

    @Select("SELECT " + COLUMNS + " FROM portgroups WHERE node_uuid = #{node} ORDER BY id")
    List<PortgroupRow> ofNode(String node);

    @Select("SELECT " + COLUMNS + " FROM portgroups ORDER BY id")
    List<PortgroupRow> list();

    @Delete("DELETE FROM portgroups WHERE uuid = #{uuid} AND NOT EXISTS (SELECT 1 FROM ports WHERE portgroup_uuid = #{uuid})")
    int deleteEmpty(String uuid);
}
