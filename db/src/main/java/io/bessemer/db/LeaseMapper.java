package io.bessemer.db;

import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Lang;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `leases`.
interface LeaseMapper {
    @Select("SELECT mac, address, expires_at FROM leases ORDER BY mac")
    List<LeaseRow> list();

    @Select("SELECT mac, address, expires_at FROM leases WHERE mac = #{mac}")
    LeaseRow find(String mac);

    @Select("SELECT mac, address, expires_at FROM leases WHERE address = #{address}")
    LeaseRow holder(String address);

    /// Not `ON DUPLICATE KEY UPDATE`: with two unique keys it would take the address from another MAC.
    @Update("UPDATE leases SET address = #{address}, expires_at = #{expiresAt} WHERE mac = #{mac}")
    int update(LeaseRow row);

    @Insert("INSERT INTO leases (mac, address, expires_at) VALUES (#{mac}, #{address}, #{expiresAt})")
    void insert(LeaseRow row);

    /// @param rows not empty
    @Lang(EachRow.class)
    @Insert("INSERT INTO leases (mac, address, expires_at) VALUES <each>(#{rows[].mac}, #{rows[].address}, #{rows[].expiresAt})</each>")
    void insertAll(@Param("rows") List<LeaseRow> rows);

    /// Which of these have a lease.
    ///
    /// @param macs not empty
    @Lang(EachRow.class)
    @Select("SELECT mac FROM leases WHERE mac IN (<each>#{macs[]}</each>)")
    List<String> present(@Param("macs") List<String> macs);

    @Delete("DELETE FROM leases WHERE mac = #{mac} AND address = #{address} AND expires_at <= #{expiresAt}")
    void delete(LeaseRow row);

    record LeaseRow(String mac, String address, Instant expiresAt) {}
}
