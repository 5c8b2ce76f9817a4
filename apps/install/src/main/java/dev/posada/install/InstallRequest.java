package dev.posada.install;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a command line of virt-install asks for besides the guest's document.
 *
 * @param source what the first start boots from
 * @param noInstall whether the guest is defined as it will stay, without a phase of installation before that
 * @param cloudInit what a cloud image is told at its first start
 * @param unattended what answers an installer's questions
 * @param extraArgs words for the command line of the installer's kernel, each as it was given
 * @param kernelArgs words that replace whatever that command line would have been
 * @param initrdInjections files to put into the installer's initial file system
 * @param waitMinutes how long to wait for the end of the installation; below 0 for ever, empty when it was not said
 * @param console which console to open
 * @param noReboot whether the guest stays off when the installation is over
 * @param transientGuest whether nothing is kept of the guest when it ends
 * @param destroyOnExit whether the guest ends with its console
 * @param autostart whether the guest starts with its host
 * @param quiet whether only errors are told
 */
record InstallRequest(
        InstallSource source,
        boolean noInstall,
        Optional<CloudInit> cloudInit,
        Optional<Unattended> unattended,
        List<String> extraArgs,
        Optional<String> kernelArgs,
        List<String> initrdInjections,
        OptionalInt waitMinutes,
        ConsoleChoice console,
        boolean noReboot,
        boolean transientGuest,
        boolean destroyOnExit,
        boolean autostart,
        boolean quiet) {

    InstallRequest {
        extraArgs = List.copyOf(extraArgs);
        initrdInjections = List.copyOf(initrdInjections);
    }

    /** A request for nothing but a source. */
    static InstallRequest of(InstallSource source) {
        return new InstallRequest(
                source,
                false,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                List.of(),
                OptionalInt.empty(),
                ConsoleChoice.NONE,
                false,
                false,
                false,
                false,
                true);
    }

    /** Which console to open when the guest has started. */
    enum ConsoleChoice {
        /** Whichever fits: text for cloud images and guests without a screen, otherwise the screen. */
        DEFAULT,
        TEXT,
        GRAPHICAL,
        NONE
    }

    /**
     * What a cloud image is told at its first start. Each of the texts names a file.
     *
     * @param generatePassword whether root gets a random password, to be changed at once
     * @param disable whether cloud-init is not to run again
     */
    record CloudInit(
            boolean generatePassword,
            Optional<String> passwordFile,
            boolean disable,
            Optional<String> rootSshKeyFile,
            Optional<String> userSshKeyFile,
            Optional<String> userDataFile,
            Optional<String> metaDataFile,
            Optional<String> networkConfigFile) {}

    /** What answers an installer's questions; each is empty when it was not said. */
    record Unattended(
            Optional<String> profile,
            Optional<String> adminPasswordFile,
            Optional<String> userLogin,
            Optional<String> userPasswordFile,
            Optional<String> productKey,
            Optional<String> regLogin) {}

    /** Whether the guest is first started to install a system into it. */
    boolean hasInstallPhase() {
        return !noInstall && !(source instanceof InstallSource.None);
    }
}
