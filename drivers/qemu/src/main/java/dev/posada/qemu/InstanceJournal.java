package dev.posada.qemu;

import dev.posada.model.Element;
import dev.posada.process.ProcessIdentity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is written down about an instance so that a later daemon finds it again, or clears away what a start that was
 * interrupted left.
 *
 * @param monitor the monitor's socket; it also stands on the emulator's command line, so a process that has the socket
 *     is the instance even if its pid was never written down
 * @param directory the instance's own folder, removed with it
 * @param sockets what QEMU listens on, removed with the instance
 * @param ports ports taken for its displays
 * @param given files that belong to the emulator's user as long as the instance lives
 * @param process the emulator, once it was started
 * @param helpers processes that serve it
 * @param nics interfaces with a link on the host, as they were given out at the start
 * @param complete whether the start was finished: the guest runs or is to stay paused
 */
record InstanceJournal(
        Path monitor,
        Path directory,
        List<Path> sockets,
        List<Integer> ports,
        List<ImageOwners.Given> given,
        Optional<ProcessIdentity> process,
        List<ProcessIdentity> helpers,
        List<Element> nics,
        boolean complete) {
    private static final String ELEMENT = "qemu";

    InstanceJournal {
        sockets = List.copyOf(sockets);
        ports = List.copyOf(ports);
        given = List.copyOf(given);
        helpers = List.copyOf(helpers);
        nics = List.copyOf(nics);
    }

    /** What is known before anything was started. */
    static InstanceJournal intent(
            Path monitor, Path directory, List<Path> sockets, List<Integer> ports, List<ImageOwners.Given> given) {
        return new InstanceJournal(
                monitor, directory, sockets, ports, given, Optional.empty(), List.of(), List.of(), false);
    }

    InstanceJournal withProcess(ProcessIdentity process) {
        return new InstanceJournal(
                monitor, directory, sockets, ports, given, Optional.of(process), helpers, nics, complete);
    }

    InstanceJournal withHelper(ProcessIdentity helper) {
        var more = new ArrayList<>(helpers);
        more.add(helper);
        return new InstanceJournal(monitor, directory, sockets, ports, given, process, more, nics, complete);
    }

    InstanceJournal withNics(List<Element> nics) {
        return new InstanceJournal(monitor, directory, sockets, ports, given, process, helpers, nics, complete);
    }

    InstanceJournal withGiven(List<ImageOwners.Given> given) {
        return new InstanceJournal(monitor, directory, sockets, ports, given, process, helpers, nics, complete);
    }

    InstanceJournal finished() {
        return new InstanceJournal(monitor, directory, sockets, ports, given, process, helpers, nics, true);
    }

    Element toElement() {
        var element = Element.of(
                ELEMENT,
                "monitor",
                monitor.toString(),
                "directory",
                directory.toString(),
                "complete",
                complete ? "yes" : "no");
        for (var socket : sockets) {
            element = element.plus(Element.text("socket", socket.toString()));
        }
        for (int port : ports) {
            element = element.plus(Element.text("port", Integer.toString(port)));
        }
        for (var file : given) {
            element = element.plus(Element.text("given", file.path().toString())
                    .with("before", file.before().toString()));
        }
        if (process.isPresent()) {
            element = element.plus(Element.text("process", process.get().text()));
        }
        for (var helper : helpers) {
            element = element.plus(Element.text("helper", helper.text()));
        }
        for (var nic : nics) {
            element = element.plus(nic);
        }
        return element;
    }

    /** Reads what {@link #toElement} wrote; empty when it is something else. */
    static Optional<InstanceJournal> of(Element element) {
        var monitor = element.attribute("monitor");
        var directory = element.attribute("directory");
        if (!element.name().equals(ELEMENT) || monitor.isEmpty() || directory.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new InstanceJournal(
                    Path.of(monitor.get()),
                    Path.of(directory.get()),
                    element.children("socket").stream()
                            .map(socket -> Path.of(socket.text()))
                            .toList(),
                    element.children("port").stream()
                            .map(port -> Integer.parseInt(port.text()))
                            .toList(),
                    element.children("given").stream()
                            .flatMap(file -> ImageOwners.Owner.parse(file.attribute("before", "")).stream()
                                    .map(owner -> new ImageOwners.Given(Path.of(file.text()), owner)))
                            .toList(),
                    element.childText("process").flatMap(ProcessIdentity::parse),
                    element.children("helper").stream()
                            .flatMap(helper -> ProcessIdentity.parse(helper.text()).stream())
                            .toList(),
                    element.children("interface"),
                    element.has("complete", "yes")));
        } catch (IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }
}
