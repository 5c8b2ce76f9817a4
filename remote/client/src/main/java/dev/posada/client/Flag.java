package dev.posada.client;

/**
 * The flags of calls, one nested enumeration per argument that takes them.
 *
 * {@snippet :
 * domain.start(Flag.Start.PAUSED, Flag.Start.AUTODESTROY);
 * }
 */
public sealed interface Flag {

    /** The flag's bit on the wire. */
    int bit();

    /** All bits of some flags together. */
    static int bits(Flag... flags) {
        int bits = 0;
        for (Flag flag : flags) {
            bits |= flag.bit();
        }
        return bits;
    }

    /** Which domains to list; within one kind (active and inactive, persistent and transient, …) naming none means all. */
    enum List implements Flag {
        ACTIVE(1),
        INACTIVE(2),
        PERSISTENT(4),
        TRANSIENT(8),
        RUNNING(16),
        PAUSED(32),
        SHUTOFF(64),
        OTHER(128),
        MANAGED_SAVE(256),
        NO_MANAGED_SAVE(512),
        AUTOSTART(1024),
        NO_AUTOSTART(2048),
        HAS_SNAPSHOT(4096),
        NO_SNAPSHOT(8192),
        HAS_CHECKPOINT(16384),
        NO_CHECKPOINT(32768);

        private final int bit;

        List(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** Which domains to take figures of, and how hard to try. */
    enum Stats implements Flag {
        ACTIVE(1),
        INACTIVE(2),
        PERSISTENT(4),
        TRANSIENT(8),
        RUNNING(16),
        PAUSED(32),
        SHUTOFF(64),
        OTHER(128),
        NOWAIT(536870912),
        BACKING(1073741824),
        ENFORCE_STATS(1 << 31);

        private final int bit;

        Stats(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** What to put into a domain document. */
    enum Xml implements Flag {
        SECURE(1),
        INACTIVE(2),
        UPDATE_CPU(4),
        MIGRATABLE(8);

        private final int bit;

        Xml(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** How to take a definition. */
    enum Define implements Flag {
        VALIDATE(1);

        private final int bit;

        Define(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** How to start a domain. */
    enum Start implements Flag {
        PAUSED(1),
        AUTODESTROY(2),
        BYPASS_CACHE(4),
        FORCE_BOOT(8),
        VALIDATE(16),
        RESET_NVRAM(32);

        private final int bit;

        Start(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** What the daemon does with open files that are associated with a domain. */
    enum Association implements Flag {
        RESTORE_LABEL(1),
        WRITABLE_LABEL(2);

        private final int bit;

        Association(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** What to forget, or keep, together with a definition. */
    enum Undefine implements Flag {
        MANAGED_SAVE(1),
        SNAPSHOTS_METADATA(2),
        NVRAM(4),
        KEEP_NVRAM(8),
        CHECKPOINTS_METADATA(16),
        TPM(32),
        KEEP_TPM(64);

        private final int bit;

        Undefine(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** By which way to ask a guest to shut down or reboot; none lets the driver choose. */
    enum Stop implements Flag {
        ACPI_POWER_BUTTON(1),
        GUEST_AGENT(2),
        INITCTL(4),
        SIGNAL(8),
        PARAVIRT(16);

        private final int bit;

        Stop(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** How to pull the plug. */
    enum Destroy implements Flag {
        GRACEFUL(1),
        REMOVE_LOGS(2);

        private final int bit;

        Destroy(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** Whether a change or a question concerns the running instance, the definition, or both; none means whichever there is. */
    enum Impact implements Flag {
        LIVE(1),
        CONFIG(2);

        private final int bit;

        Impact(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** What to do when somebody else has the console. */
    enum Console implements Flag {
        FORCE(1),
        SAFE(2);

        private final int bit;

        Console(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** How a domain's memory is put to rest on disk, or taken back from there. */
    enum Save implements Flag {
        BYPASS_CACHE(1),
        RUNNING(2),
        PAUSED(4),
        RESET_NVRAM(8);

        private final int bit;

        Save(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** How a domain's memory is dumped. */
    enum Dump implements Flag {
        CRASH(1),
        LIVE(2),
        BYPASS_CACHE(4),
        RESET(8),
        MEMORY_ONLY(16);

        private final int bit;

        Dump(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** Which figures of a job are wanted. */
    enum JobFigures implements Flag {
        COMPLETED(1),
        KEEP_COMPLETED(2);

        private final int bit;

        JobFigures(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** Which virtual networks to list; within one kind naming none means all. */
    enum NetworkList implements Flag {
        INACTIVE(1),
        ACTIVE(2),
        PERSISTENT(4),
        TRANSIENT(8),
        AUTOSTART(16),
        NO_AUTOSTART(32);

        private final int bit;

        NetworkList(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** How closely the definition of a virtual network is looked at. */
    enum NetworkDefine implements Flag {
        VALIDATE(1);

        private final int bit;

        NetworkDefine(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** Which of a virtual network's definitions is told. */
    enum NetworkXml implements Flag {
        INACTIVE(1);

        private final int bit;

        NetworkXml(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** Which storage pools to list; within one kind naming none means all. */
    enum PoolList implements Flag {
        INACTIVE(1),
        ACTIVE(2),
        PERSISTENT(4),
        TRANSIENT(8),
        AUTOSTART(16),
        NO_AUTOSTART(32),
        DIR(64),
        FS(128),
        NETFS(256),
        LOGICAL(512),
        DISK(1024),
        ISCSI(2048),
        SCSI(4096),
        MPATH(8192),
        RBD(16384),
        SHEEPDOG(32768),
        GLUSTER(65536),
        ZFS(131072),
        VSTORAGE(262144),
        ISCSI_DIRECT(524288);

        private final int bit;

        PoolList(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** How closely the definition of a storage pool is looked at. */
    enum PoolDefine implements Flag {
        VALIDATE(1);

        private final int bit;

        PoolDefine(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** What is done before a storage pool is started. */
    enum PoolStart implements Flag {
        BUILD(1),
        BUILD_OVERWRITE(2),
        BUILD_NO_OVERWRITE(4),
        VALIDATE(8);

        private final int bit;

        PoolStart(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** What building a storage pool does with what is there. */
    enum PoolBuild implements Flag {
        NO_OVERWRITE(4),
        OVERWRITE(8);

        private final int bit;

        PoolBuild(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** Which of a storage pool's definitions is told. */
    enum PoolXml implements Flag {
        INACTIVE(1);

        private final int bit;

        PoolXml(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** How a storage volume is made. */
    enum VolumeCreate implements Flag {
        METADATA(1),
        REFLINK(2),
        VALIDATE(4);

        private final int bit;

        VolumeCreate(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** How a storage volume is deleted. */
    enum VolumeDelete implements Flag {
        ZEROED(1),
        WITH_SNAPSHOTS(2);

        private final int bit;

        VolumeDelete(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** How a storage volume is resized. */
    enum VolumeResize implements Flag {
        ALLOCATE(1),
        DELTA(2),
        SHRINK(4);

        private final int bit;

        VolumeResize(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** How the bytes of a storage volume travel. */
    enum Transfer implements Flag {
        SPARSE(1);

        private final int bit;

        Transfer(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }

    /** Which secrets to list; of each pair naming none means all. */
    enum SecretList implements Flag {
        EPHEMERAL(1),
        NO_EPHEMERAL(2),
        PRIVATE(4),
        NO_PRIVATE(8);

        private final int bit;

        SecretList(int bit) {
            this.bit = bit;
        }

        @Override
        public int bit() {
            return bit;
        }
    }
}
