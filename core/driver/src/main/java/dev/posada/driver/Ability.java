package dev.posada.driver;

/** What a driver's domains can do; each names one interface of {@link Abilities} or one habit the suite asks for. */
public enum Ability {
    /** Suspend and resume. */
    SUSPEND,
    /** Ask the guest to shut down. */
    SHUTDOWN,
    /** Ask the guest to reboot. */
    REBOOT,
    /** Press the reset button. */
    RESET,
    /** Inject a non-maskable interrupt. */
    NMI,
    /** Press keys. */
    SEND_KEY,
    /** Take a picture of a screen. */
    SCREENSHOT,
    /** Talk to a serial port, console or channel. */
    CONSOLE,
    /** Tell a console the size of the window it is shown in. */
    CONSOLE_SIZE,
    /** Speak to the hypervisor's own monitor. */
    MONITOR,
    /** Send signals to what runs inside. */
    SIGNALS,
    /** Ask the agent inside the guest. */
    AGENT,
    /** Change memory while running. */
    LIVE_MEMORY,
    /** Change the number of processors while running. */
    LIVE_VCPUS,
    /** Pin processors. */
    PINNING,
    /** Limit processor time, memory and disk traffic. */
    TUNING,
    /** Figures of processors, memory, disks and links. */
    STATISTICS,
    /** Take snapshots and return to them. */
    SNAPSHOTS,
    /** Put memory to rest in a file, and come back from it. */
    SAVE,
    /** Instances survive the daemon and are found again. */
    SURVIVES_DAEMON,
    /** A guest that ends by itself is noticed. */
    GUEST_ENDINGS
}
