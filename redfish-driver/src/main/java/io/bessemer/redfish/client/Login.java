package io.bessemer.redfish.client;

import io.bessemer.redfish.client.BmcAccess.Authentication;
import io.bessemer.redfish.client.Exchange.Answer;
import io.bessemer.redfish.client.RedfishException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Logs in to one BMC, and keeps the session for all threads (DSP0266 "Session management").
final class Login {
    private static final Logger LOG = LoggerFactory.getLogger(Login.class);

    private final BmcAccess access;
    private final Exchange exchange;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Ticket ticket;

    Login(BmcAccess access, Exchange exchange) {
        this.access = access;
        this.exchange = exchange;
    }

    /// What shows who asks.
    ///
    /// @param session path of the session, empty when there is none or it was not told
    record Ticket(Map<String, String> headers, String session) {
        static final String TOKEN = "X-Auth-Token";

        /// Sessions end by themselves; a password that was refused stays refused.
        boolean renewable() {
            return headers.containsKey(TOKEN);
        }

        @Override
        public String toString() {
            return "Ticket[%s ***]".formatted(session);
        }
    }

    /// @param rejected a ticket that the BMC does not take any more; null for none
    Ticket ticket(Ticket rejected, Duration limit) throws RedfishException {
        Ticket known = ticket;
        if (known != null && known != rejected) {
            return known;
        }
        try {
            if (!lock.tryLock(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw RedfishException.of(Reason.NO_ANSWER, "logging in takes longer than %d s".formatted(limit.toSeconds()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedfishException(Reason.BUSY, "logging in was interrupted", 0, List.of(), e);
        }
        try {
            if (ticket == null || ticket == rejected) {
                ticket = logIn(limit);
            }
            return ticket;
        } finally {
            lock.unlock();
        }
    }

    private Ticket logIn(Duration limit) throws RedfishException {
        if (access.username().isEmpty()) {
            return new Ticket(Map.of(), "");
        }
        if (access.authentication() == Authentication.BASIC) {
            return basic();
        }
        Answer root = exchange.send("GET", access.root() + "/", null, Map.of(), limit);
        Optional<String> sessions = sessions(root);
        if (sessions.isEmpty() && access.authentication() == Authentication.AUTO) {
            LOG.debug("{} has no session service: basic authentication", access);
            return basic();
        }
        String path = exchange.path(sessions.orElse(access.root() + "/SessionService/Sessions"));
        Map<String, Object> who = new LinkedHashMap<>(); // in one order, that of vendors' documents
        who.put("UserName", access.username());
        who.put("Password", access.password());
        Answer answer = exchange.send("POST", path, who, Map.of(), limit);
        Optional<String> token = answer.header(Ticket.TOKEN);
        if (answer.good() && token.isPresent()) {
            Optional<String> location = answer.header("Location").or(() -> Optional.of(answer.body().path("@odata.id").asString("")));
            return new Ticket(Map.of(Ticket.TOKEN, token.get()), location.filter(text -> !text.isEmpty()).map(this::own).orElse(""));
        }
        // a wrong password is not tried again by other means: BMCs lock users out after a few
        boolean wrong = answer.status() == 401 || answer.status() == 403;
        if (access.authentication() == Authentication.AUTO && !wrong) {
            LOG.info("BMC {} gives no session ({}): basic authentication is used", access.origin(), answer.status());
            return basic();
        }
        throw Bmc.refused("POST " + path, answer);
    }

    /// Where sessions are made. The service root is open to everybody; a BMC that keeps it closed has them where the standard says.
    private Optional<String> sessions(Answer root) {
        if (!root.good()) {
            return Optional.of(access.root() + "/SessionService/Sessions");
        }
        String link = root.body().at("/Links/Sessions/@odata.id").asString("");
        String service = root.body().at("/SessionService/@odata.id").asString("");
        return !link.isEmpty() ? Optional.of(link) : service.isEmpty() ? Optional.empty() : Optional.of(service.replaceAll("/+$", "") + "/Sessions");
    }

    /// A session that cannot be named ends by itself.
    private String own(String location) {
        try {
            return exchange.path(location);
        } catch (RedfishException e) {
            LOG.debug("{}: {}", access, e.getMessage());
            return "";
        }
    }

    private Ticket basic() {
        String pair = access.username() + ":" + access.password();
        return new Ticket(Map.of("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))), "");
    }

    /// Gives the session back; a BMC that cannot be asked ends it by itself.
    void logOut(Duration limit) {
        Ticket last = ticket;
        ticket = null;
        if (last == null || last.session().isEmpty()) {
            return;
        }
        try {
            exchange.send("DELETE", last.session(), null, last.headers(), limit);
        } catch (RedfishException e) {
            LOG.debug("{}: a session was left behind: {}", access, e.getMessage());
        }
    }
}
