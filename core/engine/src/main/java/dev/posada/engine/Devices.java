package dev.posada.engine;

import dev.posada.driver.Abilities.DiskFigures;
import dev.posada.driver.Abilities.DiskSizes;
import dev.posada.driver.Abilities.InterfaceFigures;
import dev.posada.driver.Abilities.Screenshot;
import java.nio.channels.ByteChannel;
import java.util.List;
import java.util.UUID;

/** What one does with a running domain's devices. What an instance cannot do is {@code NO_SUPPORT}. */
public final class Devices {
    Devices() {}

    /** Presses keys together ({@code virDomainSendKey}); 1 to 16 of them. */
    public void sendKey(UUID domain, int codeset, int holdMillis, List<Integer> keycodes, int flags) {
        Pending.body();
    }

    /** Injects a non-maskable interrupt. */
    public void injectNmi(UUID domain, int flags) {
        Pending.body();
    }

    /** Takes a picture of a screen; to be closed by the caller. */
    public Screenshot screenshot(UUID domain, int screen, int flags) {
        return Pending.body();
    }

    /** Opens a console by alias, the first for an empty one; flags are {@code virDomainConsoleFlags}. */
    public ByteChannel openConsole(UUID domain, String device, int flags) {
        return Pending.body();
    }

    /** Opens a channel by name, the first for an empty one; flags are {@code virDomainChannelFlags}. */
    public ByteChannel openChannel(UUID domain, String name, int flags) {
        return Pending.body();
    }

    /** Says a command to the hypervisor's own monitor; flag 1 means a line for people. */
    public String monitorCommand(UUID domain, String command, int flags) {
        return Pending.body();
    }

    /** A disk's requests and bytes; an empty name sums all disks. */
    public DiskFigures blockStats(UUID domain, String disk) {
        return Pending.body();
    }

    /** An interface's traffic. */
    public InterfaceFigures interfaceStats(UUID domain, String device) {
        return Pending.body();
    }

    /** Sizes of a disk's image ({@code virDomainGetBlockInfo}). */
    public DiskSizes diskSizes(UUID domain, String disk, int flags) {
        return Pending.body();
    }
}
