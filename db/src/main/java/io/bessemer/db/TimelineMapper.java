package io.bessemer.db;

import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Lang;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;

/// Table `timeline`.
interface TimelineMapper {
    /// Stores nothing when the node is gone: firmware goes on talking after its node was deleted.
    @Insert("""
            INSERT INTO timeline (node_uuid, seen_at, attempt, phase, source, event, message, details)
            SELECT uuid, #{seenAt}, #{attempt}, #{phase}, #{source}, #{event}, #{message}, #{details}
              FROM nodes
             WHERE uuid = #{nodeUuid}
            """)
    void insert(TimelineRow row);

    /// Of nodes that are there.
    ///
    /// @param rows not empty
    @Lang(EachRow.class)
    @Insert("""
            INSERT INTO timeline (node_uuid, seen_at, attempt, phase, source, event, message, details)
            VALUES <each>(#{rows[].nodeUuid}, #{rows[].seenAt}, #{rows[].attempt}, #{rows[].phase}, #{rows[].source}, #{rows[].event}, #{rows[].message}, #{rows[].details})</each>
            """)
    void insertAll(@Param("rows") List<TimelineRow> rows);

    @Select("""
            SELECT id, node_uuid, seen_at, attempt, phase, source, event, message, details
              FROM timeline
             WHERE node_uuid = #{node}
             ORDER BY seen_at DESC, id DESC
             LIMIT #{limit}
            """)
    List<TimelineRow> newest(@Param("node") String node, @Param("limit") int limit);

    @Select("""
            SELECT id, node_uuid, seen_at, attempt, phase, source, event, message, details
              FROM timeline
             WHERE node_uuid = #{node} AND seen_at >= #{since}
             ORDER BY seen_at, id
             LIMIT #{limit}
            """)
    List<TimelineRow> since(@Param("node") String node, @Param("since") Instant since, @Param("limit") int limit);

    /// The newest event that is too old to keep; null when there are not so many.
    @Select("""
            SELECT id, node_uuid, seen_at, attempt, phase, source, event, message, details
              FROM timeline
             WHERE node_uuid = #{node}
             ORDER BY seen_at DESC, id DESC
             LIMIT 1 OFFSET #{keep}
            """)
    TimelineRow newestBeyond(@Param("node") String node, @Param("keep") int keep);

    @Delete("""
            DELETE FROM timeline
             WHERE node_uuid = #{nodeUuid} AND (seen_at < #{seenAt} OR (seen_at = #{seenAt} AND id <= #{id}))
            """)
    void deleteUpTo(TimelineRow last);

    /// @param id null before it is stored
    record TimelineRow(Long id, String nodeUuid, Instant seenAt, long attempt, String phase, String source, String event, String message,
            String details) {
    }
}
