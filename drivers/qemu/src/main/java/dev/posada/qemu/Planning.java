package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Works out how an instance is started on this host: finds its emulator and says where its things are. */
final class Planning {
    /** The number of the monitor's socket inside QEMU. */
    static final int MONITOR_DESCRIPTOR = 3;

    private final Machinery machinery;

    Planning(Machinery machinery) {
        this.machinery = machinery;
    }

    /**
     * What a definition's emulator can do.
     *
     * @throws PosadaException when there is no such emulator
     */
    QemuCapabilities capabilities(DomainDefinition definition) {
        return machinery.emulators().capabilities(emulator(definition));
    }

    /**
     * The plan of one instance.
     *
     * @param ports one for each of {@link GraphicsPorts#wanted}
     * @param fileGroups how many open files of clients there are under each name
     * @throws PosadaException {@code CONFIG_UNSUPPORTED} naming what cannot be honoured
     */
    LaunchPlan plan(
            DomainDefinition definition, int id, Path directory, List<Integer> ports, Map<String, Integer> fileGroups) {
        return LaunchPlan.of(definition, capabilities(definition), facts(id, directory, ports, fileGroups));
    }

    /** The plan of an instance that no client's open files are for. */
    LaunchPlan plan(DomainDefinition definition, int id, Path directory, List<Integer> ports) {
        return plan(definition, id, directory, ports, Map.of());
    }

    private Path emulator(DomainDefinition definition) {
        return definition
                .emulator()
                .map(Path::of)
                .or(() -> machinery.emulators().forArchitecture(definition.architecture()))
                .orElseThrow(() -> new PosadaException(
                        ErrorCode.CONFIG_UNSUPPORTED,
                        ErrorOrigin.QEMU,
                        "could not find capabilities for arch=" + definition.architecture()
                                + ": install an emulator for it, or name one in <emulator>"));
    }

    /** What a command line of this instance depends on. */
    LaunchFacts facts(int id, Path directory, List<Integer> ports) {
        return facts(id, directory, ports, Map.of());
    }

    private LaunchFacts facts(int id, Path directory, List<Integer> ports, Map<String, Integer> fileGroups) {
        var state = machinery.context().stateDirectory();
        return new LaunchFacts(
                id,
                machinery.context().privileged(),
                Files.isWritable(HostLinks.VHOST_NET),
                directory,
                machinery.channelDirectory(directory),
                state.resolve("nvram"),
                state.resolve("swtpm"),
                machinery.context().logDirectory(),
                MONITOR_DESCRIPTOR,
                ports,
                machinery.settings().vncListen(),
                machinery.settings().spiceListen(),
                machinery.settings().vncPassword(),
                machinery.settings().spicePassword(),
                Firmware.installed(),
                machinery.clock().instant(),
                fileGroups);
    }
}
