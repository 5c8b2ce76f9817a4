package dev.posada.network;

import dev.posada.model.DhcpLease;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The leases dnsmasq keeps in a file, a line each: when it ends in seconds since 1970 (0 for never), hardware address,
 * address, host name, client identifier, the last two {@code *} where unknown. Behind a line {@code duid …} follow those of
 * IPv6, with the number of the identity association in the second place, marked {@code T} for a temporary address.
 */
final class LeaseFile {
    private static final int LEASES_MAX = 100_000;
    private static final int LINE_CHARACTERS_MAX = 4_096;
    private static final int FIELDS = 5;
    private static final int ETHERNET_CHARACTERS = 17;

    private LeaseFile() {}

    /** Those that have not ended, with an address in one of the network's. */
    static List<DhcpLease> read(Path file, NetworkPlan plan, InstantSource clock) {
        var leases = new ArrayList<DhcpLease>();
        long now = clock.instant().getEpochSecond();
        try (var lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            for (var line = next(lines); line != null && leases.size() < LEASES_MAX; line = next(lines)) {
                lease(line, plan)
                        .filter(lease -> lease.expirySeconds() == 0 || lease.expirySeconds() > now)
                        .ifPresent(leases::add);
            }
        } catch (IOException none) {
            // Nobody has asked for an address yet.
            return List.of();
        }
        return List.copyOf(leases);
    }

    private static @Nullable String next(BufferedReader lines) throws IOException {
        var line = lines.readLine();
        return line == null || line.length() > LINE_CHARACTERS_MAX ? null : line;
    }

    private static Optional<DhcpLease> lease(String line, NetworkPlan plan) {
        var fields = line.strip().split(" +", -1);
        if (fields.length < FIELDS || !fields[0].matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        return IpNetwork.literal(fields[2])
                .flatMap(address -> plan.gateways().stream()
                        .map(Gateway::at)
                        .filter(network -> network.contains(address))
                        .findFirst()
                        .map(network -> new DhcpLease(
                                plan.bridge(),
                                Long.parseLong(fields[0]),
                                network.ipv6(),
                                network.ipv6() ? macInDuid(fields[4]) : mac(fields[1]),
                                network.ipv6() ? Optional.of(fields[1].replaceFirst("^T", "")) : Optional.empty(),
                                IpNetwork.text(address),
                                network.prefixLength(),
                                known(fields[3]),
                                known(fields[4]))));
    }

    private static Optional<String> known(String field) {
        return field.equals("*") ? Optional.empty() : Optional.of(field);
    }

    /** A card that is no Ethernet's has its kind before its address, as {@code 20-00:01:…}. */
    private static String mac(String field) {
        return field.substring(field.indexOf('-') + 1).toLowerCase(Locale.ROOT);
    }

    /**
     * dnsmasq does not write down the card behind an address of IPv6. Two of the kinds of identifier (RFC 8415, sections
     * 11.2 and 11.4) end with one of the client's Ethernet addresses, most often the one that asks.
     */
    private static String macInDuid(String duid) {
        boolean ethernet = duid.startsWith("00:01:00:01:") || duid.startsWith("00:03:00:01:");
        return ethernet && duid.length() >= ETHERNET_CHARACTERS
                ? duid.substring(duid.length() - ETHERNET_CHARACTERS).toLowerCase(Locale.ROOT)
                : "";
    }
}
