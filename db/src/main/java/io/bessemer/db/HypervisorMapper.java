package io.bessemer.db;

import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `hypervisors`.
interface HypervisorMapper {
    /// in the order of [HypervisorRow]'s components
    String COLUMNS = """
            node_uuid, pool, zone, state, reason, state_since, deadline, profile, generation, hypervisor, cloud, reimage, attempt, join_token_hash,
            join_token_expires, join_key_hash, certificate_serial, certificate_expires, address, facts, capacity, checks, verification,
            guests, reported_at, version, created_at, updated_at
            """;

    @Insert("""
            INSERT INTO hypervisors (
                node_uuid, pool, zone, state, reason, state_since, deadline, profile, generation, hypervisor, cloud, reimage, attempt, join_token_hash,
                join_token_expires, join_key_hash, certificate_serial, certificate_expires, address, facts, capacity, checks, verification,
                guests, reported_at, version, created_at, updated_at
            ) VALUES (
                #{nodeUuid}, #{pool}, #{zone}, #{state}, #{reason}, #{stateSince}, #{deadline}, #{profile}, #{generation}, #{hypervisor}, #{cloud}, #{reimage}, #{attempt},
                #{joinTokenHash}, #{joinTokenExpires}, #{joinKeyHash}, #{certificateSerial}, #{certificateExpires}, #{address}, #{facts}, #{capacity}, #{checks},
                #{verification}, #{guests}, #{reportedAt}, #{version}, #{createdAt}, #{updatedAt}
            )
            """)
    void insert(HypervisorRow row);

    /// @param row its version is the one that must be stored
    @Update("""
            UPDATE hypervisors
               SET state = #{state}, reason = #{reason}, state_since = #{stateSince}, deadline = #{deadline},
                   profile = #{profile}, generation = #{generation}, hypervisor = #{hypervisor}, cloud = #{cloud}, reimage = #{reimage}, attempt = #{attempt}, join_token_hash = #{joinTokenHash},
                   join_token_expires = #{joinTokenExpires}, join_key_hash = #{joinKeyHash},
                   certificate_serial = #{certificateSerial}, certificate_expires = #{certificateExpires}, address = #{address},
                   facts = #{facts}, capacity = #{capacity}, checks = #{checks}, verification = #{verification}, guests = #{guests},
                   reported_at = #{reportedAt}, version = version + 1, updated_at = #{updatedAt}
             WHERE node_uuid = #{nodeUuid} AND version = #{version}
            """)
    int update(HypervisorRow row);

    @Select("SELECT " + COLUMNS + " FROM hypervisors WHERE node_uuid = #{node}")
    HypervisorRow find(String node);

    @Select("SELECT " + COLUMNS + " FROM hypervisors ORDER BY id")
    List<HypervisorRow> list();

    @Select("SELECT " + COLUMNS + " FROM hypervisors WHERE pool = #{pool} ORDER BY id")
    List<HypervisorRow> ofPool(String pool);

    @Delete("DELETE FROM hypervisors WHERE node_uuid = #{node}")
    int delete(String node);
}
