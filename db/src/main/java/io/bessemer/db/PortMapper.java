package io.bessemer.db;

import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Lang;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `ports`.
interface PortMapper {
    /// in the order of [PortRow]'s components
    String COLUMNS = """
            n.uuid, n.node_uuid, n.address, n.pxe_enabled, n.extra, n.internal_info, n.local_link_connection, n.physical_network, n.portgroup_uuid,
            n.smart_nic, n.name, n.description, n.vendor, n.category, n.dynamic_portgroup, n.created_at, n.updated_at,
            (SELECT v.vif FROM node_vifs v WHERE v.port_uuid = n.uuid) AS tenant_vif
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

    @Select("SELECT " + COLUMNS + " FROM ports n WHERE n.uuid = #{uuid}")
    PortRow find(String uuid);

    @Select("SELECT " + COLUMNS + " FROM ports n WHERE n.address = #{address}")
    PortRow findByAddress(String address);

    @Select("SELECT node_uuid, pxe_enabled FROM ports WHERE address = #{address}")
    OwnerRow ownerOf(String address);

    record OwnerRow(String nodeUuid, boolean pxeEnabled) {
    }

    /// @param addresses not empty
    @Lang(EachRow.class)
    @Select("SELECT address, node_uuid, pxe_enabled FROM ports WHERE address IN (<each>#{addresses[]}</each>)")
    List<OwnedRow> ownersOf(@Param("addresses") List<String> addresses);

    record OwnedRow(String address, String nodeUuid, boolean pxeEnabled) {
    }

    @Select("SELECT " + COLUMNS + " FROM ports n WHERE n.name = #{name}")
    PortRow findByName(String name);

    @Select("SELECT " + COLUMNS + " FROM ports n WHERE n.node_uuid = #{node} ORDER BY n.id")
    List<PortRow> ofNode(String node);

    @Select("SELECT " + COLUMNS + " FROM ports n WHERE n.portgroup_uuid = #{group} ORDER BY n.id")
    List<PortRow> ofPortgroup(String group);

    /// null when there is no such port
    @Select("SELECT id FROM ports WHERE uuid = #{uuid}")
    Long idOf(String uuid);

    /// `sort` is a column by [SortColumns], never from a client. NULL makes a list for `IN` of one without entries, and is equal to nothing.
    @Select("<script>SELECT " + COLUMNS + """
            FROM ports n
            <if test="marker != null and sort != null">JOIN ports m ON m.id = #{marker}</if>
            <if test="ofNodes">JOIN nodes o ON o.uuid = n.node_uuid</if>
            <where>
                <if test="q.shards != null">
                    AND o.shard IN (NULL <foreach collection="q.shards" item="shard">, #{shard}</foreach>)
                </if>
                <if test="q.conductorGroups != null">
                    AND o.conductor_group IN (NULL <foreach collection="q.conductorGroups" item="group">, #{group}</foreach>)
                </if>
                <if test="q.visibleTo != null">AND (o.owner = #{q.visibleTo} OR o.lessee = #{q.visibleTo})</if>
                <if test="q.descriptionContains != null">AND LOCATE(LOWER(#{q.descriptionContains}), LOWER(n.description)) &gt; 0</if>
            """ + Keyset.AFTER_MARKER + "</where>" + Keyset.ONE_PAGE + "</script>")
    List<PortRow> list(PortListing listing);

    @Delete("DELETE FROM ports WHERE uuid = #{uuid}")
    int delete(String uuid);
}
