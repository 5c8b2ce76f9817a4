package dev.posada.docker;

import dev.posada.driver.InstanceState;
import dev.posada.link.LinkException;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.posix.PosixException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The interfaces of a container in our own networks, plugged in when its program is there and out when it ends: a pair of
 * links for each, one end at the bridge, the other in the container.
 *
 * <p>Called by one thread at a time. Addresses come from the network's server, which may take seconds: each interface has
 * somebody who asks for one and asks again, beside everything else.
 */
final class ContainerLinks {
    private static final System.Logger LOG = System.getLogger("posada.docker");
    private static final String INTERNAL = "internal";

    private final Machinery machinery;
    private final InstanceState state;
    private final List<AddressKeeper> keepers = new ArrayList<>();

    ContainerLinks(Machinery machinery, InstanceState state) {
        this.machinery = machinery;
        this.state = state;
    }

    private List<Element> ours() {
        return state.definition().devices("interface").stream()
                .filter(nic -> !nic.has("type", INTERNAL))
                .toList();
    }

    /**
     * Plugs all of them into the namespace of a process. When this throws, none is.
     *
     * @throws PosadaException with libvirt's codes
     */
    void plug(long pid) {
        unplug();
        var nics = ours();
        if (nics.isEmpty()) {
            return;
        }
        mustHaveItsOwn(pid);
        try {
            for (int i = 0; i < nics.size(); i++) {
                var link = new ContainerLink(machinery.links(), nics.get(i), pid, inside(nics.get(i), i));
                var named = link.make();
                rename(nics.get(i), named);
                state.listener().plugged(named);
                link.activate(named);
                keep(named, pid, i);
            }
        } catch (LinkException | PosixException e) {
            unplug();
            throw Refusal.of(ErrorCode.INTERNAL_ERROR, "domain '" + name() + "': " + e.getMessage(), e);
        } catch (PosadaException e) {
            unplug();
            throw e;
        }
    }

    /** Takes on those of a process that runs already. */
    void adopt(long pid) {
        var nics = ours();
        for (int i = 0; i < nics.size(); i++) {
            if (ContainerLink.name(nics.get(i)).isPresent()) {
                keep(nics.get(i), pid, i);
            }
        }
    }

    /** Lets go of them without unplugging: the daemon ends. */
    void release() {
        keepers.forEach(AddressKeeper::close);
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
        int engines = engines(state.definition());
        var place = new AddressKeeper.Place(
                pid, namespace(pid), inside(nic, position), ContainerLink.mac(nic), name(), engines + position);
        keepers.add(new AddressKeeper(machinery.links(), place, this::resolver));
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

    /** What an interface is called within: as asked for, or counted on behind those the engine makes. */
    private String inside(Element nic, int position) {
        return nic.child("guest")
                .flatMap(guest -> guest.attribute("dev"))
                .filter(name -> !name.isEmpty())
                .orElseGet(() -> "eth" + (engines(state.definition()) + position));
    }

    private static int engines(DomainDefinition definition) {
        return (int) definition.devices("interface").stream()
                .filter(nic -> nic.has("type", INTERNAL))
                .count();
    }

    private void rename(Element nic, Element named) {
        state.redefine(definition -> new DomainDefinition(definition
                .root()
                .mapChildren(part -> part.name().equals("devices")
                        ? part.mapChildren(device -> device.equals(nic) ? named : device)
                        : part)));
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
