package dev.posada.install;

import dev.posada.osinfo.Media;
import dev.posada.osinfo.Tree;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a tree or image that a system is installed from.
 *
 * @param system the short id of the system, empty where it could not be told
 * @param kernels where a kernel and an initial file system may be, best first
 * @param media the entry of the database for the image
 * @param tree the entry of the database for the tree
 */
record TreeFacts(Optional<String> system, List<Boot> kernels, Optional<Media> media, Optional<Tree> tree) {
    /** A kernel and the initial file system that goes with it, by their paths. */
    record Boot(String kernel, String initrd) {}

    TreeFacts {
        kernels = List.copyOf(kernels);
    }
}
