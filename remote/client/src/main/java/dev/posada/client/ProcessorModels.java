package dev.posada.client;

import dev.posada.protocol.ConnectStub;
import dev.posada.protocol.RemoteConnectBaselineCpuArgs;
import dev.posada.protocol.RemoteConnectBaselineHypervisorCpuArgs;
import dev.posada.protocol.RemoteConnectCompareCpuArgs;
import dev.posada.protocol.RemoteConnectCompareHypervisorCpuArgs;
import dev.posada.protocol.RemoteConnectGetCpuModelNamesArgs;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Models of processors as the daemon of a {@link Connection} knows them, compared with what its host has. */
public final class ProcessorModels {
    private static final int NEED_RESULTS = 1;
    private static final int EXPAND_FEATURES = 1;
    private static final int MIGRATABLE = 2;
    private static final int FAIL_WHEN_INCOMPATIBLE = 1;
    private static final int VALIDATE = 2;

    private final Connection connection;

    ProcessorModels(Connection connection) {
        this.connection = connection;
    }

    /** What came of a comparison. */
    public enum Comparison {
        /** The host has not all that is described. */
        INCOMPATIBLE,
        /** The host has just what is described. */
        IDENTICAL,
        /** The host has more. */
        SUPERSET;

        private static Comparison of(int number) {
            return switch (number) {
                case 1 -> IDENTICAL;
                case 2 -> SUPERSET;
                default -> INCOMPATIBLE;
            };
        }
    }

    /**
     * A kind of domain; what is absent is left to the daemon.
     *
     * @param emulator the path of the program that runs it
     * @param architecture as {@code x86_64}
     * @param machine as {@code q35}
     * @param virtualization as {@code kvm}
     */
    public record Setting(
            @Nullable String emulator,
            @Nullable String architecture,
            @Nullable String machine,
            @Nullable String virtualization) {}

    /** The names of the models of an architecture; empty where any name is taken. */
    public List<String> names(String architecture) {
        return calls().connectGetCpuModelNames(new RemoteConnectGetCpuModelNamesArgs(architecture, NEED_RESULTS, 0))
                .models();
    }

    /**
     * Compares a processor with the host's.
     *
     * @param strict whether incompatibility is an error that tells why
     */
    public Comparison compare(String xml, boolean strict, boolean validate) {
        return Comparison.of(
                calls().connectCompareCpu(new RemoteConnectCompareCpuArgs(xml, comparing(strict, validate)))
                        .result());
    }

    /** Compares a processor with what domains of a kind can have on this host. */
    public Comparison compare(Setting setting, String xml, boolean strict, boolean validate) {
        return Comparison.of(calls().connectCompareHypervisorCpu(new RemoteConnectCompareHypervisorCpuArgs(
                        setting.emulator(),
                        setting.architecture(),
                        setting.machine(),
                        setting.virtualization(),
                        xml,
                        comparing(strict, validate)))
                .result());
    }

    /** The most that all these processors have in common, as an XML document. */
    public String baseline(List<String> xml, boolean features, boolean migratable) {
        return calls().connectBaselineCpu(new RemoteConnectBaselineCpuArgs(xml, forBaseline(features, migratable)))
                .cpu();
    }

    /** The same for domains of a kind on this host. */
    public String baseline(Setting setting, List<String> xml, boolean features, boolean migratable) {
        return calls().connectBaselineHypervisorCpu(new RemoteConnectBaselineHypervisorCpuArgs(
                        setting.emulator(),
                        setting.architecture(),
                        setting.machine(),
                        setting.virtualization(),
                        xml,
                        forBaseline(features, migratable)))
                .cpu();
    }

    private static int comparing(boolean strict, boolean validate) {
        return (strict ? FAIL_WHEN_INCOMPATIBLE : 0) | (validate ? VALIDATE : 0);
    }

    private static int forBaseline(boolean features, boolean migratable) {
        return (features ? EXPAND_FEATURES : 0) | (migratable ? MIGRATABLE : 0);
    }

    private ConnectStub calls() {
        return connection.remote().connect();
    }
}
