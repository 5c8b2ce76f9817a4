package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.qmp.Json;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Everything needed to start one instance: the live definition, the command line, and what must be done around it. A
 * pure function of its sources makes it: the same definition, capabilities and facts give the same plan.
 *
 * @param live the live definition: with aliases, ports, sockets and paths filled in, and the domain's {@code id}
 * @param argv the command line, the emulator's path first
 * @param environment variables for the emulator; nothing else of the daemon's own is handed on
 * @param directories folders that must exist before the start
 * @param sockets paths on which QEMU will listen: what is left there from earlier is removed before the start, and what
 *     QEMU leaves behind after the end
 * @param nvram the variable store to make before the start
 * @param tpms TPM emulators to run before the start
 * @param commands what is said to the monitor, in this order, before the guest's processors run
 * @param passwords passwords to set through the monitor before the guest's processors run
 * @param links what interfaces need opened on the host before the start
 * @param keys files with passphrases that are there while the emulator starts
 * @param files open files of clients that QEMU inherits
 * @param tuning what is done to the emulator's threads once it runs
 */
record LaunchPlan(
        DomainDefinition live,
        List<String> argv,
        SequencedMap<String, String> environment,
        List<Path> directories,
        List<Path> sockets,
        Optional<Nvram> nvram,
        List<TpmEmulator> tpms,
        List<MonitorCommand> commands,
        List<GraphicsPassword> passwords,
        List<NicLink> links,
        List<ImageKeys.KeyFile> keys,
        List<ClientFile> files,
        Tuning tuning) {
    LaunchPlan {
        argv = List.copyOf(argv);
        environment = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(environment));
        directories = List.copyOf(directories);
        sockets = List.copyOf(sockets);
        tpms = List.copyOf(tpms);
        commands = List.copyOf(commands);
        passwords = List.copyOf(passwords);
        links = List.copyOf(links);
        keys = List.copyOf(keys);
        files = List.copyOf(files);
    }

    /**
     * Works out how to start a domain.
     *
     * @param definition complete, as {@link DomainDefaults} leaves it
     * @throws dev.posada.model.PosadaException {@code CONFIG_UNSUPPORTED} naming the first thing that cannot be honoured
     */
    static LaunchPlan of(DomainDefinition definition, QemuCapabilities capabilities, LaunchFacts facts) {
        var live = LiveDefinition.of(definition, facts);
        var assembly = new Assembly(live, capabilities, facts);
        CommandLine.build(assembly);
        var tuning = TuningValues.read(assembly);
        assembly.domain().unread().ifPresent(problem -> {
            throw problem;
        });
        return new LaunchPlan(
                live,
                assembly.argv(),
                assembly.environment,
                assembly.directories.stream().distinct().toList(),
                assembly.sockets.stream().distinct().toList(),
                assembly.nvram,
                assembly.tpms,
                assembly.commands,
                assembly.passwords,
                assembly.links,
                assembly.keys,
                assembly.files,
                tuning);
    }

    /**
     * A variable store: the file, and what it is copied from when it is not there or is to be reset.
     *
     * @param path the domain's own store
     * @param template absent when the store must be there already
     */
    record Nvram(Path path, Optional<Path> template) {}

    /**
     * A TPM emulator to run beside QEMU.
     *
     * @param alias the device's alias
     * @param version {@code 1.2} or {@code 2.0}
     * @param socket where QEMU expects its control socket
     * @param state folder of its lasting state, of this domain alone
     * @param log its log
     */
    record TpmEmulator(String alias, String version, Path socket, Path state, Path log) {}

    /**
     * An open file of a client's.
     *
     * @param number its number inside QEMU
     * @param group the name it has in the definition
     * @param index which of those of that name, from 0
     */
    record ClientFile(int number, String group, int index) {}

    /** A command of the monitor with its arguments. */
    record MonitorCommand(String name, Json.ObjectValue arguments) {}

    /**
     * A display's password.
     *
     * @param protocol {@code vnc} or {@code spice}
     * @param password the password itself; an empty one locks the display
     * @param connected what becomes of clients that are connected: {@code fail}, {@code disconnect} or {@code keep}
     * @param validTo until when it holds, as {@code 2030-12-31T23:59:59} in UTC
     */
    record GraphicsPassword(String protocol, String password, Optional<String> connected, Optional<String> validTo) {
        @Override
        public String toString() {
            return "GraphicsPassword[" + protocol + "]";
        }
    }

    /**
     * Where the emulator's threads may run.
     *
     * @param vcpus host processors by virtual processor; one that is not named has {@code rest}
     * @param emulator host processors of every other thread
     * @param iothreads host processors by I/O thread, from 1
     * @param rest host processors where nothing more special is said ({@code <vcpu cpuset=…>})
     */
    record Tuning(
            Map<Integer, BitSet> vcpus,
            Optional<BitSet> emulator,
            Map<Integer, BitSet> iothreads,
            Optional<BitSet> rest) {
        Tuning {
            vcpus = Collections.unmodifiableSortedMap(new TreeMap<>(vcpus));
            iothreads = Collections.unmodifiableSortedMap(new TreeMap<>(iothreads));
        }
    }
}
