package dev.posada.simulator;

import dev.posada.driver.Abilities.DiskFigures;
import dev.posada.driver.Abilities.DiskSizes;
import dev.posada.driver.Abilities.InterfaceFigures;
import dev.posada.driver.Abilities.MemoryFigure;
import dev.posada.driver.Abilities.VcpuFigures;
import dev.posada.model.TypedParameter;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Figures in the proportions libvirt's test driver shows them in: all of them follow the clock, so they grow, and two
 * looks at the same moment agree.
 */
final class Figures {
    private static final long NANOS_PER_MICRO = 1000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long IMAGE_BYTES = 1L << 40;
    private static final long IMAGE_HEADER_BYTES = 79L << 16;
    private static final long LAST_UPDATE_SECONDS = 627_319_920;
    private static final long USER_NANOS = 5_540_000_000L;
    private static final long SYSTEM_NANOS = 6_460_000_000L;
    private static final int LAST_HOST_CPU = 15;
    private static final int VCPU_SHARE = 10_000;

    private final InstantSource clock;

    Figures(InstantSource clock) {
        this.clock = clock;
    }

    /** As if the domain had run ever since clocks began. */
    long cpuTimeNanos() {
        return ChronoUnit.NANOS.between(Instant.EPOCH, clock.instant());
    }

    private long micros() {
        return cpuTimeNanos() / NANOS_PER_MICRO;
    }

    private long seconds() {
        return cpuTimeNanos() / NANOS_PER_SECOND;
    }

    List<TypedParameter> cpu() {
        return List.of(
                TypedParameter.ofUnsigned("cpu.time", cpuTimeNanos()),
                TypedParameter.ofUnsigned("cpu.user", USER_NANOS),
                TypedParameter.ofUnsigned("cpu.system", SYSTEM_NANOS));
    }

    List<MemoryFigure> memory(long kib) {
        return List.of(
                new MemoryFigure(6, kib),
                new MemoryFigure(0, 0),
                new MemoryFigure(1, 0),
                new MemoryFigure(2, 0),
                new MemoryFigure(3, 0),
                new MemoryFigure(4, kib / 2),
                new MemoryFigure(5, kib),
                new MemoryFigure(8, kib / 2),
                new MemoryFigure(9, LAST_UPDATE_SECONDS),
                new MemoryFigure(10, kib / 8),
                new MemoryFigure(11, 0),
                new MemoryFigure(12, 0),
                new MemoryFigure(7, kib / 2));
    }

    DiskFigures disk() {
        long base = micros();
        return new DiskFigures(base / 10, base / 20, -1, base / 30, base / 40, -1, -1, -1);
    }

    DiskSizes diskSizes() {
        return new DiskSizes(IMAGE_BYTES - IMAGE_HEADER_BYTES, IMAGE_BYTES, IMAGE_BYTES);
    }

    InterfaceFigures nic() {
        long base = micros();
        long errors = seconds();
        return new InterfaceFigures(
                base / 10, base / 100, errors, errors / 2, base / 20, base / 110, errors / 3, errors / 4);
    }

    List<VcpuFigures> vcpus(int count) {
        var vcpus = new ArrayList<VcpuFigures>(count);
        for (int vcpu = 0; vcpu < count; vcpu++) {
            vcpus.add(new VcpuFigures(vcpu, 1, cpuTimeNanos() / VCPU_SHARE, LAST_HOST_CPU, Optional.empty()));
        }
        return vcpus;
    }
}
