package dev.posada.install;

import java.util.List;
import java.util.Optional;

/** The guest that a command line describes, complete with all defaults. */
interface GuestDocument {

    /** The domain's name. */
    String name();

    /**
     * Checks that a domain may be made under its name.
     *
     * @throws InstallException when another has it, or nothing may be called so
     */
    void checkName();

    /** The kind of hypervisor that the domain's document names, such as {@code kvm}. */
    String type();

    /** The guest's architecture, such as {@code x86_64}. */
    String architecture();

    /** The short id of its operating system; {@code generic} when none is known. */
    String operatingSystem();

    /** The type of its first screen, such as {@code vnc}; empty without a screen. */
    Optional<String> screen();

    /** The volumes to make before it starts. */
    List<PlannedVolume> volumes();

    /**
     * The documents to start and to keep.
     *
     * @param boot what the media contribute to the first start
     */
    Phases phases(InstallBoot boot);

    /**
     * The documents of a guest.
     *
     * @param install the one to install with; empty when the guest starts as it will stay
     * @param after the one that is kept
     */
    record Phases(Optional<String> install, String after) {}
}
