package dev.posada.viewer;

import dev.posada.rfb.RfbClient;
import dev.posada.rfb.RfbException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Sends keys and pointers on a thread of its own, in order: the thread of windows must not wait for a guest. When a guest
 * takes nothing for so long that the queue is full, what comes is dropped.
 */
final class GuestInput implements AutoCloseable {
    private static final int MAX_WAITING = 2048;

    private final RfbClient client;
    private final ThreadPoolExecutor sender = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            Thread.ofVirtual().name("virt-viewer-input").factory(),
            new ThreadPoolExecutor.DiscardPolicy());

    GuestInput(RfbClient client) {
        this.client = client;
    }

    private void send(Runnable message) {
        sender.execute(() -> {
            try {
                message.run();
            } catch (RfbException e) {
                // The thread that reads meets the same end, and tells of it.
                sender.getQueue().clear();
            }
        });
    }

    void key(GuestKey key, boolean down) {
        send(() -> client.key(key.keysym(), key.scanCode(), down));
    }

    /** Presses keys one after another and lets them go in the opposite order. */
    void chord(List<GuestKey> keys) {
        keys.forEach(key -> key(key, true));
        keys.reversed().forEach(key -> key(key, false));
    }

    void pointer(int x, int y, int buttons) {
        send(() -> client.pointer(x, y, buttons));
    }

    void pointerBy(int dx, int dy, int buttons) {
        send(() -> client.pointerBy(dx, dy, buttons));
    }

    void clipboard(String text) {
        send(() -> client.offerClipboard(text));
    }

    void size(int width, int height) {
        send(() -> client.requestSize(width, height));
    }

    @Override
    public void close() {
        sender.shutdownNow();
    }
}
