package dev.posada.client;

import dev.posada.protocol.NodeDeviceStub;
import dev.posada.protocol.RemoteNodeDeviceCreateArgs;
import dev.posada.protocol.RemoteNodeDeviceDestroyArgs;
import dev.posada.protocol.RemoteNodeDeviceDetachFlagsArgs;
import dev.posada.protocol.RemoteNodeDeviceGetAutostartArgs;
import dev.posada.protocol.RemoteNodeDeviceGetParentArgs;
import dev.posada.protocol.RemoteNodeDeviceGetXmlDescArgs;
import dev.posada.protocol.RemoteNodeDeviceIsActiveArgs;
import dev.posada.protocol.RemoteNodeDeviceIsPersistentArgs;
import dev.posada.protocol.RemoteNodeDeviceListCapsArgs;
import dev.posada.protocol.RemoteNodeDeviceReAttachArgs;
import dev.posada.protocol.RemoteNodeDeviceResetArgs;
import dev.posada.protocol.RemoteNodeDeviceSetAutostartArgs;
import dev.posada.protocol.RemoteNodeDeviceUndefineArgs;
import java.util.List;
import java.util.Optional;

/** A device of the host behind a {@link Connection}: a handle that asks the daemon for everything but its name. */
public final class NodeDevice {
    /** The most capabilities one device has. */
    private static final int CAPABILITIES_MAX = 64;

    private final Connection connection;
    private final String name;

    NodeDevice(Connection connection, String name) {
        this.connection = connection;
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** What it is, as an XML document. */
    public String xml() {
        return calls().nodeDeviceGetXmlDesc(new RemoteNodeDeviceGetXmlDescArgs(name, 0))
                .xml();
    }

    /** The name of the device it hangs on; empty for the first one. */
    public Optional<String> parent() {
        return Optional.ofNullable(calls().nodeDeviceGetParent(new RemoteNodeDeviceGetParentArgs(name))
                .parentName());
    }

    /** What it is and can, as {@code pci} or {@code storage}. */
    public List<String> capabilities() {
        return calls().nodeDeviceListCaps(new RemoteNodeDeviceListCapsArgs(name, CAPABILITIES_MAX))
                .names();
    }

    /** Whether it is there, as opposed to being only defined. */
    public boolean isActive() {
        return calls().nodeDeviceIsActive(new RemoteNodeDeviceIsActiveArgs(name))
                        .active()
                != 0;
    }

    /** Whether its definition is kept. */
    public boolean isPersistent() {
        return calls().nodeDeviceIsPersistent(new RemoteNodeDeviceIsPersistentArgs(name))
                        .persistent()
                != 0;
    }

    /** Whether it is made when the host starts. */
    public boolean autostart() {
        return calls().nodeDeviceGetAutostart(new RemoteNodeDeviceGetAutostartArgs(name))
                        .autostart()
                != 0;
    }

    /** Says whether it is made when the host starts. */
    public void setAutostart(boolean autostart) {
        calls().nodeDeviceSetAutostart(new RemoteNodeDeviceSetAutostartArgs(name, autostart ? 1 : 0));
    }

    /** Makes it as it is defined. */
    public void start() {
        calls().nodeDeviceCreate(new RemoteNodeDeviceCreateArgs(name, 0));
    }

    /** Forgets its definition. */
    public void undefine() {
        calls().nodeDeviceUndefine(new RemoteNodeDeviceUndefineArgs(name, 0));
    }

    /** Takes it from the host's driver and gives it to the one named, as {@code vfio}. */
    public void detach(String driver) {
        calls().nodeDeviceDetachFlags(new RemoteNodeDeviceDetachFlagsArgs(name, driver, 0));
    }

    /** Takes it from the host's driver, so that a guest can have it. */
    public void detach() {
        calls().nodeDeviceDetachFlags(new RemoteNodeDeviceDetachFlagsArgs(name, null, 0));
    }

    /** Gives it back to the host. */
    public void reattach() {
        calls().nodeDeviceReAttach(new RemoteNodeDeviceReAttachArgs(name));
    }

    /** Resets it. */
    public void reset() {
        calls().nodeDeviceReset(new RemoteNodeDeviceResetArgs(name));
    }

    /** Takes it away, when it is one that was made. */
    public void destroy() {
        calls().nodeDeviceDestroy(new RemoteNodeDeviceDestroyArgs(name));
    }

    private NodeDeviceStub calls() {
        return connection.remote().nodeDevice();
    }
}
