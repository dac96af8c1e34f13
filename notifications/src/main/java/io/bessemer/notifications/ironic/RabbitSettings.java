package io.bessemer.notifications.ironic;

import com.rabbitmq.client.Address;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Where Ironic's notifications go.
///
/// @param brokers     tried in order
/// @param virtualHost `/` unless the URL says otherwise
/// @param tls         whether the broker is asked by TLS, and its certificate checked
/// @param authorities PEM file that the certificate may be from; null for the JDK's
/// @param exchange    Ironic's control exchange
/// @param topics      each is told everything, by the routing key TOPIC.LEVEL
/// @param durable     of exchange and queues: as the listeners' `amqp_durable_queues`
/// @param errorsOnly  Ironic's `notification_level = error`
/// @param host        ends the publisher's id
/// @param retryFor    what is older, and was not taken, is given up
public record RabbitSettings(List<Address> brokers, String user, String password, String virtualHost, boolean tls, Path authorities, String exchange, List<String> topics,
        boolean durable, boolean errorsOnly, String host, Duration retryFor) {
    private static final int PORT = 5672;
    private static final int TLS_PORT = 5671;

    /// What a transport URL of oslo.messaging says: `rabbit://USER:PASSWORD@HOST:PORT,USER:PASSWORD@HOST:PORT/VHOST`.
    public record Transport(List<Address> brokers, String user, String password, String virtualHost) {
        /// @throws IllegalArgumentException without the text, which has a password in it
        public static Transport parse(String url, boolean tls) {
            if (!url.startsWith("rabbit://")) {
                throw new IllegalArgumentException("must begin with rabbit://");
            }
            String rest = url.substring("rabbit://".length());
            int slash = rest.indexOf('/');
            String path = slash < 0 ? "" : rest.substring(slash + 1).split("\\?", 2)[0];
            List<Address> brokers = new ArrayList<>();
            List<String> logins = new ArrayList<>();
            for (String part : (slash < 0 ? rest : rest.substring(0, slash)).split(",")) {
                URI broker = uri(part);
                if (broker.getHost() == null) {
                    throw new IllegalArgumentException("needs USER:PASSWORD@HOST[:PORT] for each broker");
                }
                brokers.add(new Address(broker.getHost(), broker.getPort() < 0 ? tls ? TLS_PORT : PORT : broker.getPort()));
                logins.add(broker.getRawUserInfo() == null ? "guest:guest" : broker.getRawUserInfo());
            }
            if (logins.stream().distinct().count() > 1) {
                throw new IllegalArgumentException("has brokers with different users; give them one user");
            }
            String[] login = logins.getFirst().split(":", 2);
            return new Transport(List.copyOf(brokers), decoded(login[0]), login.length < 2 ? "" : decoded(login[1]), path.isEmpty() ? "/" : decoded(path));
        }

        private static URI uri(String part) {
            try {
                return new URI("rabbit://" + part);
            } catch (URISyntaxException broken) {
                throw new IllegalArgumentException("is no URL: %s at character %d of a broker".formatted(broken.getReason(), broken.getIndex()));
            }
        }

        private static String decoded(String text) {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return "Transport[brokers=%s, user=%s, password=***, virtualHost=%s]".formatted(brokers, user, virtualHost);
        }
    }

    @Override
    public String toString() {
        return "RabbitSettings[brokers=%s, user=%s, password=***, topics=%s]".formatted(brokers, user, topics);
    }
}
