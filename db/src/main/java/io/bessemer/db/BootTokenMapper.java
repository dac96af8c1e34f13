package io.bessemer.db;

import java.time.Instant;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Update;

/// Table `boot_tokens`.
interface BootTokenMapper {
    @Insert("""
            INSERT INTO boot_tokens (token_hash, node_uuid, attempt, expires_at)
            VALUES (#{tokenHash}, #{node}, #{attempt}, #{expiresAt})
            """)
    void insert(@Param("node") String node, @Param("attempt") long attempt, @Param("tokenHash") String tokenHash,
            @Param("expiresAt") Instant expiresAt);

    /// @return 1 for the one caller who used it up
    @Update("""
            UPDATE boot_tokens
               SET used_at = #{now}
             WHERE token_hash = #{tokenHash} AND node_uuid = #{node} AND attempt = #{attempt} AND used_at IS NULL AND expires_at > #{now}
            """)
    int use(@Param("node") String node, @Param("attempt") long attempt, @Param("tokenHash") String tokenHash, @Param("now") Instant now);

    @Delete("DELETE FROM boot_tokens WHERE node_uuid = #{node} AND expires_at <= #{now}")
    void deleteExpired(@Param("node") String node, @Param("now") Instant now);
}
