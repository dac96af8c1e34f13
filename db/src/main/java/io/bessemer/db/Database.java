package io.bessemer.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.bessemer.core.agent.AgentStore;
import io.bessemer.core.allocation.AllocationStore;
import io.bessemer.core.event.EventStore;
import io.bessemer.core.event.SinkStore;
import io.bessemer.core.event.WebhookStore;
import io.bessemer.core.flow.FlowQueue;
import io.bessemer.core.flow.FlowStore;
import io.bessemer.core.lease.LeaseStore;
import io.bessemer.core.node.ChassisStore;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.node.PortStore;
import io.bessemer.core.node.PortgroupStore;
import io.bessemer.core.node.VifStore;
import io.bessemer.core.plan.DeployTemplate;
import io.bessemer.core.plan.InspectionRule;
import io.bessemer.core.plan.Plans;
import io.bessemer.core.plan.Runbook;
import io.bessemer.core.pool.AuthorityStore;
import io.bessemer.core.pool.GuestStore;
import io.bessemer.core.pool.HypervisorStore;
import io.bessemer.core.pool.PoolStore;
import io.bessemer.core.timeline.TimelineStore;
import io.bessemer.core.volume.VolumeStore;
import java.nio.file.Path;
import java.time.Clock;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.h2.jdbcx.JdbcDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/// The open database: migrated, with all stores. Owns the connections; closing it closes them.
public final class Database implements AutoCloseable {
    private final HikariDataSource pool;
    private final DatabaseOwner owner;
    private final DiskSpace space;
    private final DiskSync disk = new DiskSync();
    private final DataSource dataSource;
    private final Transactions transactions;
    private final SecretCipher cipher;
    private final NodeStore nodes;
    private final PortStore ports;
    private final PortgroupStore portgroups;
    private final VifStore vifs;
    private final VolumeStore volumes;
    private final ChassisStore chassis;
    private final AllocationStore allocations;
    private final Plans plans;
    private final FlowStore flows;
    private final TimelineStore timeline;
    private final AgentStore agents;
    private final LeaseStore leases;
    private final PoolStore pools;
    private final HypervisorStore hypervisors;
    private final AuthorityStore authority;
    private final GuestStore guests;
    private final EventStore events;
    private final WebhookStore webhooks;
    private final SinkStore sinks;
    private volatile FlowQueue queue;

    private Database(HikariDataSource pool, boolean embedded, DatabaseOwner owner, DiskSpace space, Path dataDir, Clock clock) {
        this.pool = pool;
        this.owner = owner;
        this.space = space;
        this.dataSource = new RoomyDataSource(new TransactionAwareDataSourceProxy(pool), space);
        DurableTransactions durable = new DurableTransactions(pool, embedded, disk);
        this.transactions = new Transactions(durable, space);
        Mappers mappers = new Mappers(pool, durable, space);
        this.cipher = SecretKeyFile.open(dataDir, mappers.of(SecretKeyMapper.class), clock);
        JsonColumns json = new JsonColumns(cipher);
        SqlTimelineStore boots = new SqlTimelineStore(mappers, json, transactions);
        this.timeline = boots;
        SqlEventStore events = new SqlEventStore(mappers, json, transactions, clock);
        this.events = events;
        this.webhooks = new SqlWebhookStore(mappers, json, cipher, transactions, clock);
        this.sinks = new SqlSinkStore(mappers, transactions);
        this.nodes = new SqlNodeStore(mappers, boots, events, json, transactions, this::queue, clock);
        this.ports = new SqlPortStore(mappers, events, json, transactions);
        this.portgroups = new SqlPortgroupStore(mappers, events, json, transactions, clock);
        this.vifs = new SqlVifStore(mappers, transactions);
        this.volumes = new SqlVolumeStore(mappers, events, json, transactions, clock);
        this.chassis = new SqlChassisStore(mappers, events, json, transactions, clock);
        this.allocations = new SqlAllocationStore(mappers, nodes, events, json, transactions, clock);
        this.plans = new Plans(new SqlPlanStore<>(Plans.DEPLOY_TEMPLATE, DeployTemplate::of, mappers, json, transactions, clock),
                new SqlPlanStore<>(Plans.RUNBOOK, Runbook::of, mappers, json, transactions, clock),
                new SqlPlanStore<>(Plans.INSPECTION_RULE, InspectionRule::of, mappers, json, transactions, clock));
        this.flows = new SqlFlowStore(mappers, json);
        this.agents = new SqlAgentStore(mappers, json, transactions, clock);
        this.leases = new SqlLeaseStore(mappers, transactions, !embedded);
        this.pools = new SqlPoolStore(mappers, events, json, transactions, clock);
        this.hypervisors = new SqlHypervisorStore(mappers, boots, events, json, transactions, clock);
        this.authority = new SqlAuthorityStore(mappers, cipher);
        this.guests = new SqlGuestStore(mappers, json, cipher, transactions, clock);
        disk.start();
    }

