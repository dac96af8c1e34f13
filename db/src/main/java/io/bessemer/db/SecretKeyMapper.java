package io.bessemer.db;

import java.time.Instant;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;

/// Table `secret_keys`: at most one row.
interface SecretKeyMapper {
    /// null before the first start
    @Select("SELECT key_id FROM secret_keys WHERE id = 1")
    String keyId();

    /// Keeps the first.
    @Insert("INSERT IGNORE INTO secret_keys (id, key_id, created_at) VALUES (1, #{keyId}, #{now})")
    void remember(@Param("keyId") String keyId, @Param("now") Instant now);
}
