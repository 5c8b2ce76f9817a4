package dev.posada.docker;

import dev.posada.driver.InstanceState;
import dev.posada.driver.Undo;
import dev.posada.link.LinkException;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.posix.PosixException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The interfaces of a container in our own networks, plugged in when its program is there and out when it ends: a pair of
 * links for each, one end at the bridge, the other in the container.
 *
 * <p>Called by one thread at a time. Addresses come from the network's server, which may take seconds: each interface has
 * somebody who asks for one and asks again, beside everything else.
 */
final class ContainerLinks {
    private static final System.Logger LOG = System.getLogger("posada.docker");
    private static final String INTERFACE = "interface";

    /** Names of links inside, when nobody asked for another. */
    private static final String PREFIX = "eth";

    private final Machinery machinery;
    private final InstanceState state;

    /** Who asks for addresses, by the name of the interface's link inside. */
    private final Map<String, AddressKeeper> keepers = new HashMap<>();

    ContainerLinks(Machinery machinery, InstanceState state) {
        this.machinery = machinery;
        this.state = state;
    }

    private List<Element> ours() {
        return state.definition().devices(INTERFACE).stream()
                .filter(nic -> !LiveInterfaces.isEngines(nic))
                .toList();
    }

    /**
     * Plugs all of them into the namespace of a process. When this throws, none is.
     *
     * @throws PosadaException with libvirt's codes
     */
    void plug(long pid) {
        unplug();
        if (state.definition().devices(INTERFACE).isEmpty()) {
            return;
        }
        // What was plugged in while the last run lasted is called by other names in this one.
        state.definition().devices(INTERFACE).forEach(nic -> replace(nic, LiveInterfaces.withoutInside(nic)));
        var nics = ours();
        if (nics.isEmpty()) {
            return;
        }
        mustHaveItsOwn(pid);
        try (var undo = new Undo()) {
            undo.add(this::unplug);
            for (int i = 0; i < nics.size(); i++) {
                var nic = nics.get(i);
                int position = engines() + i;
                translated(() -> plug(nic, pid, position, named -> replace(nic, named)));
            }
            undo.done();
        }
    }

    private void plug(Element nic, long pid, int position, Consumer<Element> known) {
        var inside = free(nic, pid);
        var link = new ContainerLink(machinery.links(), nic, pid, inside);
        var named = LiveInterfaces.withInside(link.make(), inside);
        known.accept(named);
        state.listener().plugged(named);
        link.activate(named);
        keep(named, pid, position);
    }

    /**
     * Plugs one more into a running container. When this throws, it is not.
     *
     * @throws PosadaException with libvirt's codes
     */
    void attach(Element nic, long pid) {
        mustHaveItsOwn(pid);
        int position = state.definition().devices(INTERFACE).size();
        try (var undo = new Undo()) {
            translated(() -> plug(nic, pid, position, named -> {
                undo.add(() -> takeOut(named));
                state.redefine(definition -> LiveInterfaces.with(definition, named));
            }));
            undo.done();
        }
    }

    /** Takes one out of a running container. */
    void detach(Element nic) {
        takeOut(nic);
        state.listener().unplugged(nic);
    }

    private void takeOut(Element nic) {
        LiveInterfaces.inside(nic).map(keepers::remove).ifPresent(AddressKeeper::close);
        translated(() -> {
            if (ContainerLink.name(nic).isPresent()) {
                ContainerLink.remove(machinery.links(), nic);
            }
        });
        state.redefine(definition -> LiveInterfaces.without(definition, nic));
    }

    /** Changes one in place: its bridge, its limits, its filter, its link. When this throws it is as it was. */
    void change(Element before, Element after) {
        try (var undo = new Undo()) {
            if (!before.child("filterref").equals(after.child("filterref"))) {
                undo.add(() -> state.listener().plugged(before));
                state.listener().plugged(after);
            }
            undo.add(() -> translated(() -> ContainerLink.change(machinery.links(), after, before)));
            translated(() -> ContainerLink.change(machinery.links(), before, after));
            undo.done();
        }
        replace(before, after);
    }

    /** Does something with links, and tells of its failure as one of the domain's. */
    void translated(Runnable act) {
        try {
            act.run();
        } catch (LinkException | PosixException e) {
            throw Refusal.of(ErrorCode.INTERNAL_ERROR, "domain '" + name() + "': " + e.getMessage(), e);
        }
    }

    /** Takes on those of a process that runs already. */
    void adopt(long pid) {
        var nics = ours();
        for (int i = 0; i < nics.size(); i++) {
            if (ContainerLink.name(nics.get(i)).isPresent()) {
                keep(nics.get(i), pid, engines() + i);
            }
        }
    }

    /** Lets go of them without unplugging: the daemon ends. */
    void release() {
        keepers.values().forEach(AddressKeeper::close);
        keepers.clear();
    }

    /** Takes all of them out. The container's ends go with its program; nothing is thrown. */
    void unplug() {
        release();
        for (var nic : ours()) {
            if (ContainerLink.name(nic).isPresent()) {
                try {
                    ContainerLink.remove(machinery.links(), nic);
                } catch (LinkException | PosixException e) {
                    LOG.log(Level.WARNING, "domain {0}: {1}", name(), e.getMessage());
                }
            }
        }
    }

    private void keep(Element nic, long pid, int position) {
        if (LinkSettings.of(nic).addressed()) {
            return;
        }
        // Domains that were started before this was written down have their links in order.
        var inside = LiveInterfaces.inside(nic).or(() -> asked(nic)).orElse(PREFIX + position);
        var place = new AddressKeeper.Place(pid, namespace(pid), inside, ContainerLink.mac(nic), name(), position);
        keepers.put(inside, new AddressKeeper(machinery.links(), place, this::resolver));
    }

    /** The file the engine shows a container as its {@code /etc/resolv.conf}. */
    private Optional<Path> resolver() {
        return machinery
                .containers()
                .find(state.definition().uuid())
                .flatMap(container -> Optional.ofNullable(container.getResolvConfPath()))
                .filter(path -> !path.isEmpty())
                .map(Path::of);
    }

    /** What an interface is to be called inside: as asked for, or the first name behind those there are. */
    private static String free(Element nic, long pid) {
        var taken = ContainerTraffic.names(pid);
        return asked(nic)
                .orElseGet(() -> IntStream.rangeClosed(0, taken.size())
                        .mapToObj(number -> PREFIX + number)
                        .filter(name -> !taken.contains(name))
                        .findFirst()
                        .orElseThrow());
    }

    private static Optional<String> asked(Element nic) {
        return nic.child("guest").flatMap(guest -> guest.attribute("dev")).filter(name -> !name.isEmpty());
    }

    /** How many links are the engine's. */
    private int engines() {
        return (int) state.definition().devices(INTERFACE).stream()
                .filter(LiveInterfaces::isEngines)
                .count();
    }

    private void replace(Element before, Element after) {
        state.redefine(definition -> LiveInterfaces.replaced(definition, before, after));
    }

    /** A process in the host's own network would have the host's links renamed and addressed. */
    private void mustHaveItsOwn(long pid) {
        if (namespace(pid).isEmpty()
                || namespace(pid).equals(namespace(ProcessHandle.current().pid()))) {
            throw Refusal.of(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    "domain '" + name()
                            + "': its container has no network of its own that an interface could be plugged into");
        }
    }

    /** What tells one network namespace from another; empty when the process is gone. */
    static String namespace(long pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns", "net"))
                    .toString();
        } catch (IOException e) {
            return "";
        }
    }

    private String name() {
        return state.definition().name();
    }
}
