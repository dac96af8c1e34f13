package io.bessemer.db;

import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `ports`.
interface PortMapper {
    /// in the order of [PortRow]'s components
    String COLUMNS = """
            uuid, node_uuid, address, pxe_enabled, extra, internal_info, local_link_connection, physical_network, portgroup_uuid,
            smart_nic, name, description, vendor, category, dynamic_portgroup, created_at, updated_at,
            (SELECT v.vif FROM node_vifs v WHERE v.port_uuid = ports.uuid) AS tenant_vif
            """;

    @Insert("""
            INSERT INTO ports (
                uuid, node_uuid, address, pxe_enabled, extra, internal_info, local_link_connection, physical_network, portgroup_uuid,
                smart_nic, name, description, vendor, category, dynamic_portgroup, created_at, updated_at
            ) VALUES (
                #{uuid}, #{nodeUuid}, #{address}, #{pxeEnabled}, #{extra}, #{internalInfo}, #{localLinkConnection}, #{physicalNetwork},
                #{portgroupUuid}, #{smartNic}, #{name}, #{description}, #{vendor}, #{category}, #{dynamicPortgroup}, #{createdAt}, #{updatedAt}
            )
            """)
    void insert(PortRow row);

    @Update("""
            UPDATE ports
               SET node_uuid = #{nodeUuid}, address = #{address}, pxe_enabled = #{pxeEnabled}, extra = #{extra},
                   internal_info = #{internalInfo}, local_link_connection = #{localLinkConnection},
                   physical_network = #{physicalNetwork}, portgroup_uuid = #{portgroupUuid}, smart_nic = #{smartNic}, name = #{name},
                   description = #{description}, vendor = #{vendor}, category = #{category}, dynamic_portgroup = #{dynamicPortgroup},
                   created_at = #{createdAt}, updated_at = #{updatedAt}
             WHERE uuid = #{uuid}
            """)
    int update(PortRow row);

    @Select("SELECT " + COLUMNS + " FROM ports WHERE uuid = #{uuid}")
    PortRow find(String uuid);

    @Select("SELECT " + COLUMNS + " FROM ports WHERE address = #{address}")
    PortRow findByAddress(String address);

    @Select("SELECT node_uuid, pxe_enabled FROM ports WHERE address = #{address}")
    OwnerRow ownerOf(String address);

    record OwnerRow(String nodeUuid, boolean pxeEnabled) {
    }

    /// @param addresses not empty
    @Select("""
            <script>
            SELECT address, node_uuid, pxe_enabled FROM ports
             WHERE address IN <foreach collection="addresses" item="address" open="(" separator="," close=")">#{address}</foreach>
            </script>
            """)
    List<OwnedRow> ownersOf(@Param("addresses") List<String> addresses);

    record OwnedRow(String address, String nodeUuid, boolean pxeEnabled) {
    }

    @Select("SELECT " + COLUMNS + " FROM ports WHERE name = #{name}")
    PortRow findByName(String name);

    @Select("SELECT " + COLUMNS + " FROM ports WHERE node_uuid = #{node} ORDER BY id")
    List<PortRow> ofNode(String node);

    @Select("SELECT " + COLUMNS + " FROM ports WHERE portgroup_uuid = #{group} ORDER BY id")
    List<PortRow> ofPortgroup(String group);

    @Select("SELECT " + COLUMNS + " FROM ports ORDER BY id")
    List<PortRow> list();

    @Delete("DELETE FROM ports WHERE uuid = #{uuid}")
    int delete(String uuid);
}
