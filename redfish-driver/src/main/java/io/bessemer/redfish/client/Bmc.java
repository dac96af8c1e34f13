package io.bessemer.redfish.client;

import io.bessemer.redfish.client.Exchange.Answer;
import io.bessemer.redfish.client.Login.Ticket;
import io.bessemer.redfish.client.RedfishException.Reason;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// One BMC. Every method blocks, ends in bounded time, and logs in when it must.
public final class Bmc {
    private static final Logger LOG = LoggerFactory.getLogger(Bmc.class);
    private static final Duration LOGOUT = Duration.ofSeconds(4);
    private static final int MOST_PAGES = 20;
    private static final int MOST_MEMBERS = 2000;
    private static final int MOST_REDIRECTS = 3;
    /// what makes a refusal one that passes, whatever the status: Dell's "not ready", HPE's power-on self-test
    private static final List<String> PASSING = List.of("SYS518", "SYS446", "UnableToModifyDuringSystemPOST", "ServiceTemporarilyUnavailable", "ServiceInUnknownState",
            "ServiceShuttingDown", "ResourceInUse", "ResourceInStandby", "SessionLimitExceeded", "CreateLimitReachedForResource");

    private final BmcAccess access;
    private final RedfishSettings settings;
    private final Exchange exchange;
    private final Login login;
    private final Semaphore permits;
    private final AtomicLong usedAt = new AtomicLong(System.nanoTime());
    private final Map<String, Object> remembered = new HashMap<>();

    Bmc(BmcAccess access, HttpClient client, RedfishSettings settings) {
        this.access = access;
        this.settings = settings;
        this.exchange = new Exchange(client, access.origin());
        this.login = new Login(access, exchange);
        this.permits = new Semaphore(settings.parallel());
    }

    public BmcAccess access() {
        return access;
    }

    public RedfishSettings settings() {
        return settings;
    }

    boolean idleFor(Duration time) {
        return System.nanoTime() - usedAt.get() > time.toNanos();
    }

    void logOut() {
        login.logOut(LOGOUT);
    }

    /// What does not change while the BMC has these credentials: the path of its only system, a registry.
    public Optional<Object> remembered(String key) {
        synchronized (remembered) {
            return Optional.ofNullable(remembered.get(key));
        }
    }

    public void remember(String key, Object value) {
        synchronized (remembered) {
            remembered.put(key, value);
        }
    }

    public Resource root() throws RedfishException {
        return get(access.root() + "/");
    }

    /// @param reference path, or a URL whose path is taken
    public Resource get(String reference) throws RedfishException {
        String path = exchange.path(reference);
        Answer answer = ask("GET", path, null, Map.of());
        for (int i = 0; i < MOST_REDIRECTS && answer.status() >= 301 && answer.status() <= 308 && answer.header("Location").isPresent(); i++) {
            path = exchange.path(answer.header("Location").get());
            answer = ask("GET", path, null, Map.of());
        }
        if (!answer.good()) {
            throw refused("GET " + path, answer);
        }
        if (!answer.body().isObject()) {
            throw RedfishException.of(Reason.PROTOCOL, "GET %s was answered %d with no JSON object (%s)".formatted(path, answer.status(), BmcMessage.line(answer.kind())));
        }
        return new Resource(path, answer.body(), answer.header("ETag").orElse(answer.body().path("@odata.etag").asString("")));
    }

    /// The paths of a collection's members, over all of its pages.
    public List<String> members(String collection) throws RedfishException {
        List<String> members = new ArrayList<>();
        String next = collection;
        for (int page = 0; page < MOST_PAGES && members.size() < MOST_MEMBERS; page++) {
            Resource resource = get(next);
            members.addAll(resource.links("/Members"));
            Optional<String> more = resource.text("/Members@odata.nextLink");
            if (more.isEmpty() || more.get().equals(next)) {
                break;
            }
            next = more.get();
        }
        return List.copyOf(members);
    }

    /// Sends an action, and waits until it is done where the BMC makes a task of it.
    public void post(String reference, Map<String, ?> body) throws RedfishException {
        String path = exchange.path(reference);
        Answer answer = ask("POST", path, body, Map.of());
        if (!answer.good()) {
            throw refused("POST " + path, answer);
        }
        finish("POST " + path, answer);
    }

