package io.bessemer.cli.client;

import java.io.PrintStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/// A serial console over a WebSocket; what comes goes to a stream as it is.
public final class ConsoleConnection implements WebSocket.Listener, AutoCloseable {
    private static final String BREAK = "{\"type\": \"break\"}";

    private final PrintStream out;
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private WebSocket socket;
    /// one message at a time may be on its way
    private CompletableFuture<?> sending = CompletableFuture.completedFuture(null);

    ConsoleConnection(PrintStream out) {
        this.out = out;
    }

    @Override
    public void onOpen(WebSocket opened) {
        synchronized (this) {
            socket = opened;
        }
        opened.request(1);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        out.write(bytes, 0, bytes.length);
        out.flush();
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        ended.complete(reason.isEmpty() ? "The server closed the console." : reason);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable fault) {
        ended.complete("The connection is lost: " + fault.getMessage());
    }

    public synchronized void type(byte[] text) {
        send(() -> socket.sendBinary(ByteBuffer.wrap(text), true));
    }

    public synchronized void sendBreak() {
        send(() -> socket.sendText(BREAK, true));
    }

    private interface Message {
        CompletableFuture<?> send();
    }

    private void send(Message message) {
        try {
            sending.join();
            sending = message.send();
        } catch (CompletionException lost) {
            ended.complete("The connection is lost: " + lost.getCause().getMessage());
        }
    }

    public void leave(String why) {
        ended.complete(why);
    }

    /// Until it is over.
    ///
    /// @return why
    public String await() throws InterruptedException {
        try {
            return ended.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").orTimeout(2, TimeUnit.SECONDS).handle((_, _) -> null).join();
        socket.abort();
    }
}
