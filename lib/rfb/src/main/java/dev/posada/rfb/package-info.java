/**
 * The client's side of RFB, the protocol of VNC: handshake, encodings, keys, pointer, clipboard.
 *
 * {@snippet :
 * try (var channel = SocketChannel.open(new InetSocketAddress("localhost", 5900));
 *         var client = RfbClient.connect(channel, channel, RfbOptions.DEFAULT, new RfbListener() {
 *             public void updated(Framebuffer screen, Area area) {
 *                 System.out.println(screen.rgb(area.x(), area.y()));
 *             }
 *         })) {
 *     client.run();
 * }
 * }
 */
@NullMarked
package dev.posada.rfb;

import org.jspecify.annotations.NullMarked;
