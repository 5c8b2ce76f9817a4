package dev.posada.daemon;

/** Every key of {@code docker.conf}; what they are set to is the Docker driver's to read. */
final class DockerKeys {
    private DockerKeys() {}

    /** All keys in the order of the file. */
    static KeyTable table() {
        return new KeyTable.Builder()
                .section("Engine")
                .text(
                        "docker_socket",
                        "\"/var/run/docker.sock\"",
                        "Where the engine of containers listens, Docker's or Podman's: a path, or unix:///path. Unset, what"
                                + " the environment's DOCKER_HOST says, else Docker's usual place, else Podman's.")
                .table(
                        "the Docker driver",
                        "Settings of the Docker driver, in the format of libvirt's files. Each key stands here with what"
                                + " holds while it is not set; remove the # to set it. They are read when the driver is"
                                + " first used.");
    }
}
