package io.bessemer.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.apache.ibatis.mapping.BoundSql;
import org.apache.ibatis.mapping.ParameterMapping;
import org.apache.ibatis.mapping.SqlSource;
import org.apache.ibatis.session.Configuration;
import org.junit.jupiter.api.Test;

class EachRowTest {
    private final Configuration configuration = new Configuration();

    @Test
    void the_part_stands_once_for_each_row_with_the_parameters_of_that_row() {
        SqlSource source = source("INSERT INTO leases (mac, address) VALUES <each>(#{rows[].mac}, #{rows[].address})</each>");
        BoundSql two = source.getBoundSql(Map.of("rows", List.of("a", "b")));
        assertThat(two.getSql()).isEqualTo("INSERT INTO leases (mac, address) VALUES (?, ?), (?, ?)");
        assertThat(two.getParameterMappings()).extracting(ParameterMapping::getProperty).containsExactly("rows[0].mac", "rows[0].address", "rows[1].mac", "rows[1].address");
        assertThat(source.getBoundSql(Map.of("rows", List.of("a"))).getSql()).isEqualTo("INSERT INTO leases (mac, address) VALUES (?, ?)");
    }

    @Test
    void what_stands_around_it_stays() {
        assertThat(source("SELECT mac FROM leases WHERE mac IN (<each>#{macs[]}</each>) ORDER BY mac").getBoundSql(Map.of("macs", List.of("a", "b", "c"))).getSql())
                .isEqualTo("SELECT mac FROM leases WHERE mac IN (?, ?, ?) ORDER BY mac");
    }

    @Test
    void a_statement_without_such_a_part_is_refused_when_it_is_read() {
        assertThatIllegalArgumentException().isThrownBy(() -> source("SELECT mac FROM leases WHERE mac = #{mac}")).withMessageContaining("<each>");
    }

    private SqlSource source(String script) {
        return new EachRow().createSqlSource(configuration, script, Map.class);
    }
}
