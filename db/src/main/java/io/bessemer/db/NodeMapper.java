package io.bessemer.db;

import io.bessemer.core.node.NodeStore.ShardSize;
import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// Table `nodes`.
interface NodeMapper {
    /// in the order of [NodeRow]'s components
    String COLUMNS = """
            n.id, n.uuid, n.version, n.attempt, n.name, n.driver, n.interfaces, n.driver_info, n.driver_internal_info,
            n.instance_info, n.properties, n.extra, n.network_data, n.raid_config, n.target_raid_config, n.clean_step,
            n.deploy_step, n.service_step, n.instance_uuid, n.instance_name, n.chassis_uuid, n.allocation_uuid, n.parent_node,
            n.resource_class, n.conductor_group, n.conductor, n.owner, n.lessee, n.description, n.shard, n.power_state,
            n.target_power_state, n.provision_state, n.target_provision_state, n.provision_updated_at, n.inspection_started_at,
            n.inspection_finished_at, n.maintenance, n.maintenance_reason, n.fault, n.last_error, n.reservation,
            n.console_enabled, n.automated_clean, n.protected_from_delete, n.protected_reason, n.retired, n.retired_reason,
            n.disable_power_off, n.boot_mode, n.secure_boot, n.created_at, n.updated_at,
            (SELECT GROUP_CONCAT(t.trait) FROM node_traits t WHERE t.node_uuid = n.uuid) AS traits
            """;

    /// in the order of [NodeBriefRow]'s components
    String BRIEF_COLUMNS = """
            n.uuid, n.name, n.driver, n.instance_uuid, n.resource_class, n.owner, n.lessee, n.power_state, n.target_power_state, n.provision_state,
            n.target_provision_state, n.maintenance, n.last_error, n.reservation
            """;

    /// in the order of [NodePowerRow]'s components
    String POWER_COLUMNS = "n.uuid, n.version, n.driver, n.power_state, n.provision_state, n.maintenance, n.fault ";

    /// `sort` is a column by [SortColumns], never from a client.
    String LISTED = """
            FROM nodes n
            <if test="marker != null and sort != null">JOIN nodes m ON m.id = #{marker}</if>
            <where>
                <if test="instance != null">AND n.instance_uuid = #{instance}</if>
                <if test="q.associated != null and q.associated">AND n.instance_uuid IS NOT NULL</if>
                <if test="q.associated != null and !q.associated">AND n.instance_uuid IS NULL</if>
                <if test="q.maintenance != null">AND n.maintenance = #{q.maintenance}</if>
                <if test="q.retired != null">AND n.retired = #{q.retired}</if>
                <if test="!states.isEmpty()">
                    AND n.provision_state IN <foreach collection="states" item="state" open="(" separator="," close=")">#{state}</foreach>
                </if>
                <if test="q.driver != null">AND n.driver = #{q.driver}</if>
                <if test="q.resourceClass != null">AND n.resource_class = #{q.resourceClass}</if>
                <if test="fault != null">AND n.fault = #{fault}</if>
                <if test="q.conductorGroup != null">AND n.conductor_group = #{q.conductorGroup}</if>
                <if test="q.conductor != null">AND n.conductor = #{q.conductor}</if>
                <if test="q.owner != null">AND n.owner = #{q.owner}</if>
                <if test="q.lessee != null">AND n.lessee = #{q.lessee}</if>
                <if test="q.visibleTo != null">AND (n.owner = #{q.visibleTo} OR n.lessee = #{q.visibleTo})</if>
                <if test="chassis != null">AND n.chassis_uuid = #{chassis}</if>
                <if test="q.shard != null">AND n.shard = #{q.shard}</if>
                <if test="q.descriptionContains != null">AND LOCATE(LOWER(#{q.descriptionContains}), LOWER(n.description)) &gt; 0</if>
                <if test="parent != null">AND n.parent_node = #{parent}</if>
                <if test="parent == null and q.noChildren">AND n.parent_node IS NULL</if>
            """ + Keyset.AFTER_MARKER + "</where>" + Keyset.ONE_PAGE;

    @Insert("""
            INSERT INTO nodes (
                uuid, version, attempt, name, driver, interfaces, driver_info, driver_internal_info, instance_info, properties,
                extra, network_data, raid_config, target_raid_config, clean_step, deploy_step, service_step, instance_uuid,
                instance_name, chassis_uuid, allocation_uuid, parent_node, resource_class, conductor_group, conductor, owner,
                lessee, description, shard, power_state, target_power_state, provision_state, target_provision_state,
                provision_updated_at, inspection_started_at, inspection_finished_at, maintenance, maintenance_reason, fault,
                last_error, reservation, console_enabled, automated_clean, protected_from_delete, protected_reason, retired,
                retired_reason, disable_power_off, boot_mode, secure_boot, created_at, updated_at
            ) VALUES (
                #{uuid}, #{version}, #{attempt}, #{name}, #{driver}, #{interfaces}, #{driverInfo}, #{driverInternalInfo},
                #{instanceInfo}, #{properties}, #{extra}, #{networkData}, #{raidConfig}, #{targetRaidConfig}, #{cleanStep},
                #{deployStep}, #{serviceStep}, #{instanceUuid}, #{instanceName}, #{chassisUuid}, #{allocationUuid},
                #{parentNode}, #{resourceClass}, #{conductorGroup}, #{conductor}, #{owner}, #{lessee}, #{description}, #{shard},
                #{powerState}, #{targetPowerState}, #{provisionState}, #{targetProvisionState}, #{provisionUpdatedAt},
                #{inspectionStartedAt}, #{inspectionFinishedAt}, #{maintenance}, #{maintenanceReason}, #{fault}, #{lastError},
                #{reservation}, #{consoleEnabled}, #{automatedClean}, #{protectedFromDelete}, #{protectedReason}, #{retired},
                #{retiredReason}, #{disablePowerOff}, #{bootMode}, #{secureBoot}, #{createdAt}, #{updatedAt}
            )
            """)
    void insert(NodeRow row);

