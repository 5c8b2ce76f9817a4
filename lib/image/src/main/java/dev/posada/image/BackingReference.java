package dev.posada.image;

import java.util.Optional;

/**
 * What an image says about the one below it.
 *
 * @param name the file name as it is written in the image: absolute, or relative to the image's folder
 * @param format the format written beside it, if any
 */
public record BackingReference(String name, Optional<String> format) {}
