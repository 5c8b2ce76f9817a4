package dev.posada.client;

import dev.posada.model.PosadaException;
import dev.posada.posix.Descriptor;
import dev.posada.protocol.Frame;
import dev.posada.protocol.MessageError;
import dev.posada.protocol.MessageStatus;
import dev.posada.protocol.Procedure;
import dev.posada.protocol.WireErrors;
import dev.posada.xdr.XdrException;
import dev.posada.xdr.XdrReader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call whose reply is awaited. Completed once, by the connection's reader or by whoever finds the connection lost;
 * awaited by one caller.
 */
final class PendingReply {

    private final Procedure procedure;
    private final Consumer<XdrReader> onSuccess;
    private final CountDownLatch done = new CountDownLatch(1);
    private @Nullable Frame frame;
    private @Nullable PosadaException failure;
    private List<Descriptor> files = List.of();
    private boolean abandoned;

    /**
     * A call just about to be sent.
     *
     * @param onSuccess run on the reader's thread before it looks at any later message; must be quick and never block
     */
    PendingReply(Procedure procedure, Consumer<XdrReader> onSuccess) {
        this.procedure = procedure;
        this.onSuccess = onSuccess;
    }

    /**
     * Takes the reply; called by the reader.
     *
     * @param came the open files that came with it, this object's from now on
     */
    void complete(Frame reply, List<Descriptor> came) {
        try {
            if (reply.header().statusNumber() == MessageStatus.OK.number()) {
                onSuccess.accept(reply.reader());
            } else {
                failure = WireErrors.decode(MessageError.decode(reply.reader()));
            }
            frame = reply;
        } catch (XdrException e) {
            failure = Failures.malformed(procedure, e);
        }
        synchronized (this) {
            if (failure != null || abandoned) {
                came.forEach(Descriptor::close);
            } else {
                files = came;
            }
        }
        done.countDown();
    }

    /** The open files that came with the reply; the caller's from now on. */
    synchronized List<Descriptor> takeFiles() {
        var taken = files;
        files = List.of();
        return taken;
    }

    /** Nobody waits any more: open files that came, or still come, and were not taken are closed. */
    synchronized void abandon() {
        abandoned = true;
        takeFiles().forEach(Descriptor::close);
    }

    /** Gives up; the connection is lost. */
    void fail(PosadaException cause) {
        failure = cause;
        done.countDown();
    }

    /**
     * Waits for the reply.
     *
     * @param timeout zero for as long as it takes
     * @return the reply's payload
     */
    XdrReader await(Duration timeout) {
        try {
            if (timeout.isZero()) {
                done.await();
            } else if (!done.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw Failures.timedOut(procedure, timeout);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failures.interrupted(procedure.traits().apiName());
        }
        if (failure != null) {
            throw Failures.seenFromHere(failure);
        }
        if (frame == null) {
            throw new IllegalStateException("completed without a reply");
        }
        return frame.reader();
    }
}
