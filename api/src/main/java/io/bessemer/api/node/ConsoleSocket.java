package io.bessemer.api.node;

import io.bessemer.conductor.console.ConsoleWatch;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PingMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;

/// One client at a console. What it sends is typed, be it binary or text; but the text frame [#BREAK] is the break of a serial line. One that
/// reads too slowly is told what it missed.
final class ConsoleSocket extends AbstractWebSocketHandler {
    static final String BREAK = "{\"type\": \"break\"}";
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleSocket.class);
    private static final Duration PING = Duration.ofSeconds(20);
    /// of silence, pongs included: who is there answers each ping
    private static final Duration GONE = PING.multipliedBy(3).plusSeconds(5);
    /// Tomcat's name for it, in milliseconds
    private static final String READ_IDLE = "org.apache.tomcat.websocket.READ_IDLE_TIMEOUT_MS";
    private static final int LONGEST_MESSAGE = 64 << 10;

    private final ConsoleWatch watch;
    private final boolean asText;
    private final CountDownLatch established = new CountDownLatch(1);
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    /// of a character that is not complete yet
    private byte[] rest = {};

    /// @param asText frames to the client are text, as some terminals in browsers want them
    ConsoleSocket(ConsoleWatch watch, boolean asText) {
        this.watch = watch;
        this.asText = asText;
    }

    /// Gives the place at the console back if no connection comes of it: of a client that went away once it was promised one nobody tells.
    void awaitConnection(Duration patience) {
        Thread.ofVirtual().name("console-socket").start(() -> {
            try {
                if (!established.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                    LOG.debug("A client of a console was gone before it was connected");
                    watch.close();
                }
            } catch (InterruptedException e) {
                watch.close();
            }
        });
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession session) {
        established.countDown();
        session.setBinaryMessageSizeLimit(LONGEST_MESSAGE);
        session.setTextMessageSizeLimit(LONGEST_MESSAGE);
        if (session instanceof NativeWebSocketSession known && known.getNativeSession(Session.class) instanceof Session tomcats) {
            tomcats.getUserProperties().put(READ_IDLE, GONE.toMillis());
        }
        Thread.ofVirtual().name("console-socket").start(() -> pass(session));
    }

    private void pass(WebSocketSession session) {
        try {
            long pinged = System.nanoTime();
            for (byte[] text = watch.take(PING); text != null; text = watch.take(PING)) {
                if (System.nanoTime() - pinged >= PING.toNanos()) { // also while the machine talks: a client that only reads is known by its answers
                    session.sendMessage(new PingMessage());
                    pinged = System.nanoTime();
                }
                if (text.length > 0) {
                    session.sendMessage(asText ? new TextMessage(decoded(text)) : new BinaryMessage(text));
                }
            }
            session.close(CloseStatus.GOING_AWAY.withReason("The console is closed."));
        } catch (IOException | IllegalStateException gone) {
            LOG.debug("A client of a console is gone: {}", gone.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            watch.close();
        }
    }

    private CharSequence decoded(byte[] text) {
        ByteBuffer in = ByteBuffer.allocate(rest.length + text.length).put(rest).put(text).flip();
        CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
        decoder.decode(in, out, false);
        rest = new byte[in.remaining()];
        in.get(rest);
        return out.flip();
    }

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message) {
        if (message.getPayload().equals(BREAK)) {
            watch.sendBreak();
        } else {
            watch.type(message.asBytes());
        }
    }

    @Override
    protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) {
        byte[] typed = new byte[message.getPayload().remaining()];
        message.getPayload().get(typed);
        watch.type(typed);
    }

    @Override
    public void handleTransportError(WebSocketSession session, Throwable fault) {
        watch.close();
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        watch.close();
    }
}
