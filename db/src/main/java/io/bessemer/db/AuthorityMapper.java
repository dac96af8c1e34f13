package io.bessemer.db;

import java.time.Instant;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;

/// Table `certificate_authority`: at most one row.
interface AuthorityMapper {
    /// null before the first use
    @Select("SELECT certificate, sealed_key FROM certificate_authority WHERE id = 1")
    AuthorityRow find();

    /// Keeps the first.
    @Insert("INSERT IGNORE INTO certificate_authority (id, certificate, sealed_key, created_at) VALUES (1, #{certificate}, #{sealedKey}, #{now})")
    void keep(@Param("certificate") String certificate, @Param("sealedKey") String sealedKey, @Param("now") Instant now);

    /// Filled by position.
    record AuthorityRow(String certificate, String sealedKey) {}
}
