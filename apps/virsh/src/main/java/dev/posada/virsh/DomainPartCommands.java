package dev.posada.virsh;

import java.util.Optional;

/** Commands that change parts of domains: devices, disks, processors, memory. */
final class DomainPartCommands {
    private DomainPartCommands() {}

    /** Makes the command of that name; empty for a name that is not one of these. */
    static Optional<Command> command(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "blkdeviotune" -> DiskLimits.blkdeviotune();
                    case "blkiotune" -> Limits.blkiotune();
                    case "blockcommit" -> BlockJobs.blockcommit();
                    case "blockcopy" -> CopyDisk.command();
                    case "blockjob" -> BlockJobs.blockjob();
                    case "blockpull" -> BlockJobs.blockpull();
                    case "blockresize" -> DiskLimits.blockresize();
                    case "cpu-stats" -> Scheduling.cpuStats();
                    case "domblkthreshold" -> DiskLimits.domblkthreshold();
                    case "domiftune" -> Limits.domiftune();
                    case "emulatorpin" -> Pinning.emulatorpin();
                    case "iothreadadd" -> IoThreads.add();
                    case "iothreaddel" -> IoThreads.delete();
                    case "iothreadinfo" -> IoThreads.info();
                    case "iothreadpin" -> IoThreads.pin();
                    case "iothreadset" -> IoThreads.set();
                    case "memtune" -> Limits.memtune();
                    case "numatune" -> Limits.numatune();
                    case "perf" -> Limits.perf();
                    case "schedinfo" -> Scheduling.schedinfo();
                    case "vcpupin" -> Pinning.vcpupin();
                    case "attach-device" -> DeviceFiles.attachDevice();
                    case "attach-disk" -> AttachDisk.command();
                    case "attach-interface" -> AttachInterface.command();
                    case "change-media" -> ChangeParts.changeMedia();
                    case "detach-device" -> DeviceFiles.detachDevice();
                    case "detach-device-alias" -> DeviceFiles.detachDeviceAlias();
                    case "detach-disk" -> DetachParts.detachDisk();
                    case "detach-interface" -> DetachParts.detachInterface();
                    case "domif-setlink" -> ChangeParts.domifSetlink();
                    case "guestvcpus" -> Processors.guestvcpus();
                    case "setmaxmem" -> Memory.setmaxmem();
                    case "setmem" -> Memory.setmem();
                    case "setvcpu" -> Processors.setvcpu();
                    case "setvcpus" -> Processors.setvcpus();
                    case "update-device" -> DeviceFiles.updateDevice();
                    case "update-memory-device" -> ChangeParts.updateMemoryDevice();
                    case "vcpucount" -> Processors.vcpucount();
                    case "vcpuinfo" -> Processors.vcpuinfo();
                    default -> null;
                });
    }
}
