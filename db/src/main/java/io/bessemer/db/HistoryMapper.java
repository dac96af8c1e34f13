package io.bessemer.db;

import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;

/// Table `node_history`.
interface HistoryMapper {
    @Insert("""
            INSERT INTO node_history (uuid, node_uuid, happened_at, conductor, severity, event_type, event, requested_by, project, state, target_state,
                                      seconds_in_state)
            VALUES (#{uuid}, #{nodeUuid}, #{happenedAt}, #{conductor}, #{severity}, #{eventType}, #{event}, #{requestedBy}, #{project}, #{state}, #{targetState},
                    #{secondsInState})
            """)
    void insert(HistoryRow row);

    /// newest first
    @Select("""
            SELECT uuid, node_uuid, happened_at, conductor, severity, event_type, event, requested_by, project, state, target_state, seconds_in_state
              FROM node_history
             WHERE node_uuid = #{node}
             ORDER BY id DESC
             LIMIT #{limit}
            """)
    List<HistoryRow> newest(@Param("node") String node, @Param("limit") int limit);

    /// Id of the newest entry that is too old to keep; null when there are not so many.
    @Select("SELECT id FROM node_history WHERE node_uuid = #{node} ORDER BY id DESC LIMIT 1 OFFSET #{keep}")
    Long newestBeyond(@Param("node") String node, @Param("keep") int keep);

    @Delete("DELETE FROM node_history WHERE node_uuid = #{node} AND id <= #{id}")
    void deleteUpTo(@Param("node") String node, @Param("id") long id);

    record HistoryRow(String uuid, String nodeUuid, Instant happenedAt, String conductor, String severity, String eventType, String event,
            String requestedBy, String project, String state, String targetState, Long secondsInState) {
    }
}
