package dev.posada.osinfo;

/** How far the making of an operating system has come. */
public enum ReleaseStatus {
    /** A version that its makers released. */
    RELEASED,
    /** A state of the development that is passed on before the release. */
    PRERELEASE,
    /** A state of a day, with no release in view. */
    SNAPSHOT,
    /** A system that is always renewed and has no versions. */
    ROLLING
}
