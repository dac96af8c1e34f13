package io.bessemer.notifications.ironic;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.bessemer.core.event.Event;
import io.bessemer.core.tls.Authorities;
import io.bessemer.notifications.Sink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ironic's notifications to RabbitMQ, with publisher confirms: what the broker has not confirmed is sent again. Exchange and queues are declared
/// as oslo.messaging does (`impl_rabbit.py`, `notify_send`), so that nothing is lost before a listener comes; with a queue that nobody reads, it
/// grows, as it does with Ironic.
public final class RabbitSink implements Sink {
    private static final Logger LOG = LoggerFactory.getLogger(RabbitSink.class);
    private static final int AT_A_TIME = 100;
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration CONFIRM = Duration.ofSeconds(10);
    private static final int PERSISTENT = 2;

    private final RabbitSettings settings;
    private final Set<String> declared = new HashSet<>();
    private Connection connection;
    private Channel channel;

    public RabbitSink(RabbitSettings settings) {
        this.settings = settings;
    }

    @Override
    public String title() {
        return "RabbitMQ";
    }

    @Override
    public boolean wants(Event event) {
        return Payload.of(event.type()).isPresent() && (!settings.errorsOnly() || event.type().endsWith(".error"));
    }

    @Override
    public int batch() {
        return AT_A_TIME;
    }

    @Override
    public Duration retryFor() {
        return settings.retryFor();
    }

    @Override
    public void deliver(List<Event> events) throws SinkException, InterruptedException {
        try {
            connect();
            for (Event event : events) {
                for (Notification notification : Notification.of(event)) {
                    publish(notification);
                }
            }
            channel.waitForConfirmsOrDie(CONFIRM.toMillis());
        } catch (IOException | TimeoutException | RuntimeException e) { // AlreadyClosedException and its like are unchecked
            disconnect();
            throw new SinkException(reason(e), e);
        }
    }

    private void publish(Notification notification) throws IOException {
        byte[] body = notification.envelope(settings.host()).getBytes(StandardCharsets.UTF_8);
        BasicProperties properties = new BasicProperties.Builder().contentType("application/json").contentEncoding("utf-8").deliveryMode(PERSISTENT).priority(0).headers(Map.of()).build();
        for (String topic : settings.topics()) {
            String key = topic + "." + notification.level();
            if (declared.add(key)) {
                channel.queueDeclare(key, settings.durable(), false, false, Map.of());
                channel.queueBind(key, settings.exchange(), key);
            }
            channel.basicPublish(settings.exchange(), key, properties, body);
        }
    }

    private void connect() throws IOException, TimeoutException {
        if (connection != null && connection.isOpen() && channel.isOpen()) {
            return;
        }
        disconnect();
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUsername(settings.user());
        factory.setPassword(settings.password());
        factory.setVirtualHost(settings.virtualHost());
        factory.setAutomaticRecoveryEnabled(false); // the relay tries again, from what was confirmed
        factory.setConnectionTimeout(Math.toIntExact(CONNECT.toMillis()));
        factory.setHandshakeTimeout(Math.toIntExact(CONNECT.toMillis()));
        factory.setChannelRpcTimeout(Math.toIntExact(CONNECT.toMillis()));
        factory.setRequestedHeartbeat(30);
        if (settings.tls()) {
            factory.useSslProtocol(tls());
            factory.enableHostnameVerification();
        }
        connection = factory.newConnection(settings.brokers(), "bessemer");
        channel = connection.createChannel();
        channel.confirmSelect();
        channel.exchangeDeclare(settings.exchange(), BuiltinExchangeType.TOPIC, settings.durable(), false, Map.of());
        LOG.info("Notifications go to RabbitMQ: broker={}:{} exchange={}", connection.getAddress().getHostAddress(), connection.getPort(), settings.exchange());
    }

    private SSLContext tls() throws IOException {
        try {
            return settings.authorities() == null ? SSLContext.getDefault() : Authorities.trusting(Authorities.read(settings.authorities()));
        } catch (GeneralSecurityException e) {
            throw new IOException("the authorities in %s cannot be used: %s".formatted(settings.authorities(), e.getMessage()), e);
        }
    }

    /// The broker's own words are in the innermost cause: "PRECONDITION_FAILED - inequivalent arg 'durable' for queue ...".
    private static String reason(Exception e) {
        Throwable innermost = e;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost.getMessage() == null ? innermost.getClass().getSimpleName() : innermost.getMessage();
    }

    private void disconnect() {
        declared.clear();
        if (connection != null) {
            connection.abort(Math.toIntExact(CONNECT.toMillis()));
            connection = null;
        }
    }

    @Override
    public void close() {
        disconnect();
    }
}
