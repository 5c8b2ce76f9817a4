package dev.posada.osinfo;

/**
 * A firmware that a system can be started by, or not.
 *
 * @param architecture the architecture the statement is about
 * @param type {@code bios} or {@code efi}
 * @param supported whether it works
 */
public record Firmware(String architecture, String type, boolean supported) {}
