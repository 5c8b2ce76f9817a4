package dev.posada.engine;

import java.util.Optional;

/**
 * All that is known at one moment of an object that is defined and started, as pools and virtual networks are; immutable,
 * so that looking needs no lock. What a pool holds changes beside it: its {@link VolumeTable} is shared by its views.
 *
 * @param identity its name and uuid
 * @param presence whether others may see it
 * @param config the stored definition; empty for a transient object
 * @param live what is known while it is started
 * @param autostart whether it starts with the host
 * @param <I> how clients refer to it
 * @param <D> how it is described
 * @param <L> what is known while it is started
 */
record KeptView<I, D, L extends Started<D>>(
        I identity, Presence presence, Optional<D> config, Optional<L> live, boolean autostart) {

    static <I, D, L extends Started<D>> KeptView<I, D, L> reserved(I identity) {
        return new KeptView<>(identity, Presence.RESERVED, Optional.empty(), Optional.empty(), false);
    }

    boolean active() {
        return live.isPresent();
    }

    boolean persistent() {
        return config.isPresent();
    }

    boolean there() {
        return presence == Presence.THERE;
    }

    /** What is started, or else what would be. */
    D definition() {
        return live.map(Started::definition).or(() -> config).orElseThrow();
    }

    KeptView<I, D, L> withConfig(D definition) {
        return new KeptView<>(identity, Presence.THERE, Optional.of(definition), live, autostart);
    }

    KeptView<I, D, L> withoutConfig() {
        return new KeptView<>(identity, live.isPresent() ? presence : Presence.GONE, Optional.empty(), live, false);
    }

    KeptView<I, D, L> withLive(L live) {
        return new KeptView<>(identity, Presence.THERE, config, Optional.of(live), autostart);
    }

    KeptView<I, D, L> withoutLive() {
        return new KeptView<>(
                identity, config.isPresent() ? presence : Presence.GONE, config, Optional.empty(), autostart);
    }

    KeptView<I, D, L> withAutostart(boolean autostart) {
        return new KeptView<>(identity, presence, config, live, autostart);
    }

    KeptView<I, D, L> gone() {
        return new KeptView<>(identity, Presence.GONE, config, live, autostart);
    }
}
