package dev.posada.dockerengine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a container uses. All zero for one that does not run.
 *
 * @param cpuNanos time of processors since it started, of which user and system
 * @param throttledNanos how long its quota kept it from running
 * @param memoryBytes what it holds, the cache of its files included
 * @param memoryLimitBytes the host's memory where it has no limit
 * @param cacheBytes the cache of files within {@code memoryBytes} that is given up first
 * @param processes how many there are in it
 * @param links by the name within the container; those the engine made only
 */
public record ContainerFigures(
        long cpuNanos,
        long cpuUserNanos,
        long cpuSystemNanos,
        long throttledPeriods,
        long throttledNanos,
        long memoryBytes,
        long memoryPeakBytes,
        long memoryLimitBytes,
        long cacheBytes,
        long processes,
        Traffic disk,
        Map<String, LinkFigures> links) {
    /** Bytes and operations, read and written. */
    public record Traffic(long readBytes, long writtenBytes, long reads, long writes) {}

    /** What passed a link, as the container sees it. */
    public record LinkFigures(
            long receivedBytes,
            long receivedPackets,
            long receiveErrors,
            long receiveDrops,
            long sentBytes,
            long sentPackets,
            long sendErrors,
            long sendDrops) {}

    static ContainerFigures of(JsonNode stats) {
        var cpu = stats.path("cpu_stats");
        var memory = stats.path("memory_stats");
        var details = memory.path("stats");
        var links = new LinkedHashMap<String, LinkFigures>();
        stats.path("networks").properties().forEach(link -> links.put(link.getKey(), link(link.getValue())));
        return new ContainerFigures(
                cpu.path("cpu_usage").path("total_usage").asLong(),
                cpu.path("cpu_usage").path("usage_in_usermode").asLong(),
                cpu.path("cpu_usage").path("usage_in_kernelmode").asLong(),
                cpu.path("throttling_data").path("throttled_periods").asLong(),
                cpu.path("throttling_data").path("throttled_time").asLong(),
                memory.path("usage").asLong(),
                memory.path("max_usage").asLong(),
                memory.path("limit").asLong(),
                // Control groups of version 1 say it for the whole group, those of version 2 have one word.
                details.path("total_inactive_file")
                        .asLong(details.path("inactive_file").asLong()),
                stats.path("pids_stats").path("current").asLong(),
                traffic(stats.path("blkio_stats")),
                Map.copyOf(links));
    }

    private static LinkFigures link(JsonNode link) {
        return new LinkFigures(
                link.path("rx_bytes").asLong(),
                link.path("rx_packets").asLong(),
                link.path("rx_errors").asLong(),
                link.path("rx_dropped").asLong(),
                link.path("tx_bytes").asLong(),
                link.path("tx_packets").asLong(),
                link.path("tx_errors").asLong(),
                link.path("tx_dropped").asLong());
    }

    private static Traffic traffic(JsonNode disk) {
        return new Traffic(
                sum(disk.path("io_service_bytes_recursive"), "read"),
                sum(disk.path("io_service_bytes_recursive"), "write"),
                sum(disk.path("io_serviced_recursive"), "read"),
                sum(disk.path("io_serviced_recursive"), "write"));
    }

    private static long sum(JsonNode entries, String operation) {
        long sum = 0;
        for (var entry : entries) {
            if (entry.path("op").asText("").toLowerCase(Locale.ROOT).equals(operation)) {
                sum += entry.path("value").asLong();
            }
        }
        return sum;
    }
}
