package dev.posada.image;

/** How the clusters of an image are compressed. */
enum Compression {
    /** Raw deflate, without zlib's header and checksum. */
    ZLIB,
    /** One or more frames of zstd. */
    ZSTD
}
