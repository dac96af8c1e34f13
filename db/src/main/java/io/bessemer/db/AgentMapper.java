package io.bessemer.db;

import java.time.Instant;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `agent_sessions`.
interface AgentMapper {
    @Select("""
            SELECT node_uuid, token_hash, attempt, boot_mac, address, agent_version, boot_mode, started_at, last_seen_at
              FROM agent_sessions
             WHERE node_uuid = #{node}
            """)
    SessionRow find(String node);

    @Insert("""
            INSERT INTO agent_sessions (node_uuid, token_hash, attempt, boot_mac, address, agent_version, boot_mode, started_at, last_seen_at)
            VALUES (#{nodeUuid}, #{tokenHash}, #{attempt}, #{bootMac}, #{address}, #{agentVersion}, #{bootMode}, #{startedAt}, #{lastSeenAt})
            ON DUPLICATE KEY UPDATE
                token_hash = VALUES(token_hash), attempt = VALUES(attempt), boot_mac = VALUES(boot_mac), address = VALUES(address),
                agent_version = VALUES(agent_version), boot_mode = VALUES(boot_mode), started_at = VALUES(started_at),
                last_seen_at = VALUES(last_seen_at)
            """)
    void open(SessionRow row);

    @Update("UPDATE agent_sessions SET last_seen_at = #{at} WHERE node_uuid = #{node} AND last_seen_at < #{at}")
    void seen(@Param("node") String node, @Param("at") Instant at);

    @Update("UPDATE agent_sessions SET attempt = #{attempt} WHERE node_uuid = #{node} AND attempt < #{attempt}")
    void adopt(@Param("node") String node, @Param("attempt") long attempt);

    @Delete("DELETE FROM agent_sessions WHERE node_uuid = #{node}")
    void close(String node);

    record SessionRow(String nodeUuid, String tokenHash, long attempt, String bootMac, String address, String agentVersion, String bootMode,
            Instant startedAt, Instant lastSeenAt) {
    }
}
