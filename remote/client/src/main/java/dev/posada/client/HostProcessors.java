package dev.posada.client;

import dev.posada.protocol.RemoteConnectBaselineCpuArgs;
import dev.posada.protocol.RemoteConnectBaselineHypervisorCpuArgs;
import java.util.List;

/** Calculations with models of processors, by the daemon of a {@link Connection}. */
public final class HostProcessors {
    /** Has features spelled out that a model implies; a bit for {@code flags}. */
    public static final int EXPAND_FEATURES = 1;

    private final Connection connection;

    public HostProcessors(Connection connection) {
        this.connection = connection;
    }

    /**
     * The most that several processors have in common, as an XML document.
     *
     * @param cpus the documents of the processors
     */
    public String baseline(List<String> cpus, int flags) {
        return connection
                .remote()
                .connect()
                .connectBaselineCpu(new RemoteConnectBaselineCpuArgs(cpus, flags))
                .cpu();
    }

    /** As {@link #baseline}, of what a hypervisor of a certain kind can give to a guest. */
    public String hypervisorBaseline(
            String emulator, String architecture, String machine, String virtualization, List<String> cpus, int flags) {
        return connection
                .remote()
                .connect()
                .connectBaselineHypervisorCpu(new RemoteConnectBaselineHypervisorCpuArgs(
                        emulator, architecture, machine, virtualization, cpus, flags))
                .cpu();
    }
}
