package dev.posada.storage;

import dev.posada.driver.LivePool;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PoolDefinition;
import dev.posada.model.PosadaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Pools of type {@code iscsi}: the disks of a target on another host, reached by a session of open-iscsi's. */
final class IscsiKind implements FoundKind {
    private static final System.Logger LOG = System.getLogger("posada.storage");
    private static final String PACKAGE = "open-iscsi";
    private static final String DEFAULT_PORT = "3260";

    /** A host's name or address; what else there may be would be an option, or another argument's part. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9:\\[][A-Za-z0-9.:\\[\\]_%-]*");

    private static final Pattern TARGET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.:_-]*");

    private final Path sys;
    private final HostTools tools;
    private final IscsiSessions sessions;

    /** @param sys where the kernel's device files are, {@code /sys} */
    IscsiKind(Path sys, HostTools tools) {
        this.sys = sys;
        this.tools = tools;
        this.sessions = new IscsiSessions(sys);
    }

    @Override
    public String word() {
        return "iscsi";
    }

    @Override
    public Set<String> places(PoolDefinition definition) {
        var initiator = definition
                .source()
                .at("initiator", "iqn")
                .flatMap(iqn -> iqn.attribute("name"))
                .orElse("");
        return Set.of("target " + String.join(",", definition.sourceHosts()) + " "
                + String.join(",", definition.sourceDevices()) + " " + initiator);
    }

    @Override
    public Element sources(Optional<Element> where) {
        var host = where.flatMap(source -> source.child("host"))
                .filter(element -> element.attribute("name")
                        .filter(name -> !name.isEmpty())
                        .isPresent())
                .orElseThrow(
                        () -> StorageErrors.of(ErrorCode.INVALID_ARG, "hostname must be specified for iscsi sources"));
        var name = host.attribute("name", "");
        var port = host.attribute("port", DEFAULT_PORT);
        var printed = tools.run(
                "looking for targets of host '" + name + "'",
                PACKAGE,
                List.of(
                        "iscsiadm",
                        "--mode",
                        "discovery",
                        "--type",
                        "sendtargets",
                        "--portal",
                        portal(name, port),
                        "--op",
                        "nonpersistent"));
        var sources = Element.of("sources");
        for (var line : printed.lines().toList()) {
            // portal,group target
            var words = line.strip().split("\\s+", -1);
            if (words.length >= 2) {
                sources = sources.plus(Element.of("source")
                        .plus(Element.of("host", "name", name, "port", port))
                        .plus(Element.of("device", "path", words[1])));
            }
        }
        return sources;
    }

    private static String portal(String host, String port) {
        if (!HOST.matcher(host).matches() || !port.matches("\\d{1,5}")) {
            throw StorageErrors.of(
                    ErrorCode.INVALID_ARG, "host '" + host + "' with port '" + port + "' cannot be reached");
        }
        boolean bare = host.contains(":") && !host.startsWith("[");
        return (bare ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public LivePool start(PoolDefinition definition) {
        var what = "starting pool '" + definition.name() + "'";
        var target = target(definition);
        var portal = portal(definition);
        HostTools.require(what, PACKAGE, "iscsiadm");
        refuseWhatIsNotDone(definition, what);
        if (sessions.of(target).isEmpty()) {
            node(what, portal, target, "--op", "new");
            node(what, portal, target, "--op", "update", "--name", "node.startup", "--value", "manual");
            node(what, portal, target, "--login");
        }
        try {
            var _ = sessions.required(target);
        } catch (PosadaException e) {
            logOutQuietly(portal, target);
            throw e;
        }
        return pool(definition);
    }

    private static void refuseWhatIsNotDone(PoolDefinition definition, String what) {
        if (definition.source().child("auth").isPresent()) {
            throw StorageErrors.of(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    what + ": logging in with <auth> is not driven: let the target admit this host's initiator name");
        }
        if (definition.source().child("initiator").isPresent()) {
            throw StorageErrors.of(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    what + ": an initiator name of its own is not driven: the one in /etc/iscsi/initiatorname.iscsi is"
                            + " used");
        }
    }

    private static String target(PoolDefinition definition) {
        return definition.sourceDevices().stream()
                .findFirst()
                .filter(name -> TARGET.matcher(name).matches())
                .orElseThrow(() -> StorageErrors.of(
                        ErrorCode.XML_ERROR,
                        "pool '" + definition.name() + "' names no target: give <device path='iqn.…'/>"));
    }

    private static String portal(PoolDefinition definition) {
        var host = definition.source().child("host").orElseThrow();
        return portal(host.attribute("name", ""), host.attribute("port", DEFAULT_PORT));
    }

    private void node(String what, String portal, String target, String... action) {
        var command =
                new ArrayList<>(List.of("iscsiadm", "--mode", "node", "--portal", portal, "--targetname", target));
        command.addAll(List.of(action));
        tools.change(what, PACKAGE, command);
    }

    private void logOutQuietly(String portal, String target) {
        try {
            node("leaving target '" + target + "'", portal, target, "--logout");
        } catch (PosadaException e) {
            LOG.log(System.Logger.Level.WARNING, e.getMessage());
        }
    }

    private LivePool pool(PoolDefinition definition) {
        var target = target(definition);
        var portal = portal(definition);
        var link = new ScsiAdapter.Link() {
            @Override
            public int refreshed() {
                var session = sessions.required(target);
                var what = "looking for disks of target '" + target + "'";
                tools.change(
                        what,
                        PACKAGE,
                        List.of("iscsiadm", "--mode", "session", "-r", Integer.toString(session.number()), "-R"));
                new DeviceNodes(tools).settle();
                return session.host();
            }

            @Override
            public void end() {
                if (sessions.of(target).isPresent()) {
                    node("stopping pool '" + definition.name() + "'", portal, target, "--logout");
                }
            }
        };
        return new DevicePool(new ScsiAdapter(
                new ScsiUnits(sys), link, Path.of(definition.targetPath()), Optional.of(withPort(definition))));
    }

    /** The source with the port that is used when none is given. */
    private static Element withPort(PoolDefinition definition) {
        return definition
                .source()
                .mapChildren(child -> child.name().equals("host")
                        ? child.with("port", child.attribute("port", DEFAULT_PORT))
                        : child);
    }

    @Override
    public Optional<LivePool> find(PoolDefinition definition) {
        return sessions.of(target(definition)).map(_ -> pool(definition));
    }
}