    /// Like [#post], without waiting for its task.
    ///
    /// @return where the task can be looked at; empty when it was done at once
    public Optional<String> submit(String reference, Map<String, ?> body) throws RedfishException {
        String path = exchange.path(reference);
        Answer answer = ask("POST", path, body, Map.of());
        if (!answer.good()) {
            throw refused("POST " + path, answer);
        }
        boolean task = answer.status() == 202 || answer.header("Location").filter(where -> where.contains("/TaskService/")).isPresent()
                || answer.body().path("@odata.type").asString("").startsWith("#Task."); // the latter two where the status should have been 202
        return task ? monitor(answer) : Optional.empty();
    }

    /// Changes a resource, and waits until that is done where the BMC makes a task of it.
    public void patch(String reference, Map<String, ?> body) throws RedfishException {
        String path = exchange.path(reference);
        finish("PATCH " + path, change(path, body));
    }

    /// Like [#patch], for what a BMC keeps for the next boot: its task lasts until then.
    public void patchForNextBoot(String reference, Map<String, ?> body) throws RedfishException {
        change(exchange.path(reference), body);
    }

    /// With the entity tag that the resource has now, so that nobody's change in between is undone (DSP0266 "ETags").
    private Answer change(String path, Map<String, ?> body) throws RedfishException {
        String tag = get(path).etag();
        Answer answer = ask("PATCH", path, body, ifMatch(tag));
        if (answer.status() == 412 || answer.status() == 428) {
            String again = get(path).etag();
            // some compare weak tags as if they were strong, and refuse their own
            String strong = again.equals(tag) && again.startsWith("W/") ? again.substring(2) : again;
            answer = ask("PATCH", path, body, ifMatch(strong.isEmpty() ? "*" : strong));
        }
        if (!answer.good()) {
            throw refused("PATCH " + path, answer);
        }
        return answer;
    }

    private static Map<String, String> ifMatch(String tag) {
        return tag.isEmpty() || tag.chars().anyMatch(c -> c < ' ' || c > '~') ? Map.of() : Map.of("If-Match", tag);
    }

    private void finish(String what, Answer answer) throws RedfishException {
        if (answer.status() != 202) {
            return;
        }
        Optional<String> monitor = monitor(answer);
        if (monitor.isEmpty()) {
            LOG.debug("{}: {} was accepted (202) without a task to look at", access, what);
            return;
        }
        long deadline = System.nanoTime() + settings.taskTimeout().toNanos();
        Task task = new Task.Running("accepted", OptionalInt.empty());
        while (task instanceof Task.Running running) {
            if (System.nanoTime() > deadline) {
                throw RedfishException.of(Reason.TASK, "%s: its task %s is still '%s' after %d s"
                        .formatted(what, monitor.get(), running.state(), settings.taskTimeout().toSeconds()));
            }
            pause(what, answer);
            task = task(monitor.get());
        }
        if (task instanceof Task.Failed(String state, List<BmcMessage> messages)) {
            throw new RedfishException(Reason.TASK, "%s: its task %s ended as '%s': %s".formatted(what, monitor.get(), state,
                    messages.isEmpty() ? "without a word" : BmcMessage.sentence(messages)), 0, messages, null);
        }
    }

