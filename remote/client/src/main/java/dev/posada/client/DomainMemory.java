package dev.posada.client;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainCoreDumpArgs;
import dev.posada.protocol.RemoteDomainCoreDumpWithFormatArgs;
import dev.posada.protocol.RemoteDomainSaveArgs;
import dev.posada.protocol.RemoteDomainSaveFlagsArgs;
import dev.posada.protocol.RemoteDomainStartDirtyRateCalcArgs;
import org.jspecify.annotations.Nullable;

/** The memory of a running domain: written to files of the daemon's host, and how fast it changes. */
public final class DomainMemory {
    private final Connection connection;
    private final DomainRef domain;

    DomainMemory(Connection connection, DomainRef domain) {
        this.connection = connection;
        this.domain = domain;
    }

    /** The formats of a dump of memory alone. */
    public enum DumpFormat {
        RAW(0),
        KDUMP_ZLIB(1),
        KDUMP_LZO(2),
        KDUMP_SNAPPY(3),
        WIN_DMP(4);

        private final int number;

        DumpFormat(int number) {
            this.number = number;
        }
    }

    /** How changes of memory are counted. */
    public enum DirtyRateMode {
        PAGE_SAMPLING(0),
        DIRTY_BITMAP(1),
        DIRTY_RING(2);

        private final int bit;

        DirtyRateMode(int bit) {
            this.bit = bit;
        }
    }

    /**
     * Writes memory and devices to a file and ends the instance; {@link SaveImages#restore} goes on from there.
     *
     * @param file an absolute path on the daemon's host
     * @param xml the document to go on with; absent for the one it runs with
     */
    public void save(String file, @Nullable String xml, Flag.Save... flags) {
        int bits = bits(flags);
        var calls = connection.remote().domainSave();
        if (bits == 0 && xml == null) {
            calls.domainSave(new RemoteDomainSaveArgs(domain, file));
        } else {
            calls.domainSaveFlags(new RemoteDomainSaveFlagsArgs(domain, file, xml, bits));
        }
    }

    /** The bits of flags, of which two contradict each other: libvirt's own client refuses them too. */
    static int bits(Flag.Save... flags) {
        int bits = Flag.bits(flags);
        int both = Flag.bits(Flag.Save.RUNNING, Flag.Save.PAUSED);
        if ((bits & both) == both) {
            throw PosadaException.said(
                    ErrorCode.INVALID_ARG,
                    ErrorOrigin.DOMAIN,
                    "Flags 'VIR_DOMAIN_SAVE_RUNNING' and 'VIR_DOMAIN_SAVE_PAUSED' are mutually exclusive");
        }
        return bits;
    }

    /** Writes memory to a file, for debuggers. */
    public void dump(String file, Flag.Dump... flags) {
        connection.remote().domainSave().domainCoreDump(new RemoteDomainCoreDumpArgs(domain, file, Flag.bits(flags)));
    }

    /** Writes memory to a file in a certain format, which is possible with {@link Flag.Dump#MEMORY_ONLY} alone. */
    public void dump(String file, DumpFormat format, Flag.Dump... flags) {
        connection
                .remote()
                .domainSave()
                .domainCoreDumpWithFormat(
                        new RemoteDomainCoreDumpWithFormatArgs(domain, file, format.number, Flag.bits(flags)));
    }

    /**
     * Begins to measure how fast memory changes; the figure is among the domain's statistics later.
     *
     * @param seconds for how long, 1 to 60
     */
    public void measureDirtyRate(int seconds, DirtyRateMode mode) {
        connection
                .remote()
                .domainStats()
                .domainStartDirtyRateCalc(new RemoteDomainStartDirtyRateCalcArgs(domain, seconds, mode.bit));
    }
}
