package dev.posada.qemu;

import dev.posada.driver.DriverContext;
import dev.posada.link.HostCommands;
import dev.posada.model.DomainDefinition;
import dev.posada.posix.DescriptorPassing;
import dev.posada.posix.Poller;
import dev.posada.process.Children;
import dev.posada.process.RunLog;
import dev.posada.process.Tools;
import dev.posada.qmp.QmpSettings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What all instances of one driver share.
 *
 * @param context the driver's folders and host
 * @param settings what {@code qemu.conf} says
 * @param emulators what the host's emulators can do
 * @param poller waits for terminals and ends of processes
 * @param children starts emulators and notices their ends
 * @param tools runs what a start needs done before it
 * @param runAs whom emulators run as
 * @param owners gives them the files they need; empty when files keep their owners
 * @param ports given to displays
 * @param keys numbers of keys
 * @param clock for logs
 */
record Machinery(
        DriverContext context,
        QemuSettings settings,
        Emulators emulators,
        Poller poller,
        Children children,
        Tools tools,
        RunAs runAs,
        Optional<ImageOwners> owners,
        PortPool ports,
        KeyNumbers keys,
        InstantSource clock) {
    /** How much of a domain's name is part of its instance's folder: sockets' paths must stay short. */
    private static final int SHORT_NAME_LENGTH = 20;

    private static final String MONITOR = "monitor.sock";

    /** The folder of one instance alone. */
    Path instanceDirectory(int id, String name) {
        int length = Math.min(name.length(), SHORT_NAME_LENGTH);
        // A character outside the basic plane is two chars, and half of it is none.
        boolean split = length < name.length() && Character.isHighSurrogate(name.charAt(length - 1));
        return context.stateDirectory().resolve("domain-" + id + "-" + name.substring(0, split ? length - 1 : length));
    }

    /** The socket of an instance's monitor. */
    static Path monitorSocket(Path instanceDirectory) {
        return instanceDirectory.resolve(MONITOR);
    }

    /** The folder of an instance's channels, beside its own so that their paths are known to stay. */
    Path channelDirectory(Path instanceDirectory) {
        return context.stateDirectory().resolve("channel").resolve(String.valueOf(instanceDirectory.getFileName()));
    }

    /** How monitors are spoken to: they are given open files. */
    QmpSettings monitorSettings() {
        return QmpSettings.DEFAULT
                .withHandshakeTimeout(settings.monitorTimeout())
                .withPassing(new DescriptorPassing(poller));
    }

    /** A live definition with what the system's daemon makes of every instance. */
    DomainDefinition labelled(DomainDefinition live) {
        return context.privileged() ? LiveLabels.of(live, runAs.label()) : live;
    }

    /** The links of the host behind guests' interfaces. */
    HostLinks links() {
        return new HostLinks(new HostCommands(tools), new BridgeProgram(settings.bridgeHelper(), poller));
    }

    RunLog log(String domain) {
        return new RunLog(context.logDirectory(), domain, clock);
    }
}
