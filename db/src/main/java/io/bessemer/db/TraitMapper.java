package io.bessemer.db;

import java.util.Collection;
import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;

/// Table `node_traits`.
interface TraitMapper {
    @Select("SELECT trait FROM node_traits WHERE node_uuid = #{node}")
    List<String> ofNode(String node);

    /// @param nodes not empty
    @Select("""
            <script>
            SELECT node_uuid, trait FROM node_traits
             WHERE node_uuid IN <foreach collection="nodes" item="node" open="(" separator="," close=")">#{node}</foreach>
            </script>
            """)
    List<TraitRow> ofNodes(@Param("nodes") Collection<String> nodes);

    /// @param traits not empty
    @Insert("""
            <script>
            INSERT INTO node_traits (node_uuid, trait)
            VALUES <foreach collection="traits" item="trait" separator=",">(#{node}, #{trait})</foreach>
            </script>
            """)
    void insert(@Param("node") String node, @Param("traits") Collection<String> traits);

    @Delete("DELETE FROM node_traits WHERE node_uuid = #{node}")
    void deleteOf(String node);

    record TraitRow(String nodeUuid, String trait) {}
}
