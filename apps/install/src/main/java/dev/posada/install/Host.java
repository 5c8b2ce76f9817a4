package dev.posada.install;

import dev.posada.client.Connection;
import dev.posada.client.Flag;
import dev.posada.client.HostProcessors;
import dev.posada.client.StoragePool;
import dev.posada.client.StorageVolume;
import dev.posada.model.Element;
import dev.posada.model.PosadaException;
import dev.posada.terminal.Trace;
import dev.posada.xml.Documents;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the host behind a connection has and can do. Everything is asked for once, when it is first needed. */
final class Host {
    private static final System.Logger LOG = System.getLogger("posada.install");

    private final Connection connection;
    private final Trace trace;
    private final String uri;
    /** The view of all kinds of domain; what is installed there are guests of QEMU. */
    private static final String ALL_KINDS = "posada";

    private final String driver;
    private final String path;
    private final String hostname;
    private final Map<String, DomainCapabilities> domainCapabilities = new HashMap<>();
    private final Map<String, Element> pools = new LinkedHashMap<>();
    private Optional<Capabilities> capabilities = Optional.empty();
    private Optional<List<Element>> domains = Optional.empty();
    private Optional<List<Element>> devices = Optional.empty();
    private boolean poolsAsked;

    /**
     * @param given the address as the user gave it; empty when the client's settings decided
     * @param trace told what is asked
     */
    Host(Connection connection, Optional<String> given, Trace trace) {
        this.connection = connection;
        this.trace = trace;
        uri = given.orElseGet(connection::daemonUri);
        int colon = Math.max(uri.indexOf(':'), 0);
        var scheme = uri.substring(0, colon);
        driver = (scheme.contains("+") ? scheme.substring(0, scheme.indexOf('+')) : scheme).toLowerCase(Locale.ROOT);
        var rest = uri.substring(Math.min(colon + 1, uri.length()));
        if (rest.startsWith("//")) {
            int end = end(rest, 2);
            hostname = rest.substring(rest.lastIndexOf('@', end) > 2 ? rest.lastIndexOf('@', end) + 1 : 2, end);
            rest = rest.substring(end);
        } else {
            hostname = "";
        }
        int query = rest.indexOf('?');
        path = query < 0 ? rest : rest.substring(0, query);
    }

