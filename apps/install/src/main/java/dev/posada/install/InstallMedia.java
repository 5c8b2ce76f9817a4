package dev.posada.install;

import dev.posada.client.Connection;
import dev.posada.osinfo.OsDatabase;
import dev.posada.terminal.Console;
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

    /** The password that was made up for the first login; empty where none was asked for. */
    Optional<String> generatedPassword();

    /** Tells the user from now on what is fetched. */
    void showProgress();

    /**
     * Makes ready what the first start needs: kernels, seeds, answer files.
     *
     * @throws InstallException when the media lack it
     */
    InstallBoot prepare(GuestDocument guest);

    /**
     * The media of a request.
     *
     * @param database knows systems by what is on their media
     */
    static InstallMedia open(Connection connection, InstallRequest request, Console console, OsDatabase database) {
        return new PreparedMedia(connection, request, database, new Messages(console, request.quiet()));
    }

    /** Removes what was made ready. */
    @Override
    void close();
}
