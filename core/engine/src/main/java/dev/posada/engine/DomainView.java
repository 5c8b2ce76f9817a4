package dev.posada.engine;

import dev.posada.model.DomainDefinition;
import dev.posada.model.DomainIdentity;
import dev.posada.model.DomainStatus;
import java.util.Optional;
import java.util.UUID;

/**
 * All that is known of a domain at one moment; immutable, so that looking needs no lock.
 *
 * @param name its name
 * @param uuid its uuid
 * @param id the running instance's number once the driver has reported it, {@link DomainIdentity#INACTIVE} otherwise
 * @param status state and reason
 * @param presence whether others may see it
 * @param config the stored definition; empty for a transient domain
 * @param live the instance, from the intent to start it until it has ended
 * @param autostart whether it starts with the host
 * @param updated whether the stored definition was changed while the instance ran
 */
record DomainView(
        String name,
        UUID uuid,
        int id,
        DomainStatus status,
        Presence presence,
        Optional<StoredDefinition> config,
        Optional<Live> live,
        boolean autostart,
        boolean updated) {

    /**
     * An instance and what it runs.
     *
     * @param instance the instance
     * @param definition the live definition
     * @param facts of the live definition
     */
    record Live(Instance instance, DomainDefinition definition, DomainFacts facts) {
        Live(Instance instance, DomainDefinition definition) {
            this(instance, definition, DomainFacts.of(definition));
        }
    }

    static DomainView reserved(String name, UUID uuid) {
        return new DomainView(
                name,
                uuid,
                DomainIdentity.INACTIVE,
                DomainStatus.SHUTOFF_UNKNOWN,
                Presence.RESERVED,
                Optional.empty(),
                Optional.empty(),
                false,
                false);
    }

    DomainIdentity identity() {
        return new DomainIdentity(name, uuid, id);
    }

    boolean active() {
        return id != DomainIdentity.INACTIVE;
    }

    boolean persistent() {
        return config.isPresent();
    }

    boolean there() {
        return presence == Presence.THERE;
    }

    /** The facts of what runs, or of what would. */
    DomainFacts facts() {
        return live.filter(_ -> active())
                .map(Live::facts)
                .or(() -> config.map(StoredDefinition::facts))
                .or(() -> live.map(Live::facts))
                .orElseThrow();
    }

    DomainView withName(String name) {
        return new DomainView(name, uuid, id, status, presence, config, live, autostart, updated);
    }

    /** With a stored definition; there from now on. */
    DomainView withConfig(StoredDefinition definition) {
        return new DomainView(
                name, uuid, id, status, Presence.THERE, Optional.of(definition), live, autostart, updated || active());
    }

    /** With the stored definition that has the new name. */
    DomainView withRenamed(StoredDefinition definition) {
        return new DomainView(name, uuid, id, status, presence, Optional.of(definition), live, autostart, updated);
    }

    /** Without a stored definition; gone unless it runs. */
    DomainView withoutConfig() {
        var left = live.isPresent() ? presence : Presence.GONE;
        return new DomainView(name, uuid, id, status, left, Optional.empty(), live, false, false);
    }

    DomainView withAutostart(boolean autostart) {
        return new DomainView(name, uuid, id, status, presence, config, live, autostart, updated);
    }

    /** With an instance that is to be started or looked for; nothing else is known of it yet. */
    DomainView withLive(Live live) {
        return new DomainView(name, uuid, id, status, presence, config, Optional.of(live), autostart, updated);
    }

    /** With what the driver reported of its instance; there from now on. */
    DomainView reported(int id, DomainStatus status) {
        return new DomainView(name, uuid, id, status, Presence.THERE, config, live, autostart, updated);
    }

    /** Without the instance; gone unless there is a stored definition. */
    DomainView stopped(DomainStatus status) {
        return new DomainView(
                name,
                uuid,
                DomainIdentity.INACTIVE,
                status,
                persistent() ? presence : Presence.GONE,
                config,
                Optional.empty(),
                autostart,
                false);
    }

    DomainView gone() {
        return new DomainView(name, uuid, id, status, Presence.GONE, config, live, autostart, updated);
    }
}