    /// Connects, migrates, and checks that the secrets can be read.
    ///
    /// @param dataDir of this process: the embedded database, the key file
    /// @throws DatabaseStartException when that does not work, with the setting or file to look at
    public static Database open(DatabaseSettings settings, Path dataDir, Clock clock) {
        DatabaseOwner owner = DatabaseProbe.check(settings, dataDir);
        HikariDataSource pool = new HikariDataSource(poolConfig(settings, dataDir));
        try {
            Flyway.configure(Database.class.getClassLoader())
                    .dataSource(pool)
                    .locations("classpath:io/bessemer/db/migration")
                    .load()
                    .migrate();
            DiskSpace space = settings.inFile() ? DiskSpace.below(dataDir, settings.keepFreeBytes()) : DiskSpace.elsewhere();
            return new Database(pool, settings.embeddedInProcess(), owner, space, dataDir, clock);
        } catch (FlywayException e) {
            pool.close();
            owner.close();
            throw new DatabaseStartException("The tables in %s could not be brought up to date. A database of a newer Bessemer cannot be "
                    .formatted(settings.shownUrl(dataDir)) + "used by an older one; otherwise the cause tells which migration failed.", e);
        } catch (RuntimeException e) {
            pool.close();
            owner.close();
            throw e;
        }
    }

    private static HikariConfig poolConfig(DatabaseSettings settings, Path dataDir) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("bessemer-db");
        if (settings.embeddedInProcess()) {
            JdbcDataSource h2 = new JdbcDataSource();
            h2.setURL(settings.jdbcUrl(dataDir));
            h2.setUser(settings.user());
            h2.setPassword(settings.password());
            config.setDataSource(new KeptStatements(h2));
        } else {
            config.setJdbcUrl(settings.jdbcUrl(dataDir));
            config.setUsername(settings.user());
            config.setPassword(settings.password());
        }
        config.setMaximumPoolSize(settings.poolSize());
        config.setConnectionTimeout(60_000); // to wait for a busy database is better than to fail
        config.setExceptionOverride(new BrokenConnections());
        // MariaDB's default would show a re-read inside a transaction the old row, and locks gaps; H2's default is this one
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        return config;
    }

    /// Whom [NodeStore#commit] tells of a new flow. The scheduler behind it needs [#dataSource()], so it is set after opening and
    /// before any flow starts.
    public void flowQueue(FlowQueue queue) {
        this.queue = queue;
    }

    private FlowQueue queue() {
        FlowQueue set = queue;
        if (set == null) {
            throw new IllegalStateException("a flow starts before Database.flowQueue(...) was called");
        }
        return set;
    }

    /// What to do when the disk has room after it had been full.
    public void whenRoomIsBack(Runnable listener) {
        space.whenBack(listener);
    }

    /// Takes part in the transactions of the stores when used on their thread: for db-scheduler.
    public DataSource dataSource() {
        return dataSource;
    }

    public Transactions transactions() {
        return transactions;
    }

    /// A key of which nothing is stored: the same in every process that has the key file.
    public String derivedKey(String purpose) {
        return cipher.derive(purpose);
    }

    public NodeStore nodes() {
        return nodes;
    }

    public PortStore ports() {
        return ports;
    }

    public PortgroupStore portgroups() {
        return portgroups;
    }

    public VifStore vifs() {
        return vifs;
    }

    public VolumeStore volumes() {
        return volumes;
    }

    public ChassisStore chassis() {
        return chassis;
    }

    public AllocationStore allocations() {
        return allocations;
    }

    /// Deploy templates, runbooks, inspection rules.
    public Plans plans() {
        return plans;
    }

    public FlowStore flows() {
        return flows;
    }

    public TimelineStore timeline() {
        return timeline;
    }

    public AgentStore agents() {
        return agents;
    }

    public LeaseStore leases() {
        return leases;
    }

    public PoolStore pools() {
        return pools;
    }

    public AuthorityStore authority() {
        return authority;
    }

    public GuestStore guests() {
        return guests;
    }

    public EventStore events() {
        return events;
    }

    public WebhookStore webhooks() {
        return webhooks;
    }

    public SinkStore sinks() {
        return sinks;
    }

    public HypervisorStore hypervisors() {
        return hypervisors;
    }

    /// Idempotent. The embedded database is checkpointed by it.
    @Override
    public void close() {
        owner.close(); // first: the next owner may write its own as soon as the pool is closed
        disk.close();
        pool.close();
    }
}
