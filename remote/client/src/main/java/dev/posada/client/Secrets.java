package dev.posada.client;

import dev.posada.model.ErrorCode;
import dev.posada.model.SecretEvent;
import dev.posada.model.SecretIdentity;
import dev.posada.model.SecretUsage;
import dev.posada.protocol.RemoteConnectListAllSecretsArgs;
import dev.posada.protocol.RemoteConnectSecretEventRegisterAnyArgs;
import dev.posada.protocol.RemoteSecretDefineXmlArgs;
import dev.posada.protocol.RemoteSecretEventLifecycleMsg;
import dev.posada.protocol.RemoteSecretEventValueChangedMsg;
import dev.posada.protocol.RemoteSecretLookupByUsageArgs;
import dev.posada.protocol.RemoteSecretLookupByUuidArgs;
import dev.posada.protocol.SecretRef;
import dev.posada.protocol.SecretStub;
import dev.posada.protocol.XdrMessage;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** The passphrases and keys behind a {@link Connection}. */
public final class Secrets {
    private static final int NEED_RESULTS = 1;
    private static final int VALIDATE = 1;

    /** {@code VIR_SECRET_EVENT_ID_LIFECYCLE} and {@code VIR_SECRET_EVENT_ID_VALUE_CHANGED}. */
    private static final int[] EVENT_IDS = {0, 1};

    private final Connection connection;

    Secrets(Connection connection) {
        this.connection = connection;
    }

    /** The secrets that pass all flags; every secret when there is none. */
    public List<Secret> list(Flag.SecretList... filter) {
        return calls()
                .connectListAllSecrets(new RemoteConnectListAllSecretsArgs(NEED_RESULTS, Flag.bits(filter)))
                .secrets()
                .stream()
                .map(ref -> new Secret(connection, ref))
                .toList();
    }

    /** The secret of this uuid; empty when there is none. */
    public Optional<Secret> byUuid(UUID uuid) {
        return Storage.found(
                ErrorCode.NO_SECRET,
                () -> new Secret(
                        connection,
                        calls().secretLookupByUuid(new RemoteSecretLookupByUuidArgs(uuid))
                                .secret()));
    }

    /**
     * The secret of this uuid.
     *
     * @throws dev.posada.model.PosadaException with the daemon's own words when there is none
     */
    public Secret require(UUID uuid) {
        return new Secret(
                connection,
                calls().secretLookupByUuid(new RemoteSecretLookupByUuidArgs(uuid))
                        .secret());
    }

    /** The secret for this use; empty when there is none. */
    public Optional<Secret> byUsage(SecretUsage usage, String usageId) {
        return Storage.found(
                ErrorCode.NO_SECRET,
                () -> new Secret(
                        connection,
                        calls().secretLookupByUsage(new RemoteSecretLookupByUsageArgs(usage.number(), usageId))
                                .secret()));
    }

    /** Keeps a definition; one with the uuid of an existing secret replaces that secret's and leaves its value. */
    public Secret define(String xml) {
        return define(xml, false);
    }

    /** The same, maybe held against its schema. */
    public Secret define(String xml, boolean validate) {
        return new Secret(
                connection,
                calls().secretDefineXml(new RemoteSecretDefineXmlArgs(xml, validate ? VALIDATE : 0))
                        .secret());
    }

    private SecretStub calls() {
        return connection.remote().secret();
    }

    /**
     * Subscribes to what happens to all secrets. The daemon goes on telling of them until the connection is closed.
     *
     * @param listener called on a thread of the subscription's own, one event at a time
     * @throws dev.posada.model.PosadaException when the daemon does not tell of secrets; nothing is subscribed to then
     */
    public EventSubscription subscribe(Consumer<SecretEvent> listener) {
        return connection.subscribe(
                Secrets::event,
                () -> {
                    for (int id : EVENT_IDS) {
                        connection
                                .remote()
                                .events()
                                .connectSecretEventRegisterAny(new RemoteConnectSecretEventRegisterAnyArgs(id, null));
                    }
                },
                listener);
    }

    private static Optional<SecretEvent> event(XdrMessage message) {
        return switch (message) {
            case RemoteSecretEventLifecycleMsg m ->
                Optional.of(new SecretEvent(identity(m.secret()), new SecretEvent.Lifecycle(m.event() == 0)));
            case RemoteSecretEventValueChangedMsg m ->
                Optional.of(new SecretEvent(identity(m.secret()), new SecretEvent.ValueChanged()));
            default -> Optional.empty();
        };
    }

    private static SecretIdentity identity(SecretRef secret) {
        return new SecretIdentity(secret.uuid(), SecretUsage.of(secret.usageType()), secret.usageId());
    }
}
