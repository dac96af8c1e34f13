package io.bessemer.db;

import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `event_sinks`.
interface SinkMapper {
    /// in the order of [SinkRow]'s components
    String COLUMNS = "name, told, delivered, dropped, attempts, failing_since, last_error, last_delivered_at";

    /// Begins with what is committed after now, numbered or not.
    @Insert("""
            INSERT INTO event_sinks (name, told, delivered, dropped, attempts)
            SELECT #{name}, last, 0, 0, 0 FROM event_numbers WHERE id = 1
            """)
    void insert(String name);

    @Update("""
            UPDATE event_sinks
               SET holder = #{holder}, held_until = #{until}
             WHERE name = #{name} AND (holder IS NULL OR holder = #{holder} OR held_until < #{now})
            """)
    int hold(@Param("name") String name, @Param("holder") String holder, @Param("now") Instant now, @Param("until") Instant until);

    @Update("""
            UPDATE event_sinks
               SET told = #{row.told}, delivered = #{row.delivered}, dropped = #{row.dropped}, attempts = #{row.attempts}, failing_since = #{row.failingSince},
                   last_error = #{row.lastError}, last_delivered_at = #{row.lastDeliveredAt}, held_until = #{until}
             WHERE name = #{row.name} AND holder = #{holder}
            """)
    int keep(@Param("row") SinkRow row, @Param("holder") String holder, @Param("until") Instant until);

    @Update("UPDATE event_sinks SET holder = NULL, held_until = NULL WHERE name = #{name} AND holder = #{holder}")
    void release(@Param("name") String name, @Param("holder") String holder);

    @Select("SELECT " + COLUMNS + " FROM event_sinks WHERE name = #{name}")
    SinkRow find(String name);

    @Select("SELECT " + COLUMNS + " FROM event_sinks ORDER BY name")
    List<SinkRow> list();

    @Delete("DELETE FROM event_sinks WHERE name = #{name}")
    void delete(String name);

    record SinkRow(String name, long told, long delivered, long dropped, int attempts, Instant failingSince, String lastError, Instant lastDeliveredAt) {}
}
