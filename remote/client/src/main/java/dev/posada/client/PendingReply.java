package dev.posada.client;

import dev.posada.model.PosadaException;
import dev.posada.protocol.Frame;
import dev.posada.protocol.MessageError;
import dev.posada.protocol.MessageStatus;
import dev.posada.protocol.Procedure;
import dev.posada.protocol.WireErrors;
import dev.posada.xdr.XdrException;
import dev.posada.xdr.XdrReader;
import java.time.Duration;
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

    /**
     * A call just about to be sent.
     *
     * @param onSuccess run on the reader's thread before it looks at any later message; must be quick and never block
     */
    PendingReply(Procedure procedure, Consumer<XdrReader> onSuccess) {
        this.procedure = procedure;
        this.onSuccess = onSuccess;
    }

    /** Takes the reply; called by the reader. */
    void complete(Frame reply) {
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
        done.countDown();
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