    /// @return 0 when the node is gone, or is not at `expectedVersion` any more
    @Update("""
            UPDATE nodes
               SET version = #{expectedVersion} + 1,
                   attempt = #{row.attempt}, name = #{row.name}, driver = #{row.driver},
                   interfaces = COALESCE(#{row.interfaces}, interfaces), driver_info = COALESCE(#{row.driverInfo}, driver_info),
                   driver_internal_info = COALESCE(#{row.driverInternalInfo}, driver_internal_info),
                   instance_info = COALESCE(#{row.instanceInfo}, instance_info),
                   properties = COALESCE(#{row.properties}, properties), extra = COALESCE(#{row.extra}, extra),
                   network_data = COALESCE(#{row.networkData}, network_data),
                   raid_config = COALESCE(#{row.raidConfig}, raid_config),
                   target_raid_config = COALESCE(#{row.targetRaidConfig}, target_raid_config),
                   clean_step = COALESCE(#{row.cleanStep}, clean_step), deploy_step = COALESCE(#{row.deployStep}, deploy_step),
                   service_step = COALESCE(#{row.serviceStep}, service_step), instance_uuid = #{row.instanceUuid},
                   instance_name = #{row.instanceName}, chassis_uuid = #{row.chassisUuid},
                   allocation_uuid = #{row.allocationUuid}, parent_node = #{row.parentNode},
                   resource_class = #{row.resourceClass}, conductor_group = #{row.conductorGroup}, conductor = #{row.conductor},
                   owner = #{row.owner}, lessee = #{row.lessee}, description = #{row.description}, shard = #{row.shard},
                   power_state = #{row.powerState}, target_power_state = #{row.targetPowerState},
                   provision_state = #{row.provisionState}, target_provision_state = #{row.targetProvisionState},
                   provision_updated_at = #{row.provisionUpdatedAt}, inspection_started_at = #{row.inspectionStartedAt},
                   inspection_finished_at = #{row.inspectionFinishedAt}, maintenance = #{row.maintenance},
                   maintenance_reason = #{row.maintenanceReason}, fault = #{row.fault}, last_error = #{row.lastError},
                   reservation = #{row.reservation}, console_enabled = #{row.consoleEnabled},
                   automated_clean = #{row.automatedClean}, protected_from_delete = #{row.protectedFromDelete},
                   protected_reason = #{row.protectedReason}, retired = #{row.retired}, retired_reason = #{row.retiredReason},
                   disable_power_off = #{row.disablePowerOff}, boot_mode = #{row.bootMode}, secure_boot = #{row.secureBoot},
                   updated_at = #{row.updatedAt}
             WHERE uuid = #{row.uuid} AND version = #{expectedVersion}
            """)
    int update(@Param("row") NodeRow row, @Param("expectedVersion") long expectedVersion);

    @Select("SELECT " + COLUMNS + " FROM nodes n WHERE n.uuid = #{uuid}")
    NodeRow find(String uuid);

    @Select("SELECT " + COLUMNS + " FROM nodes n WHERE n.name = #{name}")
    NodeRow findByName(String name);

    @Select("SELECT " + COLUMNS + " FROM nodes n WHERE n.instance_uuid = #{instance}")
    NodeRow findByInstance(String instance);

    /// null when there is no such node
    @Select("SELECT id FROM nodes WHERE uuid = #{uuid}")
    Long idOf(String uuid);

    @Select("<script>SELECT " + COLUMNS + LISTED + "</script>")
    List<NodeRow> list(NodeListing listing);

    @Select("<script>SELECT " + BRIEF_COLUMNS + LISTED + "</script>")
    List<NodeBriefRow> listBrief(NodeListing listing);

    @Select("<script>SELECT " + POWER_COLUMNS + LISTED + "</script>")
    List<NodePowerRow> listPower(NodeListing listing);

    @Select("SELECT shard, COUNT(*) FROM nodes GROUP BY shard ORDER BY COUNT(*) DESC, shard")
    List<ShardSize> shards();

    @Select("SELECT provision_state, maintenance, COUNT(*) AS nodes FROM nodes GROUP BY provision_state, maintenance")
    List<StateCountRow> counts();

    record StateCountRow(String provisionState, boolean maintenance, int nodes) {}

    @Delete("DELETE FROM nodes WHERE uuid = #{uuid}")
    int delete(String uuid);
}
