package dev.posada.server;

import dev.posada.driver.OpenFile;
import dev.posada.engine.Connection;
import dev.posada.posix.Descriptor;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.MessageHeader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of one client, as the classes that answer calls see it. What is to happen once the reply is on its way they
 * leave here. Used by the one thread that runs the call.
 */
final class Call {
    private final Client client;
    private final MessageHeader header;
    private final List<Descriptor> received;
    private final List<Descriptor> attached = new ArrayList<>(0);
    private final List<Runnable> afterReply = new ArrayList<>(0);
    private @Nullable StreamPlan plan;
    private @Nullable ClientStream stream;

    /**
     * A call that has just arrived.
     *
     * @param received the open files that came with it; whoever made the call object closes them once it is answered
     */
    Call(Client client, MessageHeader header, List<Descriptor> received) {
        this.client = client;
        this.header = header;
        this.received = received;
    }

    /** Who calls. */
    Client client() {
        return client;
    }

    MessageHeader header() {
        return header;
    }

    /**
     * The connection the client has opened.
     *
     * @throws dev.posada.model.PosadaException when it has not
     */
    Connection connection() {
        return client.session().connection();
    }

    /**
     * The connection to the kind of a domain: the client's own, or in a view of all kinds one of those behind it.
     *
     * @throws dev.posada.model.PosadaException {@code NO_DOMAIN} when there is no such domain, or there is no connection
     */
    Connection of(DomainRef domain) {
        return connection().kinds().of(domain.uuid());
    }

    /** What the client has said and asked for so far. */
    Session session() {
        return client.session();
    }

    /**
     * Checks that a stream may follow, before anything is opened for it.
     *
     * @throws dev.posada.model.PosadaException when the client has too many already
     */
    void requireStreamRoom() {
        client.streams().requireRoom();
    }

    /** The open files that came with the call; they are closed once it is answered. */
    List<OpenFile> files() {
        return received.stream()
                .<OpenFile>map(file -> new PassedFile(file, true))
                .toList();
    }

    /**
     * An open file that came with the call; it is closed once the call is answered.
     *
     * @param slot from 0, in the order the client sent them
     * @throws dev.posada.model.PosadaException when fewer came
     */
    Descriptor file(int slot) {
        if (slot >= received.size()) {
            throw Failures.internal("No FD available at slot " + slot);
        }
        return received.get(slot);
    }

    /**
     * Checks that open files can travel to the client, before any is made for it.
     *
     * @throws dev.posada.model.PosadaException when its transport does not carry them
     */
    void requireFilePassage() {
        if (!client.passesFiles()) {
            throw Failures.noFilePassage();
        }
    }

    /** Has open files travel with the reply; they are the call's from now on. */
    void attach(List<OpenFile> files) {
        try {
            files.forEach(file -> attached.add(Descriptor.copyOf(file.number())));
        } finally {
            files.forEach(OpenFile::close);
        }
    }

    /** What travels with the reply, to be closed by whoever sends it; nothing when there is an error in its place. */
    List<Descriptor> attached() {
        return List.copyOf(attached);
    }

    /** Has a stream follow the reply; it is let go of when the call fails. */
    void openStream(StreamPlan opened) {
        plan = opened;
    }

    /** Has something done once the reply is on its way; also when there is an error in its place. */
    void afterReply(Runnable action) {
        afterReply.add(action);
    }

    /**
     * The call is done and its answer about to be sent: a reply when {@code success}, an error otherwise. A stream is known
     * from here on, because the client's packets may follow the reply at once, but sends nothing yet.
     */
    void settle(boolean success) {
        if (!success) {
            attached.forEach(Descriptor::close);
            attached.clear();
        }
        if (plan == null) {
            return;
        }
        if (success) {
            stream = client.streams().add(header, plan);
        } else {
            plan.close();
        }
    }

    /** The answer is on its way. */
    void answered() {
        if (stream != null) {
            stream.start();
        }
        afterReply.forEach(Runnable::run);
    }
}
