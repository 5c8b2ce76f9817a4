package dev.posada.install;

import java.util.Optional;

/**
 * The media of one installation: knows what is on them, fetches from them, and removes in the end what it has fetched.
 *
 * <p>Used in this order: {@link #operatingSystem}, then once {@link #prepare}, then {@link #close}.
 */
interface InstallMedia extends AutoCloseable {

    /**
     * The short id of the system on the media; empty when it cannot be told.
     *
     * @param architecture the guest's, such as {@code x86_64}
     */
    Optional<String> operatingSystem(String architecture);

    /**
     * Makes ready what the first start needs: kernels, seeds, answer files.
     *
     * @throws InstallException when the media lack it
     */
    InstallBoot prepare(GuestDocument guest);

    /** Removes what was made ready. */
    @Override
    void close();
}
