package dev.posada.client;

import dev.posada.model.ErrorCode;
import dev.posada.model.SecretUsage;
import dev.posada.protocol.RemoteConnectListAllSecretsArgs;
import dev.posada.protocol.RemoteSecretDefineXmlArgs;
import dev.posada.protocol.RemoteSecretLookupByUsageArgs;
import dev.posada.protocol.RemoteSecretLookupByUuidArgs;
import dev.posada.protocol.SecretStub;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The passphrases and keys behind a {@link Connection}. */
public final class Secrets {
    private static final int NEED_RESULTS = 1;

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
        return new Secret(
                connection,
                calls().secretDefineXml(new RemoteSecretDefineXmlArgs(xml, 0)).secret());
    }

    private SecretStub calls() {
        return connection.remote().secret();
    }
}
