package io.bessemer.db;

/// Paging by the last row of the page before, for listings with a `marker` (its id), a `sort` (a column that no client wrote; null for the order of creation)
/// and a query `q` with `descending` and `limit`.
///
/// `n` is a row and `m` the marker's, which whoever pages joins when there are both a marker and a sort. Both databases sort NULL before everything else, so
/// "after a NULL" is "not NULL, or a NULL with a higher id".
final class Keyset {
    static final String AFTER_MARKER = """
                <if test="marker != null and sort == null and !q.descending">AND n.id &gt; #{marker}</if>
                <if test="marker != null and sort == null and q.descending">AND n.id &lt; #{marker}</if>
                <if test="marker != null and sort != null and !q.descending">
                    AND (n.${sort} &gt; m.${sort}
                      OR (n.${sort} = m.${sort} AND n.id &gt; m.id)
                      OR (m.${sort} IS NULL AND (n.${sort} IS NOT NULL OR n.id &gt; m.id)))
                </if>
                <if test="marker != null and sort != null and q.descending">
                    AND (n.${sort} &lt; m.${sort}
                      OR (n.${sort} = m.${sort} AND n.id &lt; m.id)
                      OR (n.${sort} IS NULL AND (m.${sort} IS NOT NULL OR n.id &lt; m.id)))
                </if>
            """;

    static final String ONE_PAGE = """
            ORDER BY
            <if test="sort != null">n.${sort} <if test="q.descending">DESC</if>,</if>
            n.id <if test="q.descending">DESC</if>
            <if test="q.limit &gt; 0">LIMIT #{q.limit}</if>
            """;

    private Keyset() {}
}
