package io.bessemer.db;

import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;

/// Table `node_vifs`.
interface VifMapper {
    /// in the order of [VifRow]'s components
    String COLUMNS = "node_uuid, vif, port_uuid, portgroup_uuid, attached_at";

    @Insert("INSERT INTO node_vifs (" + COLUMNS + ") VALUES (#{nodeUuid}, #{vif}, #{portUuid}, #{portgroupUuid}, #{attachedAt})")
    void insert(VifRow row);

    @Select("SELECT " + COLUMNS + " FROM node_vifs WHERE node_uuid = #{node} ORDER BY id")
    List<VifRow> ofNode(String node);

    @Delete("DELETE FROM node_vifs WHERE node_uuid = #{node} AND vif = #{vif}")
    int delete(@Param("node") String node, @Param("vif") String vif);

    @Delete("DELETE FROM node_vifs WHERE node_uuid = #{node}")
    int deleteAll(String node);
}
