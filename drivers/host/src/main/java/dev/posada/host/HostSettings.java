package dev.posada.host;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What the daemon's settings say about the host.
 *
 * @param uuid the identity to show, whatever the host says ({@code host_uuid})
 * @param uuidSource where to take the identity from otherwise ({@code host_uuid_source})
 * @param securityModels how guests are kept apart, the one asked for first
 */
public record HostSettings(Optional<UUID> uuid, UuidSource uuidSource, List<SecurityModel> securityModels) {
    public HostSettings {
        securityModels = List.copyOf(securityModels);
    }

    /** Nothing set: the firmware's identity, guests kept apart by nothing but their user. */
    public static HostSettings defaults() {
        return new HostSettings(Optional.empty(), UuidSource.FIRMWARE, List.of(new SecurityModel("none", List.of())));
    }

    /** Where a host's identity comes from. */
    public enum UuidSource {
        /** The firmware's tables, and where they say nothing usable a digest of the machine id ({@code smbios}). */
        FIRMWARE,
        /** {@code /etc/machine-id} as it stands ({@code machine-id}). */
        MACHINE_ID
    }

    /**
     * A security model.
     *
     * @param name as {@code none} or {@code dac}
     * @param baseLabels what a guest gets when its definition says nothing
     */
    public record SecurityModel(String name, List<BaseLabel> baseLabels) {
        public SecurityModel {
            baseLabels = List.copyOf(baseLabels);
        }
    }

    /** The label a domain of a type gets, as {@code +107:+107}. */
    public record BaseLabel(String domainType, String label) {}
}
