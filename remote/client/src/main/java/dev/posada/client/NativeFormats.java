package dev.posada.client;

import dev.posada.protocol.RemoteConnectDomainXmlFromNativeArgs;
import dev.posada.protocol.RemoteConnectDomainXmlToNativeArgs;

/** A hypervisor's own ways to write down a domain, such as {@code qemu-argv}. */
public final class NativeFormats {
    private final Connection connection;

    NativeFormats(Connection connection) {
        this.connection = connection;
    }

    /** The document for a configuration in one of these formats. */
    public String toXml(String format, String configuration) {
        return connection
                .remote()
                .connect()
                .connectDomainXmlFromNative(new RemoteConnectDomainXmlFromNativeArgs(format, configuration, 0))
                .domainXml();
    }

    /** A document in one of these formats. */
    public String fromXml(String format, String xml) {
        return connection
                .remote()
                .connect()
                .connectDomainXmlToNative(new RemoteConnectDomainXmlToNativeArgs(format, xml, 0))
                .nativeConfig();
    }
}
