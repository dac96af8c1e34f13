package io.bessemer.db;

import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Lang;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `flows`.
interface FlowMapper {
    /// in the order of [FlowRow]'s components
    String COLUMNS = """
            node_uuid, kind, attempt, step_cursor, args, memo, waiting_for, step_started_at, deadline, wake_at, retries, started_at
            """;

    @Select("SELECT " + COLUMNS + " FROM flows WHERE node_uuid = #{node}")
    FlowRow find(String node);

    /// @param nodes not empty
    @Lang(EachRow.class)
    @Select("SELECT node_uuid, attempt FROM flows WHERE node_uuid IN (<each>#{nodes[]}</each>)")
    List<AttemptRow> attempts(@Param("nodes") List<String> nodes);

    record AttemptRow(String nodeUuid, long attempt) {
    }

    @Select("SELECT " + COLUMNS + " FROM flows ORDER BY started_at, node_uuid")
    List<FlowRow> list();

    @Insert("""
            INSERT INTO flows (
                node_uuid, kind, attempt, step_cursor, args, memo, waiting_for, step_started_at, deadline, wake_at, retries, started_at
            ) VALUES (
                #{nodeUuid}, #{kind}, #{attempt}, #{stepCursor}, #{args}, #{memo}, #{waitingFor}, #{stepStartedAt}, #{deadline}, #{wakeAt},
                #{retries}, #{startedAt}
            )
            ON DUPLICATE KEY UPDATE
                kind = VALUES(kind), attempt = VALUES(attempt), step_cursor = VALUES(step_cursor), args = VALUES(args),
                memo = VALUES(memo), waiting_for = VALUES(waiting_for), step_started_at = VALUES(step_started_at),
                deadline = VALUES(deadline), wake_at = VALUES(wake_at), retries = VALUES(retries), started_at = VALUES(started_at)
            """)
    void start(FlowRow row);

    /// @return 0 when the stored flow is of another attempt, or there is none
    @Update("""
            UPDATE flows
               SET kind = #{kind}, step_cursor = #{stepCursor}, args = #{args}, memo = #{memo}, waiting_for = #{waitingFor},
                   step_started_at = #{stepStartedAt}, deadline = #{deadline}, wake_at = #{wakeAt}, retries = #{retries},
                   started_at = #{startedAt}
             WHERE node_uuid = #{nodeUuid} AND attempt = #{attempt}
            """)
    int save(FlowRow row);

    @Delete("DELETE FROM flows WHERE node_uuid = #{node}")
    void end(String node);
}
