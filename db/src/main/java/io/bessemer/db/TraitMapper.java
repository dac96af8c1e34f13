package io.bessemer.db;

import java.util.Collection;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;

/// Table `node_traits`.
interface TraitMapper {
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
}