    private void pause(String what, Answer answer) throws RedfishException {
        long wanted = answer.header("Retry-After").filter(text -> text.matches("[0-9]{1,4}")).map(text -> Long.parseLong(text) * 1000).orElse(0L);
        try {
            Thread.sleep(Math.clamp(wanted, settings.taskPoll().toMillis(), 10 * settings.taskPoll().toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedfishException(Reason.BUSY, what + " was interrupted while its task was under way", 0, List.of(), e);
        }
    }

    private Optional<String> monitor(Answer answer) throws RedfishException {
        String reference = answer.header("Location").orElse(answer.body().path("@odata.id").asString(""));
        return reference.isEmpty() ? Optional.empty() : Optional.of(exchange.path(reference));
    }

    /// What has become of what was submitted (DSP0266 "Asynchronous operations").
    public sealed interface Task {
        /// @param state   `Running`, `Starting`, ...
        /// @param percent empty when the BMC does not say
        record Running(String state, OptionalInt percent) implements Task {}

        record Done() implements Task {}

        /// A monitor may be gone with its task, however that ended.
        record Gone() implements Task {}

        record Failed(String state, List<BmcMessage> messages) implements Task {
            public Failed {
                messages = List.copyOf(messages);
            }

            /// What the BMC said of it, in one line.
            public String sentence() {
                return messages.isEmpty() ? "the BMC does not say why" : BmcMessage.sentence(messages);
            }
        }
    }

    /// @param monitor as [#submit] returned it
    public Task task(String monitor) throws RedfishException {
        Answer answer = ask("GET", exchange.path(monitor), null, Map.of());
        String state = answer.body().path("TaskState").asString("");
        if (answer.status() == 404 || answer.status() == 410) {
            return new Task.Gone();
        }
        if (!answer.good()) {
            // the monitor of a failed operation answers as the operation itself would have
            return new Task.Failed("%d".formatted(answer.status()), BmcMessage.of(answer.body()));
        }
        boolean failed = Set.of("Exception", "Killed", "Cancelled", "Cancelling").contains(state);
        if (failed || state.equals("Completed") && answer.body().path("TaskStatus").asString("OK").equals("Critical")) {
            return new Task.Failed(state, BmcMessage.of(answer.body()));
        }
        boolean over = state.equals("Completed") || state.isEmpty() && answer.status() != 202;
        JsonNode percent = answer.body().path("PercentComplete");
        return over ? new Task.Done() : new Task.Running(state.isEmpty() ? "running" : state, percent.canConvertToInt() ? OptionalInt.of(percent.asInt()) : OptionalInt.empty());
    }

    private Answer ask(String method, String path, Object body, Map<String, String> more) throws RedfishException {
        usedAt.set(System.nanoTime());
        long end = System.nanoTime() + settings.requestTimeout().toNanos();
        boolean permitted = false;
        try {
            permitted = permits.tryAcquire(settings.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
            if (!permitted) {
                throw RedfishException.of(Reason.BUSY, "%s %s: %d other requests to this BMC took all of %d s"
                        .formatted(method, path, settings.parallel(), settings.requestTimeout().toSeconds()));
            }
            Ticket ticket = login.ticket(null, left(end));
            Answer answer = send(method, path, body, more, ticket, end);
            if (answer.status() == 401 && ticket.renewable()) {
                answer = send(method, path, body, more, login.ticket(ticket, left(end)), end); // the session has ended
            }
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedfishException(Reason.BUSY, "%s %s was interrupted".formatted(method, path), 0, List.of(), e);
        } finally {
            if (permitted) {
                permits.release();
            }
        }
    }

    private Answer send(String method, String path, Object body, Map<String, String> more, Ticket ticket, long end) throws RedfishException {
        Map<String, String> headers = new HashMap<>(ticket.headers());
        headers.putAll(more);
        Answer answer = exchange.send(method, path, body, headers, left(end));
        LOG.debug("{} {}{}: {}", method, access.origin(), path, answer.status());
        return answer;
    }

    private static Duration left(long end) {
        return Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
    }

    /// An answer that is none of success, as what it means.
    static RedfishException refused(String what, Answer answer) {
        List<BmcMessage> messages = BmcMessage.of(answer.body());
        String said = BmcMessage.sentence(messages);
        String text = "%s was answered %d: %s".formatted(what, answer.status(),
                said.isEmpty() ? "no words of Redfish's came with it (%s)".formatted(BmcMessage.line(answer.kind())) : said);
        boolean passes = messages.stream().anyMatch(message -> PASSING.stream().anyMatch(message::mentions));
        Reason reason = passes ? Reason.BUSY : switch (answer.status()) {
            case 401 -> Reason.CREDENTIALS;
            case 403 -> Reason.PRIVILEGE;
            case 404, 410 -> Reason.NOT_FOUND;
            case 405, 501 -> Reason.UNSUPPORTED;
            case 409, 423, 429 -> Reason.BUSY;
            case 412, 428 -> Reason.CHANGED;
            default -> answer.status() >= 500 ? Reason.BUSY : answer.status() >= 400 ? Reason.REFUSED : Reason.PROTOCOL;
        };
        return new RedfishException(reason, text, answer.status(), messages, null);
    }
}
