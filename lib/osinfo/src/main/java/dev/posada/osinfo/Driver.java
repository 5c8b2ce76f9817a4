package dev.posada.osinfo;

import java.util.List;

/**
 * Software for devices that a system does not know by itself.
 *
 * @param architecture for which architecture it is
 * @param location the folder of its files, as a URL
 * @param preInstallable whether an installation can use it already
 * @param signed whether the system's maker signed it
 * @param files names in the folder
 * @param devices the devices that it serves, by their ids
 */
public record Driver(
        String architecture,
        String location,
        boolean preInstallable,
        boolean signed,
        List<String> files,
        List<String> devices) {

    /** Copies the lists. */
    public Driver {
        files = List.copyOf(files);
        devices = List.copyOf(devices);
    }
}
