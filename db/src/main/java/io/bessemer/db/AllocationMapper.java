package io.bessemer.db;

import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `allocations`.
interface AllocationMapper {
    /// in the order of [AllocationRow]'s components
    String COLUMNS = "uuid, version, name, node_uuid, state, last_error, resource_class, traits, candidate_nodes, owner, extra, created_at, updated_at";

    @Insert("INSERT INTO allocations (" + COLUMNS + """
            ) VALUES (#{uuid}, #{version}, #{name}, #{nodeUuid}, #{state}, #{lastError}, #{resourceClass}, #{traits}, #{candidateNodes}, #{owner},
                #{extra}, #{createdAt}, #{updatedAt})
            """)
    void insert(AllocationRow row);

    @Select("SELECT " + COLUMNS + " FROM allocations WHERE uuid = #{uuid}")
    AllocationRow find(String uuid);

    @Select("SELECT " + COLUMNS + " FROM allocations WHERE name = #{name}")
    AllocationRow findByName(String name);

    @Select("SELECT " + COLUMNS + " FROM allocations WHERE node_uuid = #{node}")
    AllocationRow ofNode(String node);

    @Select("SELECT " + COLUMNS + " FROM allocations ORDER BY id")
    List<AllocationRow> list();

    @Select("SELECT " + COLUMNS + " FROM allocations WHERE state = #{state} ORDER BY id")
    List<AllocationRow> in(String state);

    @Update("""
            UPDATE allocations
               SET name = #{name}, extra = #{extra}, version = version + 1, updated_at = #{updatedAt}
             WHERE uuid = #{uuid} AND version = #{version}
            """)
    int update(AllocationRow row);

    /// @return 0 when it is gone, or not `allocating` any more
    @Update("""
            UPDATE allocations
               SET state = 'active', node_uuid = #{node}, last_error = NULL, version = version + 1, updated_at = #{now}
             WHERE uuid = #{uuid} AND state = 'allocating'
            """)
    int activate(@Param("uuid") String uuid, @Param("node") String node, @Param("now") Instant now);

    @Update("""
            UPDATE allocations
               SET state = 'error', last_error = #{reason}, version = version + 1, updated_at = #{now}
             WHERE uuid = #{uuid} AND state = 'allocating'
            """)
    int fail(@Param("uuid") String uuid, @Param("reason") String reason, @Param("now") Instant now);

    @Delete("DELETE FROM allocations WHERE uuid = #{uuid}")
    int delete(String uuid);

    @Delete("DELETE FROM allocations WHERE uuid = #{uuid} AND node_uuid IS NULL")
    int deleteWithoutNode(String uuid);
}
