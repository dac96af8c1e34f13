package io.bessemer.db;

import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Tables `events` and `event_numbers`.
interface EventMapper {
    /// in the order of [EventRow]'s components
    String COLUMNS = "seq, uuid, happened_at, type, node_uuid, owner, lessee, data";

    /// @param rows not empty
    @Insert("""
            <script>
            INSERT INTO events (uuid, happened_at, type, node_uuid, owner, lessee, data)
            VALUES <foreach collection="rows" item="row" separator=",">
                (#{row.uuid}, #{row.happenedAt}, #{row.type}, #{row.nodeUuid}, #{row.owner}, #{row.lessee}, #{row.data})
            </foreach>
            </script>
            """)
    void insert(@Param("rows") List<EventRow> rows);

    /// Whose the node is, its row tells. Stores nothing when the node is gone.
    @Insert("""
            INSERT INTO events (uuid, happened_at, type, node_uuid, owner, lessee, data)
            SELECT #{uuid}, #{happenedAt}, #{type}, uuid, owner, lessee, #{data}
              FROM nodes
             WHERE uuid = #{nodeUuid}
            """)
    void insertOfNode(EventRow row);

    @Select("SELECT " + COLUMNS + " FROM events WHERE seq > #{after} ORDER BY seq LIMIT #{most}")
    List<EventRow> read(@Param("after") long after, @Param("most") int most);

    @Select("SELECT id FROM events WHERE seq IS NULL ORDER BY id LIMIT #{most}")
    List<Long> unnumbered(int most);

    @Select("SELECT last, trimmed FROM event_numbers WHERE id = 1")
    NumbersRow numbers();

    /// One numberer at a time.
    @Select("SELECT last, trimmed FROM event_numbers WHERE id = 1 FOR UPDATE")
    NumbersRow lockNumbers();

    /// @param numbered not empty
    @Update("""
            <script>
            UPDATE events
               SET seq = CASE id <foreach collection="numbered" item="one">WHEN #{one.id} THEN #{one.seq} </foreach> END
             WHERE id IN <foreach collection="numbered" item="one" open="(" separator="," close=")">#{one.id}</foreach>
            </script>
            """)
    void number(@Param("numbered") List<Numbered> numbered);

    @Update("UPDATE event_numbers SET last = #{last} WHERE id = 1")
    void lastIs(long last);

    /// Of the oldest `most`, the newest that happened before `before`; null for none.
    @Select("""
            SELECT MAX(o.seq)
              FROM (SELECT seq, happened_at FROM events WHERE seq IS NOT NULL ORDER BY seq LIMIT #{most}) o
             WHERE o.happened_at < #{before}
            """)
    Long newestBefore(@Param("before") Instant before, @Param("most") int most);

    @Delete("DELETE FROM events WHERE seq <= #{last}")
    int deleteUpTo(long last);

    @Update("UPDATE event_numbers SET trimmed = #{last} WHERE id = 1 AND trimmed < #{last}")
    void trimmedTo(long last);

    /// @param seq null before it is numbered
    record EventRow(Long seq, String uuid, Instant happenedAt, String type, String nodeUuid, String owner, String lessee, String data) {}

    record NumbersRow(long last, long trimmed) {}

    record Numbered(long id, long seq) {}
}
