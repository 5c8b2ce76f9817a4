package dev.posada.client;

import dev.posada.model.SecretUsage;
import dev.posada.model.SecretValue;
import dev.posada.protocol.RemoteSecretGetValueArgs;
import dev.posada.protocol.RemoteSecretGetXmlDescArgs;
import dev.posada.protocol.RemoteSecretSetValueArgs;
import dev.posada.protocol.RemoteSecretUndefineArgs;
import dev.posada.protocol.SecretRef;
import dev.posada.protocol.SecretStub;
import dev.posada.xdr.Opaque;
import java.util.UUID;

/** A secret of a {@link Connection}: a handle that asks the daemon for everything but what names it. */
public final class Secret {
    private final Connection connection;
    private final SecretRef ref;

    Secret(Connection connection, SecretRef ref) {
        this.connection = connection;
        this.ref = ref;
    }

    /** What names it for good. */
    public UUID uuid() {
        return ref.uuid();
    }

    /** What it is for. */
    public SecretUsage usage() {
        return SecretUsage.of(ref.usageType());
    }

    /** Which of these it is for, as a volume's path; empty when it is for nothing in particular. */
    public String usageId() {
        return ref.usageId();
    }

    /** The definition, as an XML document without the value. */
    public String xml() {
        return calls().secretGetXmlDesc(new RemoteSecretGetXmlDescArgs(ref, 0)).xml();
    }

    /** Gives it a value. */
    public void setValue(SecretValue value) {
        calls().secretSetValue(new RemoteSecretSetValueArgs(ref, Opaque.copyOf(value.bytes()), 0));
    }

    /**
     * Its value.
     *
     * @throws dev.posada.model.PosadaException {@code INVALID_SECRET} when it is private, {@code NO_SECRET} when it has
     *     none, {@code OPERATION_DENIED} on a read-only connection
     */
    public SecretValue value() {
        return SecretValue.of(calls().secretGetValue(new RemoteSecretGetValueArgs(ref, 0))
                .value()
                .toByteArray());
    }

    /** Forgets it and its value. */
    public void undefine() {
        calls().secretUndefine(new RemoteSecretUndefineArgs(ref));
    }

    private SecretStub calls() {
        return connection.remote().secret();
    }
}
