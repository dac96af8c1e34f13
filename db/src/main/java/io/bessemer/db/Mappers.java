package io.bessemer.db;

import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.LocalCacheScope;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.type.JdbcType;
import org.mybatis.spring.SqlSessionTemplate;
import org.mybatis.spring.transaction.SpringManagedTransactionFactory;

/// MyBatis on a data source: every mapper of this package, in Spring's transactions.
final class Mappers {
    static final List<Class<?>> ALL = List.of(NodeMapper.class, TraitMapper.class, HistoryMapper.class, InventoryMapper.class, PortMapper.class,
            FlowMapper.class, TimelineMapper.class, AgentMapper.class, CommandMapper.class, BootTokenMapper.class, LeaseMapper.class,
            SecretKeyMapper.class, AuthorityMapper.class, ZoneMapper.class, HostProfileMapper.class, HostPoolMapper.class, HypervisorMapper.class);

    private final SqlSessionTemplate sessions;

    Mappers(DataSource dataSource) {
        Configuration configuration = new Configuration(new Environment("bessemer", new SpringManagedTransactionFactory(), dataSource));
        configuration.setJdbcTypeForNull(JdbcType.NULL);
        configuration.setLocalCacheScope(LocalCacheScope.STATEMENT); // a second look must look
        configuration.setCacheEnabled(false);
        configuration.getTypeHandlerRegistry().register(Instant.class, new InstantTypeHandler());
        ALL.forEach(configuration::addMapper);
        sessions = new SqlSessionTemplate(new SqlSessionFactoryBuilder().build(configuration));
    }

    <T> T of(Class<T> mapper) {
        return sessions.getMapper(mapper);
    }
}
