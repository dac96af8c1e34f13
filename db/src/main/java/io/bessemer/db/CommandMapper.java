package io.bessemer.db;

import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `agent_commands`.
interface CommandMapper {
    /// in the order of [CommandRow]'s components
    String COLUMNS = """
            uuid, node_uuid, attempt, step, kind, params, status, progress, result, error, created_at, updated_at
            """;

    @Insert("""
            INSERT INTO agent_commands (
                uuid, node_uuid, attempt, step, kind, params, status, progress, result, error, created_at, updated_at
            ) VALUES (
                #{uuid}, #{nodeUuid}, #{attempt}, #{step}, #{kind}, #{params}, #{status}, #{progress}, #{result}, #{error}, #{createdAt},
                #{updatedAt}
            )
            """)
    void insert(CommandRow row);

    @Select("SELECT " + COLUMNS + " FROM agent_commands WHERE uuid = #{uuid}")
    CommandRow find(String uuid);

    @Select("SELECT " + COLUMNS + " FROM agent_commands WHERE node_uuid = #{node} AND attempt = #{attempt} AND step = #{step}")
    CommandRow ofStep(@Param("node") String node, @Param("attempt") long attempt, @Param("step") String step);

    @Select("SELECT " + COLUMNS + """
              FROM agent_commands
             WHERE node_uuid = #{node} AND attempt = #{attempt} AND status IN ('QUEUED', 'RUNNING')
             ORDER BY id
             LIMIT 1
            """)
    CommandRow next(@Param("node") String node, @Param("attempt") long attempt);

    @Select("SELECT " + COLUMNS + " FROM agent_commands WHERE node_uuid = #{node} AND attempt = #{attempt} ORDER BY id")
    List<CommandRow> ofAttempt(@Param("node") String node, @Param("attempt") long attempt);

    /// @return 0 when the command is gone or finished
    @Update("""
            UPDATE agent_commands
               SET status = #{status}, progress = #{progress}, result = #{result}, error = #{error}, updated_at = #{updatedAt}
             WHERE uuid = #{uuid} AND status IN ('QUEUED', 'RUNNING')
            """)
    int report(CommandRow row);

    @Update("""
            UPDATE agent_commands
               SET status = 'FAILED', error = #{reason}, updated_at = #{at}
             WHERE node_uuid = #{node} AND status IN ('QUEUED', 'RUNNING')
            """)
    void failUnfinished(@Param("node") String node, @Param("reason") String reason, @Param("at") Instant at);

    @Delete("DELETE FROM agent_commands WHERE node_uuid = #{node} AND attempt < #{attempt}")
    void deleteBefore(@Param("node") String node, @Param("attempt") long attempt);
}
