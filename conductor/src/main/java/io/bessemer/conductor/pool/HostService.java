package io.bessemer.conductor.pool;

import io.bessemer.conductor.Tokens;
import io.bessemer.conductor.configdrive.ConfigDrives;
import io.bessemer.conductor.configdrive.Joining;
import io.bessemer.conductor.engine.Doorbell;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.pool.Bootstrap;
import io.bessemer.core.pool.Cloud;
import io.bessemer.core.pool.GuestStore;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorBuilder;
import io.bessemer.core.pool.HypervisorEvent;
import io.bessemer.core.pool.HypervisorState;
import io.bessemer.core.pool.HypervisorStore;
import io.bessemer.core.pool.PoolStore;
import io.bessemer.core.timeline.TimelineEvent;
import io.bessemer.core.timeline.TimelineStore;
import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.HostReport;
import io.bessemer.host.protocol.JoinAnswer;
import io.bessemer.host.protocol.JoinTicket;
import io.bessemer.host.protocol.MoveReport;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What hosts may say and ask, and the tokens by which they begin.
public class HostService implements Joining, HostBell {
    private static final Logger LOG = LoggerFactory.getLogger(HostService.class);

    /// a poll looks by itself so often, should its bell ring in another process
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);
    /// a report that says nothing new is stored so often at least
    private static final Duration STORE_AGAIN = Duration.ofSeconds(30);
    /// refusals of one node are put into its timeline so often
    private static final Duration TELL_AGAIN = Duration.ofMinutes(1);
    private static final int LONGEST_DETAIL = 64 * 1024;
    private static final int LARGEST_FACTS = 256 * 1024;
    private static final int MOST_GUESTS_KEPT = 2000;
    /// any: only whether there is an archive is asked
    private static final URI NOWHERE = URI.create("http://0.0.0.0");

    private final PoolStore pools;
    private final HypervisorStore members;
    private final NodeStore nodes;
    private final TimelineStore timelines;
    private final CertificateAuthority authority;
    private final OrdersBook book;
    private final Runnable ring;
    private final Clock clock;
    private final HostSettings settings;
    private final Doorbell doorbell = new Doorbell();
    private final Map<NodeId, Instant> refused = new ConcurrentHashMap<>();
    private volatile boolean closing;

    /// Where there are no guests of Bessemer's own.
    ///
    /// @param clouds that hosts may join, by the names that profiles use
    /// @param ring   tells the reconciler to look at once; a hint only
    public HostService(PoolStore pools, HypervisorStore members, NodeStore nodes, TimelineStore timelines, CertificateAuthority authority,
            Map<String, Cloud> clouds, Runnable ring, Clock clock, HostSettings settings) {
        this(pools, members, nodes, timelines, authority, clouds, Optional.empty(), ring, clock, settings);
    }

    /// @param clouds that hosts may join, by the names that profiles use
    /// @param guests that shall be on hosts, and move among them
    /// @param ring   tells the reconciler to look at once; a hint only
    public HostService(PoolStore pools, HypervisorStore members, NodeStore nodes, TimelineStore timelines, CertificateAuthority authority,
            Map<String, Cloud> clouds, Optional<GuestStore> guests, Runnable ring, Clock clock, HostSettings settings) {
        this.pools = pools;
        this.members = members;
        this.nodes = nodes;
        this.timelines = timelines;
        this.authority = authority;
        this.book = new OrdersBook(settings.reportEvery(), clouds, authority::seal, guests.map(store -> new GuestOrders(store, members, nodes)));
        this.ring = ring;
        this.clock = clock;
        this.settings = settings;
    }

    public OrdersBook orders() {
        return book;
    }

    public CertificateAuthority authority() {
        return authority;
    }

    /// The token follows from the deploy's host token, so that a config drive that is built twice has the same.
    @Override
    public Optional<Identity> identity(Node node, long attempt, String hostToken, URI server) {
        for (;;) {
            Optional<Hypervisor> found = members.find(node.id());
            boolean ours = found.filter(member -> member.state() == HypervisorState.DEPLOYING && Deployments.isOf(node, member)
                    && (member.attempt() == 0 || member.attempt() == attempt)).isPresent();
            if (!ours) {
                return Optional.empty();
            }
            Hypervisor member = found.get();
            Optional<HostProfile> profile = profile(member);
            if (profile.isEmpty()) {
                return Optional.empty();
            }
            Optional<String> userData = profile.filter(one -> one.bootstrap() == Bootstrap.FIRST_BOOT).map(one -> FirstBoot.userData(one, settings.agents().find(server)
                    .orElseThrow(() -> new Failure.Invalid("bootstrap", FirstBoot.noArchive(one, settings.agents())))));
            String token = Tokens.derive("join", hostToken);
            Hypervisor with = member.toBuilder().attempt(attempt).joinToken(Tokens.hash(token), clock.instant().plus(settings.tokenLife())).joinKeyHash(null).build();
            if (members.commit(with, List.of()).isPresent()) {
                String url = "https://%s:%d".formatted(server.getHost(), settings.port());
                JoinTicket ticket = new JoinTicket(url, node.id().value(), token, authority.certificate(), member.zone(), member.pool());
                return Optional.of(new Identity(ticket.toMap(), userData));
            }
        }
    }

    /// Why no host can be made of this profile now.
    public Optional<String> obstacle(HostProfile profile) {
        boolean lacksAgent = profile.bootstrap() == Bootstrap.FIRST_BOOT && settings.agents().find(NOWHERE).isEmpty();
        return lacksAgent ? Optional.of(FirstBoot.noArchive(profile, settings.agents())) : Optional.empty();
    }

    /// A host begins: spends its one-time token for a certificate. The same key may ask again until the certificate was used.
    ///
    /// @param address of the caller
    public JoinAnswer join(NodeId node, String token, String csr, String version, String hostname, String address) {
        for (;;) {
            Instant now = clock.instant();
            Hypervisor member = members.find(node).orElseThrow(() -> new Failure.Unauthorized(
                    "Node %s is a member of no pool. A pool that chooses it deploys it, with a fresh token.".formatted(node)));
            HostProfile profile = profile(member).orElseThrow(() -> new Failure.Unauthorized("Pool %s is gone.".formatted(member.pool())));
            if (member.joinTokenHash() == null) {
                throw refuse(member, "Its join token was used already, or it was given none",
                        "Deploy it anew: `./bessemer hypervisor remove`, or a rollout, gives it a fresh token");
            }
            if (!Tokens.matches(member.joinTokenHash(), token)) {
                throw refuse(member, "The join token is not that of this deploy (attempt %d)".formatted(member.attempt()),
                        "A machine that runs an older image, or another machine with a copy of its disk, sends it: find and stop it");
            }
            if (member.joinTokenExpires() != null && now.isAfter(member.joinTokenExpires())) {
                throw refuse(member, "The join token ended at %s".formatted(member.joinTokenExpires()), "Deploy it anew to give it a fresh one");
            }
            SigningRequest request = SigningRequest.parse(csr);
            if (member.joinKeyHash() != null && !member.joinKeyHash().equals(request.keyHash())) {
                throw refuse(member, "The join token was used already, with another key",
                        "If the agent lost its key, deploy the host anew; if not, somebody else has read the config drive");
            }
            CertificateAuthority.Issued issued = certificate(member, request, hostname, address);
            Map<String, Object> facts = new LinkedHashMap<>(member.facts());
            facts.put(Facts.AGENT, version);
            facts.put(Facts.HOSTNAME, hostname);
            Hypervisor joined = member.toBuilder().joinKeyHash(request.keyHash()).certificate(issued.serial(), issued.expires()).address(address).facts(facts).build();
            if (member.state() == HypervisorState.BOOTSTRAPPING) {
                joined = joined.moved(HypervisorEvent.JOINED, null, profile, now);
            }
            TimelineEvent event = joined.state() == member.state()
                    ? PoolEvents.host(node, member.attempt(), "join", "The compute agent %s joined from %s".formatted(version, address), now)
                    : PoolEvents.moved(member, joined, HypervisorEvent.JOINED, now);
            Optional<Hypervisor> stored = members.commit(joined, List.of(event));
            if (stored.isPresent()) {
                LOG.atInfo().setMessage("A host joined").addKeyValue("node", node).addKeyValue("pool", member.pool()).addKeyValue("address", address).log();
                ring.run();
                return new JoinAnswer(issued.certificate(), issued.expires(), book.of(stored.get(), profile));
            }
        }
    }

    /// A certificate for a fresh key, before the old one ends.
    public CertificateAuthority.Issued renew(HostIdentity identity, String csr, String address) {
        SigningRequest request = SigningRequest.parse(csr);
        for (;;) {
            Hypervisor member = authenticated(identity);
            CertificateAuthority.Issued issued = certificate(member, request, String.valueOf(member.facts().get(Facts.HOSTNAME)), address);
            Hypervisor renewed = member.toBuilder().certificate(issued.serial(), issued.expires()).address(address).build();
            if (members.commit(renewed, List.of(PoolEvents.host(member.node(), member.attempt(), "certificate", "The agent has a new certificate until %s"
                    .formatted(issued.expires()), clock.instant()))).isPresent()) {
                return issued;
            }
        }
    }

    /// Names and addresses that this server knows to be the host's; what it claims beyond could be another's.
    private CertificateAuthority.Issued certificate(Hypervisor member, SigningRequest request, String hostname, String address) {
        Set<String> names = new LinkedHashSet<>();
        nodes.find(member.node()).ifPresent(node -> {
            String given = ConfigDrives.hostName(node);
            names.add(given);
            if (hostname != null && hostname.toLowerCase(Locale.ROOT).startsWith(given + ".") && hostname.matches("[A-Za-z0-9.-]{1,253}")) {
                names.add(hostname.toLowerCase(Locale.ROOT));
            }
        });
        return authority.host(request, new HostIdentity(member.node(), member.attempt()), names, List.of(address), settings.certificateLife());
    }

    /// What is on the host; answered by what shall be, at once when that is news to the agent, else after `wait`.
    ///
    /// @param address of the caller
    public HostOrders report(HostIdentity identity, HostReport report, String address, Duration wait) {
        store(identity, report, address);
        long end = System.nanoTime() + (wait.compareTo(settings.pollWait()) < 0 ? wait : settings.pollWait()).toNanos();
        for (;;) {
            var bell = doorbell.bell(identity.node());
            Hypervisor member = authenticated(identity);
            HostOrders orders = book.of(member, profile(member).orElseThrow(() -> new Failure.NotFound("Hypervisor", identity.node().toString())));
            long left = end - System.nanoTime();
            if (!orders.id().equals(report.orders()) || left <= 0 || closing) {
                return orders;
            }
            try {
                Doorbell.await(bell, Duration.ofNanos(Math.min(left, LOOK_AGAIN.toNanos())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return orders;
            }
        }
    }

    private void store(HostIdentity identity, HostReport report, String address) {
        for (;;) {
            Hypervisor member = authenticated(identity);
            Instant now = clock.instant();
            Hypervisor told = withReport(member, report, address).build();
            boolean news = !told.equals(member) || member.joinTokenHash() != null;
            if (!news && member.reportedAt() != null && member.reportedAt().plus(storeAgain(member)).isAfter(now)) {
                return;
            }
            // the certificate was used, so its answer was not lost: the token is spent for good
            Hypervisor reported = told.toBuilder().joinToken(null, null).reportedAt(now).build();
            if (members.commit(reported, List.of()).isPresent()) {
                if (matters(member, reported)) {
                    ring.run();
                }
                return;
            }
        }
    }

    /// Often enough that nobody who reports is taken for silent.
    private Duration storeAgain(Hypervisor member) {
        return profile(member).map(profile -> OrdersBook.often(profile, STORE_AGAIN)).orElse(STORE_AGAIN);
    }

    /// Whether the reconciler may have something to do.
    private static boolean matters(Hypervisor before, Hypervisor after) {
        return before.reportedAt() == null || !Members.guestStates(before).equals(Members.guestStates(after))
                || !Members.moveStates(before).equals(Members.moveStates(after)) || !Members.followed(before).equals(Members.followed(after)) || !Members.orders(before).equals(Members.orders(after))
                || !Members.verification(before).equals(Members.verification(after))
                || !Objects.equals(before.facts().get(Facts.FIRST_BOOT), after.facts().get(Facts.FIRST_BOOT));
    }

    private static HypervisorBuilder withReport(Hypervisor member, HostReport report, String address) {
        Map<String, Object> facts = new LinkedHashMap<>();
        if (String.valueOf(report.facts()).length() <= LARGEST_FACTS) {
            facts.putAll(report.facts());
        }
        CloudState.keep(member, facts);
        facts.put(Facts.AGENT, report.version());
        facts.put(Facts.HOSTNAME, report.hostname());
        facts.put(Facts.ORDERS, report.orders());
        facts.put(Facts.GUEST_ORDERS, report.guestOrders());
        facts.remove(Facts.GUEST_ERRORS);
        facts.remove(Facts.GUEST_MOVES);
        if (!report.guestErrors().isEmpty()) {
            facts.put(Facts.GUEST_ERRORS, report.guestErrors());
        }
        if (!report.moves().isEmpty()) {
            facts.put(Facts.GUEST_MOVES, report.moves().stream().collect(Collectors.toMap(move -> move.guest().toString(), MoveReport::toMap, (_, last) -> last)));
        }
        Map<String, Object> whole = report.toMap();
        facts.put(Facts.FIRST_BOOT, whole.get("first_boot"));
        HypervisorBuilder told = member.toBuilder().address(address);
        HostReport.Verification verification = report.verification();
        if (verification != null) {
            facts.put(Facts.VERIFICATION, Map.of("id", verification.id(), "state", verification.state().name().toLowerCase(Locale.ROOT)));
            if (verification.id() == member.verification()) {
                told.verification(member.verification(), verification.checks().stream().map(check -> new Hypervisor.CheckResult(check.check(),
                        check.status().wire(), cut(check.detail()), check.seconds())).toList());
            }
        }
        HostReport.Capacity capacity = report.capacity();
        return told.facts(facts)
                .capacity(new Hypervisor.Capacity(capacity.vcpus(), capacity.memoryMib(), capacity.diskGib(), capacity.guests(), capacity.vcpusUsed(),
                        capacity.memoryMibUsed(), capacity.diskGibUsed()))
                .guests(report.guests().stream().limit(MOST_GUESTS_KEPT).map(guest -> new Hypervisor.Guest(guest.uuid(), guest.name(), guest.state(),
                        guest.vcpus(), guest.memoryMib(), guest.consoles())).toList());
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_DETAIL ? text : text.substring(text.length() - LONGEST_DETAIL);
    }

    /// @throws Failure.NotFound when the node is no member any more
    private Hypervisor authenticated(HostIdentity identity) {
        Hypervisor member = members.find(identity.node()).orElseThrow(() -> new Failure.NotFound("Hypervisor", identity.node().toString()));
        if (member.attempt() != identity.attempt() || member.certificateSerial() == null) {
            throw refuse(member, "A certificate of deploy attempt %d came, the host is of attempt %d".formatted(identity.attempt(), member.attempt()),
                    "A machine that runs an older image sends it: find and stop it");
        }
        return member;
    }

    private Failure.Unauthorized refuse(Hypervisor member, String what, String cure) {
        Instant now = clock.instant();
        Instant before = refused.put(member.node(), now);
        if (before == null || before.plus(TELL_AGAIN).isBefore(now)) {
            LOG.atWarn().setMessage("A host was refused").addKeyValue("node", member.node()).addKeyValue("reason", what).log();
            timelines.append(List.of(PoolEvents.host(member.node(), member.attempt(), "refused", "%s. %s".formatted(what, cure), now)));
        } else {
            refused.put(member.node(), before);
        }
        return new Failure.Unauthorized("Node %s: %s. %s.".formatted(member.node(), what, cure));
    }

    private Optional<HostProfile> profile(Hypervisor member) {
        return pools.pool(member.pool()).map(HostPool::profile).flatMap((Function<String, Optional<HostProfile>>) pools::profile);
    }

    /// The host's orders may have changed.
    @Override
    public void ring(NodeId node) {
        doorbell.ring(node);
    }

    public void ringAll() {
        doorbell.ringAll();
    }

    /// Answers the polls that are open.
    public void close() {
        closing = true;
        doorbell.ringAll();
    }
}
