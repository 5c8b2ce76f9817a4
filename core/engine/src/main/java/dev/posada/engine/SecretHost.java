package dev.posada.engine;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.SecretDefinition;
import dev.posada.model.SecretEvent;
import dev.posada.model.SecretUsage;
import dev.posada.model.SecretValue;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The secrets of a host. What is there is an immutable map that anybody may read at any time; changes are made one after
 * the other, in the order in which they reach the disk, under {@code changes}.
 */
final class SecretHost {
    /** As many as a client can be told of in one answer. */
    static final int SECRETS_MAX = 16384;

    private final SecretFiles files;
    private final Duration jobWait;
    private final JobSlot changes = new JobSlot();
    private final EventBus<SecretEvent> bus = new EventBus<>();
    private volatile Map<UUID, Secret> secrets = Map.of();

    SecretHost(SecretFiles files, Duration jobWait) {
        this.files = files;
        this.jobWait = jobWait;
    }

    /** Brings back what earlier daemons left. */
    void load() {
        var loaded = new TreeMap<UUID, Secret>();
        files.load(SECRETS_MAX).forEach(secret -> loaded.put(secret.definition().uuid(), secret));
        this.secrets = loaded;
    }

    EventBus<SecretEvent> bus() {
        return bus;
    }

    Collection<Secret> all() {
        return secrets.values();
    }

    /** The secret of this uuid; {@code NO_SECRET} when there is none. */
    Secret secret(UUID uuid) {
        return Optional.ofNullable(secrets.get(uuid))
                .orElseThrow(() -> none("no secret with matching uuid '" + uuid + "'"));
    }

    /** The secret for this use; {@code NO_SECRET} when there is none. */
    Secret secret(SecretUsage usage, String usageId) {
        return find(usage, usageId).orElseThrow(() -> none("no secret with matching usage '" + usageId + "'"));
    }

    private Optional<Secret> find(SecretUsage usage, String usageId) {
        return secrets.values().stream()
                .filter(secret -> secret.definition().usage() == usage)
                .filter(secret -> secret.definition().usageId().equals(usageId))
                .findFirst();
    }

    /** The value a driver is to be handed; {@code NO_SECRET} when it has none yet. */
    static SecretValue value(Secret secret) {
        return secret.value()
                .orElseThrow(() -> none("secret '" + secret.definition().uuid() + "' does not have a value"));
    }

    /** Keeps a definition; the value of one that was there before stays. */
    void define(SecretDefinition definition) {
        try (var _ = changes.begin(JobSlot.Kind.MODIFY, "virSecretDefineXML", jobWait, ErrorOrigin.SECRET)) {
            var before = Optional.ofNullable(secrets.get(definition.uuid()));
            check(definition, before.map(Secret::definition));
            var after = new Secret(definition, before.flatMap(Secret::value));
            if (definition.ephemeral()) {
                files.remove(definition.uuid());
            } else {
                files.keep(definition);
                // One that was in memory only has its value brought to the disk with it.
                if (before.filter(old -> old.definition().ephemeral()).isPresent()) {
                    after.value().ifPresent(value -> files.keep(definition.uuid(), value));
                }
            }
            put(after);
            bus.publish(new SecretEvent(definition.identity(), new SecretEvent.Lifecycle(true)));
        }
    }

    private void check(SecretDefinition wanted, Optional<SecretDefinition> before) {
        if (before.isPresent()) {
            var old = before.get();
            if (!old.usageId().equals(wanted.usageId())) {
                throw internal("a secret with UUID " + old.uuid() + " is already defined for use with "
                        + (old.usage() == SecretUsage.NONE ? "(null)" : old.usageId()));
            }
            if (old.confidential() && !wanted.confidential()) {
                throw internal("cannot change private flag on existing secret");
            }
            return;
        }
        if (wanted.usage() != SecretUsage.NONE) {
            find(wanted.usage(), wanted.usageId()).ifPresent(other -> {
                throw internal("a secret with UUID " + other.definition().uuid() + " already defined for use with "
                        + wanted.usageId());
            });
        }
        if (secrets.size() >= SECRETS_MAX) {
            throw internal("a host can have " + SECRETS_MAX + " secrets; undefine some first");
        }
    }

    void setValue(UUID uuid, SecretValue value) {
        try (var _ = changes.begin(JobSlot.Kind.MODIFY, "virSecretSetValue", jobWait, ErrorOrigin.SECRET)) {
            var definition = secret(uuid).definition();
            if (!definition.ephemeral()) {
                files.keep(uuid, value);
            }
            put(new Secret(definition, Optional.of(value)));
            bus.publish(new SecretEvent(definition.identity(), new SecretEvent.ValueChanged()));
        }
    }

    void undefine(UUID uuid) {
        try (var _ = changes.begin(JobSlot.Kind.MODIFY, "virSecretUndefine", jobWait, ErrorOrigin.SECRET)) {
            var gone = secret(uuid).definition().identity();
            files.remove(uuid);
            var fewer = new TreeMap<>(secrets);
            fewer.remove(uuid);
            secrets = fewer;
            bus.publish(new SecretEvent(gone, new SecretEvent.Lifecycle(false)));
        }
    }

    private void put(Secret secret) {
        var more = new TreeMap<>(secrets);
        more.put(secret.definition().uuid(), secret);
        secrets = more;
    }

    private static PosadaException none(String detail) {
        return new PosadaException(ErrorCode.NO_SECRET, ErrorOrigin.SECRET, detail);
    }

    private static PosadaException internal(String detail) {
        return new PosadaException(ErrorCode.INTERNAL_ERROR, ErrorOrigin.SECRET, detail);
    }
}
