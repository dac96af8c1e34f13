package io.bessemer.db;

import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `webhooks`.
interface WebhookMapper {
    /// in the order of [WebhookRow]'s components
    String COLUMNS = "uuid, version, name, url, secret, types, authorities, enabled, retry_seconds, created_at, updated_at";

    @Insert("INSERT INTO webhooks (" + COLUMNS + """
            ) VALUES (#{uuid}, #{version}, #{name}, #{url}, #{secret}, #{types}, #{authorities}, #{enabled}, #{retrySeconds}, #{createdAt}, #{updatedAt})
            """)
    void insert(WebhookRow row);

    @Select("SELECT " + COLUMNS + " FROM webhooks WHERE uuid = #{uuid}")
    WebhookRow find(String uuid);

    @Select("SELECT " + COLUMNS + " FROM webhooks WHERE name = #{name}")
    WebhookRow findByName(String name);

    @Select("SELECT " + COLUMNS + " FROM webhooks ORDER BY id")
    List<WebhookRow> list();

    @Update("""
            UPDATE webhooks
               SET name = #{name}, url = #{url}, secret = #{secret}, types = #{types}, authorities = #{authorities}, enabled = #{enabled},
                   retry_seconds = #{retrySeconds}, version = version + 1, updated_at = #{updatedAt}
             WHERE uuid = #{uuid} AND version = #{version}
            """)
    int update(WebhookRow row);

    @Delete("DELETE FROM webhooks WHERE uuid = #{uuid}")
    int delete(String uuid);

    record WebhookRow(String uuid, long version, String name, String url, String secret, String types, String authorities, boolean enabled, long retrySeconds,
            Instant createdAt, Instant updatedAt) {}
}
