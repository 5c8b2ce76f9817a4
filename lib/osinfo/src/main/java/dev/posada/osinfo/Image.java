package dev.posada.osinfo;

import java.util.List;
import java.util.Optional;

/**
 * A disk with an installed system, as its makers publish it.
 *
 * @param architecture for which architecture it is
 * @param format of the disk's bytes, as {@code qcow2}
 * @param url where it is published
 * @param cloudInit whether its first start looks for settings
 * @param variants the editions in it, by their ids
 */
public record Image(
        String architecture, String format, Optional<String> url, boolean cloudInit, List<String> variants) {

    /** Copies the list. */
    public Image {
        variants = List.copyOf(variants);
    }
}
