package dev.posada.qemu;

import dev.posada.driver.Undo;
import dev.posada.link.HostCommands;
import dev.posada.link.LinkBatch;
import dev.posada.link.LinkBatch.MacvlanMode;
import dev.posada.link.LinkException;
import dev.posada.link.Links;
import dev.posada.model.Content;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.posix.CurrentProcess;
import dev.posada.posix.Descriptor;
import dev.posada.posix.Errno;
import dev.posada.posix.NetworkLinks;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.PosixException;
import dev.posada.posix.TapDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The links of the host behind guests' interfaces: opens them, sets them up, takes them away. A link is made down, so that
 * guards can be put up before a packet passes; {@link #activate} lets packets through.
 *
 * <p>Safe for use by several threads.
 */
final class HostLinks {
    static final Path VHOST_NET = Path.of("/dev/vhost-net");

    private static final System.Logger LOG = System.getLogger("posada.qemu");
    private static final int ROOT = 0;
    private static final Path TUN = Path.of("/dev/net/tun");

    /** Beginnings of names that are given out here; a definition that has one has it from an earlier run. */
    private static final Set<String> GIVEN_OUT = Set.of("vnet", "macvtap", "macvlan", "vif");

    /** How many names are tried for a macvtap device; each belongs to somebody's interface. */
    private static final int NAMES_MAX = 8192;

    private static final Map<String, MacvlanMode> MODES = Map.of(
            "vepa", MacvlanMode.VEPA,
            "bridge", MacvlanMode.BRIDGE,
            "private", MacvlanMode.PRIVATE,
            "passthrough", MacvlanMode.PASSTHRU);

    /** What stands before {@code target} in an interface. */
    private static final Set<String> BEFORE_TARGET = Set.of(
            "mac",
            "source",
            "vlan",
            "virtualport",
            "bandwidth",
            "port",
            "ip",
            "route",
            "portForward",
            "script",
            "downscript",
            "backenddomain");

    private final HostCommands commands;
    private final Links links;
    private final TrafficLimits limits;
    private final OpenVswitch vswitch;
    private final BridgeProgram helper;

    HostLinks(HostCommands commands, BridgeProgram helper) {
        this.helper = helper;
        this.commands = commands;
        this.links = new Links(commands);
        this.limits = new TrafficLimits(commands);
        this.vswitch = new OpenVswitch(commands);
    }

    /**
     * An interface's link, open.
     *
     * @param nic the interface with its {@code target}
     * @param files by what QEMU calls them
     */
    record Opened(Element nic, Map<String, Descriptor> files) implements AutoCloseable {
        Opened {
            files = Map.copyOf(files);
        }

        /** Closes our descriptors; whoever was given theirs keeps them. */
        @Override
        public void close() {
            files.values().forEach(Descriptor::close);
        }
    }

    /** Whether the other side of an interface is a link of the host. */
    static boolean isLink(Element nic) {
        return InterfaceRules.LINKS.contains(nic.attribute("type", ""));
    }

    /** Whether an interface is a port of an Open vSwitch. */
    static boolean isOpenVswitch(Element nic) {
        return nic.child("virtualport")
                .filter(port -> port.has("type", "openvswitch"))
                .isPresent();
    }

    /** The name of an interface's link, once it has one. */
    static Optional<String> name(Element nic) {
        return nic.child("target").flatMap(target -> target.attribute("dev")).filter(name -> !name.isEmpty());
    }

    /**
     * Opens what an interface needs. When this throws, nothing of it is left.
     *
     * @throws PosadaException {@code SYSTEM_ERROR} and its relatives, naming what is missing
     */
    Opened open(Element nic, NicLink wanted) {
        if (wanted.device().isPresent()) {
            return vdpa(nic, wanted.device().get());
        }
        try (var undo = new Undo()) {
            var tap = switch (nic.attribute("type", "")) {
                case "direct" -> macvtap(nic, wanted.queues().size(), undo);
                case "ethernet" -> ethernet(nic, wanted.queues().size(), undo);
                default -> bridged(nic, wanted.queues().size(), undo);
            };
            var files = new LinkedHashMap<String, Descriptor>();
            for (int i = 0; i < wanted.queues().size(); i++) {
                files.put(wanted.queues().get(i), tap.queues().get(i));
            }
            for (var name : wanted.vhosts()) {
                var file = openVhost(nic);
                undo.add(file::close);
                files.put(name, file);
            }
            var named = withTarget(nic, tap.name());
            undo.done();
            return new Opened(named, files);
        }
    }

    /** Gives a card of the host that a guest is to have for itself the guest's address. */
    void prepare(Element nic) {
        run("Cannot set the address of the host's card", VirtualFunction.of(nic).command(nic));
    }

    private static Opened vdpa(Element nic, String name) {
        var path = source(nic).attribute("dev", "");
        try {
            return new Opened(nic, Map.of(name, Descriptor.open(Path.of(path), OpenFlag.READ_WRITE)));
        } catch (PosixException e) {
            throw failed(e, "Unable to open '" + path + "' for vdpa device");
        }
    }

    private static Descriptor openVhost(Element nic) {
        var path = backend(nic, "vhost").map(Path::of).orElse(VHOST_NET);
        try {
            return Descriptor.open(path, OpenFlag.READ_WRITE);
        } catch (PosixException e) {
            throw failed(e, "vhost-net was requested for an interface, but " + path + " cannot be opened");
        }
    }

    private TapDevice bridged(Element nic, int queues, Undo undo) {
        var bridge = source(nic).attribute("bridge", "");
        boolean virtual = isOpenVswitch(nic);
        int mtu = size(nic).orElseGet(() -> virtual ? 0 : mtuOf(bridge));
        if (!virtual && CurrentProcess.effectiveUid() != ROOT && Files.isExecutable(helper.program())) {
            return helped(nic, bridge, queues, undo);
        }
        var tap = makeTap(nic, queues, undo);
        var name = tap.name();
        try {
            NetworkLinks.setAddress(name, hostSide(mac(nic)));
            if (mtu > 0) {
                NetworkLinks.setMtu(name, mtu);
            }
        } catch (PosixException e) {
            throw failed(e, "Cannot set up tap device " + name);
        }
        if (virtual) {
            vswitch.addPort(bridge, name, nic);
            undo.add(() -> vswitch.removePort(name));
        } else {
            join(nic, bridge, name);
        }
        coalesce(nic, name);
        return tap;
    }

    /** A tap that QEMU's helper makes and puts up: what it does not do cannot be done by who needs it. */
    private TapDevice helped(Element nic, String bridge, int queues, Undo undo) {
        if (queues > 1
                || size(nic).isPresent()
                || nic.child("port").isPresent()
                || wantedName(nic).isPresent()) {
            throw Refusal.unsupported("only the system's daemon sets up a card's queues, mtu, isolation or target name:"
                    + " connect to qemu:///system, or leave them out");
        }
        var tap = helper.open(bridge, isVirtio(nic));
        undo.add(tap::close);
        return tap;
    }

    private static int mtuOf(String bridge) {
        try {
            return NetworkLinks.mtu(bridge);
        } catch (PosixException e) {
            throw failed(e, "Cannot get interface MTU on '" + bridge + "'");
        }
    }

    private void join(Element nic, String bridge, String name) {
        try {
            NetworkLinks.join(bridge, name);
        } catch (PosixException e) {
            throw failed(e, "Unable to add bridge " + bridge + " port " + name);
        }
        boolean isolated =
                nic.child("port").filter(port -> port.has("isolated", "yes")).isPresent();
        boolean ownTable = source(nic).has("macTableManager", "libvirt");
        if (!isolated && !ownTable) {
            return;
        }
        var batch = new LinkBatch();
        if (isolated) {
            batch.isolated(name, true);
        }
        if (ownTable) {
            batch.learning(name, false);
        }
        apply("cannot set up " + name + " as a port of " + bridge, batch);
        if (ownTable) {
            run(
                    "cannot enter " + mac(nic) + " in the table of " + bridge,
                    List.of("bridge", "fdb", "add", mac(nic), "dev", name, "master", "temp"));
        }
    }

    private static TapDevice makeTap(Element nic, int queues, Undo undo) {
        var pattern = wantedName(nic).orElse("vnet%d");
        var file = backend(nic, "tap").map(Path::of).orElse(TUN);
        try {
            var tap = TapDevice.open(file, pattern, queues, isVirtio(nic));
            undo.add(tap::close);
            return tap;
        } catch (PosixException e) {
            if (e.call().equals("open")) {
                throw failed(e, "Unable to open " + file + ", is tun module loaded?");
            }
            if (e.errno() == Errno.EPERM && CurrentProcess.effectiveUid() != ROOT) {
                throw PosadaException.system(
                        ErrorOrigin.NONE,
                        e.errno(),
                        "Unable to create tap device " + pattern + ": " + Errno.description(e.errno())
                                + "; only the system's daemon makes links: connect to qemu:///system, or use type='user'");
            }
            throw failed(e, "Unable to create tap device " + pattern);
        }
    }

    private TapDevice ethernet(Element nic, int queues, Undo undo) {
        boolean managed = nic.child("target")
                .filter(target -> target.has("managed", "no"))
                .isEmpty();
        if (!managed) {
            return unmanaged(nic, queues, undo);
        }
        var tap = makeTap(nic, queues, undo);
        var name = tap.name();
        try {
            NetworkLinks.setAddress(name, hostSide(mac(nic)));
            size(nic).ifPresent(mtu -> NetworkLinks.setMtu(name, mtu));
        } catch (PosixException e) {
            throw failed(e, "Cannot set up tap device " + name);
        }
        for (var ip : source(nic).children("ip")) {
            run("cannot give " + name + " its address", addressOf(name, ip));
        }
        coalesce(nic, name);
        return tap;
    }

    private static List<String> addressOf(String name, Element ip) {
        var own = ip.attribute("address", "");
        boolean ipv6 = own.contains(":");
        var prefix = "/" + ip.attribute("prefix", ipv6 ? "64" : "32");
        var words = new ArrayList<>(List.of("ip", "address", "add"));
        var peer = ip.attribute("peer");
        words.addAll(peer.isPresent() ? List.of(own, "peer", peer.get() + prefix) : List.of(own + prefix));
        words.addAll(List.of("dev", name));
        return words;
    }

    private static List<String> routeOf(String name, Element route) {
        boolean ipv6 = route.attribute("address", "").contains(":");
        var words = new ArrayList<>(List.of("ip", ipv6 ? "-6" : "-4", "route", "add"));
        words.add(route.attribute("address", "") + "/" + route.attribute("prefix", ipv6 ? "64" : "32"));
        route.attribute("gateway").ifPresent(gateway -> words.addAll(List.of("via", gateway)));
        words.addAll(List.of("dev", name));
        route.attribute("metric").ifPresent(metric -> words.addAll(List.of("metric", metric)));
        return words;
    }

    /** A tap or macvtap device that somebody else has made and set up. */
    private static TapDevice unmanaged(Element nic, int queues, Undo undo) {
        var name = name(nic)
                .orElseThrow(() -> new PosadaException(
                        ErrorCode.INTERNAL_ERROR, ErrorOrigin.NONE, "target dev must be supplied when managed='no'"));
        int index = NetworkLinks.index(name)
                .orElseThrow(() -> new PosadaException(
                        ErrorCode.INTERNAL_ERROR,
                        ErrorOrigin.NONE,
                        "target managed='no' but specified dev doesn't exist: " + name));
        var own = Path.of("/dev/tap" + index);
        try {
            var tap = TapDevice.open(Files.exists(own) ? own : TUN, name, queues, isVirtio(nic));
            undo.add(tap::close);
            return tap;
        } catch (PosixException e) {
            throw failed(e, "Unable to create tap device " + name);
        }
    }

    private TapDevice macvtap(Element nic, int queues, Undo undo) {
        var below = source(nic).attribute("dev", "");
        if (!NetworkLinks.exists(below)) {
            throw PosadaException.system(
                    ErrorOrigin.NONE,
                    Errno.ENODEV,
                    "Unable to get index for interface " + below + ": " + Errno.description(Errno.ENODEV));
        }
        var word = source(nic).attribute("mode", "vepa");
        var mode = Optional.ofNullable(MODES.get(word))
                .orElseThrow(() -> Refusal.unsupported("mode='" + Refusal.shown(word) + "' of <source> is not known"));
        var name = makeMacvtap(nic, below, mode);
        undo.add(() -> links.delete(name));
        var file = Path.of("/dev/tap" + NetworkLinks.index(name).orElse(0));
        try {
            var tap = TapDevice.open(file, name, queues, isVirtio(nic));
            undo.add(tap::close);
            return tap;
        } catch (PosixException e) {
            throw failed(e, "cannot open macvtap tap device " + file);
        }
    }

    private String makeMacvtap(Element nic, String below, MacvlanMode mode) {
        var wanted = wantedName(nic);
        for (int i = 0; i < NAMES_MAX; i++) {
            var name = wanted.orElse("macvtap" + i);
            if (wanted.isEmpty() && NetworkLinks.exists(name)) {
                continue;
            }
            try {
                links.apply("cannot make " + name + " on " + below, new LinkBatch().addMacvtap(name, below, mode));
            } catch (LinkException e) {
                if (e.kind() == LinkException.Kind.EXISTS && wanted.isEmpty()) {
                    continue; // somebody took the name meanwhile
                }
                throw failed(e);
            }
            try {
                NetworkLinks.setAddress(name, mac(nic));
                return name;
            } catch (PosixException e) {
                links.delete(name);
                throw failed(e, "Cannot set interface MAC to " + mac(nic) + " on '" + name + "'");
            }
        }
        throw new PosadaException(
                ErrorCode.INTERNAL_ERROR,
                ErrorOrigin.NONE,
                "no name from macvtap0 to macvtap" + NAMES_MAX + " is free");
    }

    /** Lets packets through an interface's link: limits first. */
    void activate(Element nic) {
        var link = name(nic);
        if (link.isEmpty() || !isLink(nic)) {
            return;
        }
        var name = link.get();
        if (nic.child("bandwidth").isPresent()) {
            limits.apply(name, nic);
        }
        boolean theirs = nic.child("target")
                .filter(target -> target.has("managed", "no"))
                .isPresent();
        if (!theirs) {
            try {
                NetworkLinks.setUp(name, true);
            } catch (PosixException e) {
                throw failed(e, "Cannot take interface " + name + " up");
            }
        }
        if (nic.has("type", "ethernet")) {
            for (var route : source(nic).children("route")) {
                run("cannot route by " + name, routeOf(name, route));
            }
            script(nic, "script", name);
        }
    }

    /** Puts the limits of an interface's link in force as it has them now. */
    void limit(Element nic) {
        name(nic).ifPresent(name -> limits.apply(name, nic));
    }

    /** Moves a link from one bridge to another. */
    void move(Element nic, String from, String to) {
        var name = name(nic).orElseThrow();
        int mtu = mtuOf(to);
        try {
            NetworkLinks.leave(from, name);
        } catch (PosixException e) {
            LOG.log(System.Logger.Level.DEBUG, "{0} was no port of {1} any more", name, from);
        }
        try {
            join(nic, to, name);
            if (size(nic).isEmpty()) {
                NetworkLinks.setMtu(name, mtu);
            }
        } catch (PosixException | PosadaException e) {
            if (NetworkLinks.exists(from)) {
                join(nic, from, name);
            }
            throw e;
        }
    }

    /** Takes away what does not go by itself when QEMU closes it. Nothing is thrown: the guest is gone. */
    void release(Element nic) {
        var link = name(nic);
        if (link.isEmpty() || !isLink(nic)) {
            return;
        }
        var name = link.get();
        boolean theirs = nic.child("target")
                .filter(target -> target.has("managed", "no"))
                .isPresent();
        try {
            if (nic.has("type", "direct")) {
                if (NetworkLinks.exists(name) && NetworkLinks.address(name).equalsIgnoreCase(mac(nic))) {
                    links.delete(name);
                }
            } else if (isOpenVswitch(nic)) {
                vswitch.removePort(name);
            } else if (nic.has("type", "ethernet") && !theirs) {
                script(nic, "downscript", name);
            }
        } catch (LinkException | PosixException | PosadaException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot take {0} away: {1}", name, e.getMessage());
        }
    }

    /**
     * Deletes the macvtap a start has made that was cut off before it could write the name down: it has the guest's address.
     */
    void sweep(Element nic) {
        if (!nic.has("type", "direct") || name(nic).isPresent()) {
            return;
        }
        try {
            for (var link : links.list()) {
                if (link.name().startsWith("macvtap") && link.mac().equalsIgnoreCase(mac(nic))) {
                    links.delete(link.name());
                }
            }
        } catch (LinkException e) {
            LOG.log(System.Logger.Level.WARNING, e.getMessage());
        }
    }

    private void script(Element nic, String element, String name) {
        nic.child(element)
                .flatMap(script -> script.attribute("path"))
                .filter(path -> !path.isEmpty())
                .ifPresent(path -> run("the interface's script failed", List.of(path, name)));
    }

    private void coalesce(Element nic, String name) {
        var frames = nic.at("coalesce", "rx", "frames").flatMap(element -> element.attribute("max"));
        if (frames.isEmpty()) {
            return;
        }
        try {
            NetworkLinks.setCoalescedFrames(name, Integer.parseUnsignedInt(frames.get()));
        } catch (PosixException e) {
            throw failed(e, "Cannot set coalesce info on '" + name + "'");
        }
    }

    private void apply(String what, LinkBatch batch) {
        try {
            links.apply(what, batch);
        } catch (LinkException e) {
            throw failed(e);
        }
    }

    private void run(String what, List<String> arguments) {
        try {
            commands.run(what, arguments);
        } catch (LinkException e) {
            throw failed(e);
        }
    }

    private static PosadaException failed(LinkException e) {
        return new PosadaException(ErrorCode.INTERNAL_ERROR, ErrorOrigin.NONE, e.getMessage(), e);
    }

    private static PosadaException failed(PosixException e, String what) {
        return PosadaException.system(ErrorOrigin.NONE, e.errno(), what + ": " + Errno.description(e.errno()));
    }

    /** The name a user wants for a link; names that are given out here are none of a user's. */
    private static Optional<String> wantedName(Element nic) {
        return name(nic).filter(name -> GIVEN_OUT.stream().noneMatch(name::startsWith));
    }

    private static Element source(Element nic) {
        return nic.child("source").orElse(Element.of("source"));
    }

    private static Optional<String> backend(Element nic, String attribute) {
        return nic.child("backend")
                .flatMap(backend -> backend.attribute(attribute))
                .filter(path -> !path.isEmpty());
    }

    private static Optional<Integer> size(Element nic) {
        return nic.child("mtu").flatMap(mtu -> mtu.attribute("size")).map(Integer::parseInt);
    }

    static String mac(Element nic) {
        return nic.child("mac").map(mac -> mac.attribute("address", "")).orElse("");
    }

    private static boolean isVirtio(Element nic) {
        return nic.child("model")
                .filter(model -> model.attribute("type", "").startsWith("virtio"))
                .isPresent();
    }

    /** The host's side of a wire must not have the guest's own address; a high one keeps a bridge from taking it. */
    static String hostSide(String mac) {
        return (mac.regionMatches(true, 0, "fe", 0, 2) ? "fa" : "fe") + mac.substring(2);
    }

    /** An interface with the name of its link, in its place. */
    static Element withTarget(Element nic, String name) {
        if (nic.child("target").isPresent()) {
            return nic.mapChildren(child -> child.name().equals("target") ? child.with("dev", name) : child);
        }
        var content = new ArrayList<Content>();
        boolean placed = false;
        for (var part : nic.content()) {
            boolean before = part instanceof Element child && BEFORE_TARGET.contains(child.name());
            if (!before && !placed) {
                content.add(Element.of("target", "dev", name));
                placed = true;
            }
            content.add(part);
        }
        if (!placed) {
            content.add(Element.of("target", "dev", name));
        }
        return nic.withContent(content);
    }
}