    private static int end(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if ("/?#".indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return text.length();
    }

    Connection connection() {
        return connection;
    }

    Trace trace() {
        return trace;
    }

    String uri() {
        return uri;
    }

    boolean isQemu() {
        return driver.startsWith("qemu") || driver.equals(ALL_KINDS);
    }

    boolean isTest() {
        return driver.startsWith("test");
    }

    boolean isXen() {
        return driver.startsWith("xen") || driver.startsWith("libxl");
    }

    boolean isLxc() {
        return driver.startsWith("lxc");
    }

    /** Whether the daemon is another machine's. */
    boolean isRemote() {
        return !hostname.isEmpty();
    }

    /** Whether guests belong to the system and not to a user. */
    boolean isPrivileged() {
        return !path.equals("/session");
    }

    boolean isUserQemu() {
        return isQemu() && !isPrivileged();
    }

    Capabilities capabilities() {
        if (capabilities.isEmpty()) {
            var text = connection.capabilities();
            trace.tell("host", () -> "Fetched capabilities for " + uri + ": " + text);
            capabilities = Optional.of(new Capabilities(Documents.parse(text)));
        }
        return capabilities.get();
    }

    /** What a domain of a certain kind can be; of a daemon that does not say, nothing is known. */
    DomainCapabilities domainCapabilities(
            Optional<String> emulator, Optional<String> architecture, Optional<String> machine, Optional<String> type) {
        return domainCapabilities.computeIfAbsent(
                String.join("\n", emulator.orElse(""), architecture.orElse(""), machine.orElse(""), type.orElse("")),
                _ -> {
                    try {
                        var text = connection.domainCapabilities(
                                emulator.orElse(null),
                                architecture.orElse(null),
                                machine.orElse(null),
                                type.orElse(null));
                        trace.tell("host", () -> "Fetched domain capabilities: " + text);
                        return new DomainCapabilities(Documents.parse(text));
                    } catch (PosadaException e) {
                        trace.tell("host", e);
                        return new DomainCapabilities(Element.of("domainCapabilities"));
                    }
                });
    }

    /** A model of processor with all its features spelled out, as an XML document. */
    Element expandedProcessor(DomainCapabilities domain, String cpu) {
        var processors = new HostProcessors(connection);
        String expanded;
        try {
            expanded = processors.hypervisorBaseline(
                    domain.emulator(),
                    domain.architecture(),
                    domain.machine(),
                    domain.type(),
                    List.of(cpu),
                    HostProcessors.EXPAND_FEATURES);
        } catch (PosadaException e) {
            expanded = processors.baseline(List.of(cpu), HostProcessors.EXPAND_FEATURES);
        }
        return Documents.parse(expanded);
    }

    /** The documents of all domains. */
    List<Element> domains() {
        if (domains.isEmpty()) {
            var found = new ArrayList<Element>();
            for (var domain : connection.domains()) {
                try {
                    found.add(Documents.parse(domain.xml()));
                } catch (PosadaException e) {
                    LOG.log(System.Logger.Level.DEBUG, "gone since it was listed: {0}", e.getMessage());
                }
            }
            domains = Optional.of(List.copyOf(found));
        }
        return domains.get();
    }

    /** The documents of all devices of the host. */
    List<Element> devices() {
        if (devices.isEmpty()) {
            devices = Optional.of(connection.nodeDevices().stream()
                    .map(device -> Documents.parse(device.xml()))
                    .toList());
        }
        return devices.get();
    }

    /** The documents of all pools by their names. */
    Map<String, Element> pools() {
        if (!poolsAsked) {
            poolsAsked = true;
            for (var pool : connection.storage().pools()) {
                pools.put(pool.name(), Documents.parse(pool.xml()));
            }
        }
        return pools;
    }

    /** Takes note of a pool that was made. */
    void remember(StoragePool pool) {
        pools().put(pool.name(), Documents.parse(pool.xml()));
    }

    /** The pool of this name. */
    StoragePool pool(String name) {
        return connection
                .storage()
                .poolByName(name)
                .orElseThrow(() -> new InstallException(
                        "Storage pool not found: no storage pool with matching name " + "'" + name + "'"));
    }

    /** The documents of the volumes of all pools that run and pass. */
    List<Element> volumes(java.util.function.Predicate<Element> ofPool) {
        var found = new ArrayList<Element>();
        for (var pool : pools().entrySet()) {
            if (!ofPool.test(pool.getValue())) {
                continue;
            }
            for (var volume : volumes(pool.getKey())) {
                try {
                    found.add(Documents.parse(volume.xml()));
                } catch (PosadaException e) {
                    LOG.log(System.Logger.Level.DEBUG, "gone since it was listed: {0}", e.getMessage());
                }
            }
        }
        return found;
    }

    private List<StorageVolume> volumes(String pool) {
        try {
            return connection
                    .storage()
                    .poolByName(pool)
                    .filter(StoragePool::isActive)
                    .map(StoragePool::volumes)
                    .orElse(List.of());
        } catch (PosadaException e) {
            return List.of();
        }
    }

    /** Whether there is a domain of that name. */
    boolean hasDomain(String name) {
        return connection.domainByName(name).isPresent();
    }

    /** A domain's document, with its secrets. */
    static Element document(dev.posada.client.Domain domain, boolean inactive) {
        return Documents.parse(inactive ? domain.xml(Flag.Xml.SECURE, Flag.Xml.INACTIVE) : domain.xml(Flag.Xml.SECURE));
    }

    /** The folder of the pool that is made when there is none. */
    String defaultPoolPath() {
        if (isPrivileged()) {
            return "/var/lib/libvirt/images";
        }
        var data = System.getenv("XDG_DATA_HOME");
        return (data == null ? System.getProperty("user.home") + "/.local/share/libvirt" : data) + "/images";
    }
}
