package dev.posada.engine;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.HostInterface;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import dev.posada.xml.InterfaceXml;
import java.util.List;

/** The network links of the host behind a connection. Flags and errors are libvirt's. */
public final class Interfaces {
    // virConnectListAllInterfacesFlags
    private static final int LIST_INACTIVE = 1;
    private static final int LIST_ACTIVE = 2;

    /** {@code VIR_INTERFACE_XML_INACTIVE}. */
    private static final int XML_INACTIVE = 1;

    /** {@code VIR_INTERFACE_DEFINE_VALIDATE}. */
    private static final int DEFINE_VALIDATE = 1;

    private final InterfaceHost host;
    private final Access access;

    Interfaces(InterfaceHost host, Access access) {
        this.host = host;
        this.access = access;
    }

    /** The interfaces that pass {@code virConnectListAllInterfacesFlags}; 0 means all. */
    public List<HostInterface> list(int flags) {
        var api = "virConnectListAllInterfaces";
        access.query(api);
        checkFlags(flags, LIST_ACTIVE | LIST_INACTIVE, api);
        return host.all().values().stream()
                .filter(link -> flags == 0 || Flags.has(flags, link.active() ? LIST_ACTIVE : LIST_INACTIVE))
                .toList();
    }

    /** The interface of this name; {@code NO_INTERFACE} when there is none. */
    public HostInterface byName(String name) {
        access.query("virInterfaceLookupByName");
        return host.find(name);
    }

    /**
     * The interface with this hardware address; {@code MULTIPLE_INTERFACES} when there are several. Some are defined without one;
     * nobody finds those by it.
     */
    public HostInterface byMac(String mac) {
        access.query("virInterfaceLookupByMACString");
        var found = host.all().values().stream()
                .filter(link -> !mac.isEmpty() && link.mac().equalsIgnoreCase(mac))
                .toList();
        if (found.isEmpty()) {
            throw new PosadaException(
                    ErrorCode.NO_INTERFACE,
                    ErrorOrigin.INTERFACE,
                    "couldn't find interface with MAC address '" + mac + "'");
        }
        if (found.size() > 1) {
            throw new PosadaException(
                    ErrorCode.MULTIPLE_INTERFACES,
                    ErrorOrigin.INTERFACE,
                    "the MAC address '" + mac + "' matches " + found.size() + " interfaces");
        }
        return found.getFirst();
    }

    /** What it is, or what it is defined to be; flags are {@code virInterfaceXMLFlags}. */
    public String xml(String name, int flags) {
        var api = "virInterfaceGetXMLDesc";
        access.query(api);
        checkFlags(flags, XML_INACTIVE, api);
        var link = host.find(name);
        return Documents.format(
                Flags.has(flags, XML_INACTIVE) ? host.definition(name).orElse(link.document()) : link.document());
    }

    /** Whether packets can pass. */
    public boolean isActive(String name) {
        access.query("virInterfaceIsActive");
        return host.find(name).active();
    }

    /** Keeps a definition; flags are {@code virInterfaceDefineFlags}. */
    public HostInterface define(String xml, int flags) {
        var api = "virInterfaceDefineXML";
        access.change(api);
        checkFlags(flags, DEFINE_VALIDATE, api);
        var definition = InterfaceXml.parse(xml, Flags.has(flags, DEFINE_VALIDATE));
        host.define(definition);
        return host.find(InterfaceXml.name(definition));
    }

    /** Forgets a definition; the link stays as it is. */
    public void undefine(String name) {
        access.change("virInterfaceUndefine");
        host.undefine(name);
    }

    /** Brings it up as it is defined; {@code flags} must be 0. */
    public void start(String name, int flags) {
        var api = "virInterfaceCreate";
        access.change(api);
        checkFlags(flags, 0, api);
        host.up(name);
    }

    /** Takes it down; {@code flags} must be 0. */
    public void destroy(String name, int flags) {
        var api = "virInterfaceDestroy";
        access.change(api);
        checkFlags(flags, 0, api);
        host.down(name);
    }

    /** What follows can be taken back; {@code flags} must be 0. */
    public void begin(int flags) {
        var api = "virInterfaceChangeBegin";
        access.change(api);
        checkFlags(flags, 0, api);
        host.begin();
    }

    /** What was changed since {@link #begin} stays; {@code flags} must be 0. */
    public void commit(int flags) {
        var api = "virInterfaceChangeCommit";
        access.change(api);
        checkFlags(flags, 0, api);
        host.commit();
    }

    /** What was changed since {@link #begin} is taken back; {@code flags} must be 0. */
    public void rollback(int flags) {
        var api = "virInterfaceChangeRollback";
        access.change(api);
        checkFlags(flags, 0, api);
        host.abandon();
    }

    private static void checkFlags(int flags, int known, String api) {
        Flags.check(flags, known, api, ErrorOrigin.INTERFACE);
    }
}
