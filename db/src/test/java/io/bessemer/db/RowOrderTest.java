package io.bessemer.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.pool.AvailabilityZone;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// MyBatis fills a row record by position. A column list in another order would swap fields without a word.
class RowOrderTest {
    @Test
    void columns_stand_in_the_order_of_the_components() {
        assertThat(columns(NodeMapper.COLUMNS)).isEqualTo(components(NodeRow.class));
        assertThat(columns(NodeMapper.BRIEF_COLUMNS)).isEqualTo(components(NodeBriefRow.class));
        assertThat(columns(NodeMapper.POWER_COLUMNS)).isEqualTo(components(NodePowerRow.class));
        assertThat(columns(PortMapper.COLUMNS)).isEqualTo(components(PortRow.class));
        assertThat(columns(PortgroupMapper.COLUMNS)).isEqualTo(components(PortgroupRow.class));
        assertThat(columns(VifMapper.COLUMNS)).isEqualTo(components(VifRow.class));
        assertThat(columns(VolumeConnectorMapper.COLUMNS)).isEqualTo(components(VolumeConnectorRow.class));
        assertThat(columns(VolumeTargetMapper.COLUMNS)).isEqualTo(components(VolumeTargetRow.class));
        assertThat(columns(FlowMapper.COLUMNS)).isEqualTo(components(FlowRow.class));
        assertThat(columns(CommandMapper.COLUMNS)).isEqualTo(components(CommandRow.class));
        assertThat(columns(ZoneMapper.COLUMNS)).isEqualTo(components(AvailabilityZone.class));
        assertThat(columns(HostProfileMapper.COLUMNS)).isEqualTo(components(HostProfileRow.class));
        assertThat(columns(HostPoolMapper.COLUMNS)).isEqualTo(components(HostPoolRow.class));
        assertThat(columns(HypervisorMapper.COLUMNS)).isEqualTo(components(HypervisorRow.class));
        assertThat(columns(GuestMapper.COLUMNS)).isEqualTo(components(GuestRow.class));
        assertThat(columns(AllocationMapper.COLUMNS)).isEqualTo(components(AllocationRow.class));
        assertThat(columns(PlanMapper.COLUMNS)).isEqualTo(components(PlanRow.class));
        assertThat(columns(EventMapper.COLUMNS)).isEqualTo(components(EventMapper.EventRow.class));
        assertThat(columns(WebhookMapper.COLUMNS)).isEqualTo(components(WebhookMapper.WebhookRow.class));
        assertThat(columns(SinkMapper.COLUMNS)).isEqualTo(components(SinkMapper.SinkRow.class));
        assertThat(columns(GuestMoveMapper.COLUMNS)).isEqualTo(components(GuestMoveRow.class));
    }

    private static List<String> columns(String list) {
        return Arrays.stream(list.strip().split(",\\s*")).map(column -> column.replaceFirst("(?s)^\\(.* AS ", "").replaceFirst("^\\w\\.", "")).toList();
    }

    private static List<String> components(Class<? extends Record> row) {
        return Arrays.stream(row.getRecordComponents()).map(RecordComponent::getName)
                .map(name -> name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT)).toList();
    }
}
