package io.bessemer.db;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.LocalCacheScope;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.type.JdbcType;
import org.mybatis.spring.SqlSessionTemplate;
import org.mybatis.spring.transaction.SpringManagedTransactionFactory;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/// MyBatis on a data source: every mapper of this package, in Spring's transactions.
final class Mappers {
    static final List<Class<?>> ALL = List.of(NodeMapper.class, TraitMapper.class, HistoryMapper.class, InventoryMapper.class, PortMapper.class,
            FlowMapper.class, TimelineMapper.class, AgentMapper.class, CommandMapper.class, BootTokenMapper.class, LeaseMapper.class,
            SecretKeyMapper.class, AuthorityMapper.class, ZoneMapper.class, HostProfileMapper.class, HostPoolMapper.class, HypervisorMapper.class,
            GuestMapper.class, GuestMoveMapper.class, ChassisMapper.class,
            AllocationMapper.class, PlanMapper.class, PortgroupMapper.class, VifMapper.class,
            VolumeConnectorMapper.class, VolumeTargetMapper.class, EventMapper.class, WebhookMapper.class, SinkMapper.class);

    /// the pool may have as many connections that it does not know to be broken
    private static final int ATTEMPTS = 40;

    private final SqlSessionTemplate sessions;
    private final DurableTransactions durable;
    private final DiskSpace space;

    Mappers(DataSource dataSource, DurableTransactions durable, DiskSpace space) {
        this.durable = durable;
        this.space = space;
        Configuration configuration = new Configuration(new Environment("bessemer", new SpringManagedTransactionFactory(), dataSource));
        configuration.setJdbcTypeForNull(JdbcType.NULL);
        configuration.setLocalCacheScope(LocalCacheScope.STATEMENT); // a second look must look
        configuration.setCacheEnabled(false);
        configuration.setObjectFactory(new RowFactory());
        configuration.getTypeHandlerRegistry().register(Instant.class, new InstantTypeHandler());
        configuration.getLanguageRegistry().register(new EachRow());
        ALL.forEach(configuration::addMapper);
        sessions = new SqlSessionTemplate(new SqlSessionFactoryBuilder().build(configuration));
    }

    <T> T of(Class<T> mapper) {
        T direct = sessions.getMapper(mapper);
        return mapper.cast(Proxy.newProxyInstance(mapper.getClassLoader(), new Class<?>[] {mapper}, (_, method, arguments) -> call(direct, method, arguments)));
    }

    /// Outside of a transaction, where each statement stands for itself, one that met a closed database is tried on another connection.
    private Object call(Object mapper, Method method, Object[] arguments) throws Throwable {
        boolean alone = !TransactionSynchronizationManager.isActualTransactionActive();
        if (!alone) {
            return invoke(mapper, method, arguments);
        }
        boolean writes = !method.isAnnotationPresent(Select.class);
        for (int attempt = 1; ; attempt++) {
            try {
                return writes ? durable.execute(_ -> invoke(mapper, method, arguments)) : invoke(mapper, method, arguments);
            } catch (RuntimeException failure) {
                if (attempt < ATTEMPTS && SqlFailures.closed(failure)) {
                    continue;
                }
                throw space.explain(failure);
            }
        }
    }

    private static Object invoke(Object mapper, Method method, Object[] arguments) {
        try {
            return method.invoke(mapper, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
