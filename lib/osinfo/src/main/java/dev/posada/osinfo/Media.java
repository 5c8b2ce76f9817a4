package dev.posada.osinfo;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An image of a disc that a system is published on. The patterns are regular expressions that must be found in the
 * labels of an image; what is not stated fits every image.
 *
 * @param architecture for which architecture it is, or {@code all}
 * @param url where it is published
 * @param volumeId pattern of the volume's name
 * @param systemId pattern of the name of the system that the volume is for
 * @param publisherId pattern of the publisher's name
 * @param applicationId pattern of the name of the program that made the volume
 * @param volumeSizeBytes the exact size of the volume
 * @param kernel path of the kernel on the disc
 * @param initrd path of the first file system on the disc
 * @param live whether the system runs from the disc
 * @param installer whether it installs the system
 * @param installerScript whether the installer takes a script
 * @param installerReboots how often an installation restarts the machine
 * @param variants the editions on the disc, by their ids
 * @param installScripts the scripts made for this disc, by their ids; where empty those of the system hold
 */
public record Media(
        String architecture,
        Optional<String> url,
        Optional<String> volumeId,
        Optional<String> systemId,
        Optional<String> publisherId,
        Optional<String> applicationId,
        OptionalLong volumeSizeBytes,
        Optional<String> kernel,
        Optional<String> initrd,
        boolean live,
        boolean installer,
        boolean installerScript,
        int installerReboots,
        List<String> variants,
        List<String> installScripts) {

    /** Copies the lists. */
    public Media {
        variants = List.copyOf(variants);
        installScripts = List.copyOf(installScripts);
    }
}
