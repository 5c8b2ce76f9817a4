package dev.posada.osinfo;

import java.util.List;
import java.util.Optional;

/**
 * A folder on a server, or a copy of it, that a system is installed from.
 *
 * @param architecture for which architecture it is
 * @param url where it is published
 * @param kernel path of the kernel in it
 * @param initrd path of the first file system in it
 * @param bootIso path of an image to start from
 * @param family pattern of the family that its {@code .treeinfo} names
 * @param variant pattern of the variant there
 * @param version pattern of the version there
 * @param treeArchitecture pattern of the architecture there
 * @param hasTreeinfo whether the tree has such a file at all
 * @param variants the editions in it, by their ids
 */
public record Tree(
        String architecture,
        Optional<String> url,
        Optional<String> kernel,
        Optional<String> initrd,
        Optional<String> bootIso,
        Optional<String> family,
        Optional<String> variant,
        Optional<String> version,
        Optional<String> treeArchitecture,
        boolean hasTreeinfo,
        List<String> variants) {

    /** Copies the list. */
    public Tree {
        variants = List.copyOf(variants);
    }
}
