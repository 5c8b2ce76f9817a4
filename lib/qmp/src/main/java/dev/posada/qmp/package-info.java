/**
 * Talks to QEMU: its monitor by {@link dev.posada.qmp.QmpClient}, the agent in a guest by
 * {@link dev.posada.qmp.GuestAgentClient}, both in {@link dev.posada.qmp.Json}.
 *
 * {@snippet :
 * try (var qemu = QmpClient.connect(Path.of("/run/vm/monitor"), QmpSettings.DEFAULT, listener)) {
 *     Json status = qemu.execute("query-status", Duration.ofSeconds(5));
 *     if (!status.required("running").truth()) {
 *         qemu.execute("cont", Duration.ofSeconds(5));
 *     }
 *     qemu.execute("device_del", Json.object().with("id", "net0"), Duration.ofSeconds(5));
 * }
 * }
 */
@NullMarked
package dev.posada.qmp;

import org.jspecify.annotations.NullMarked;
