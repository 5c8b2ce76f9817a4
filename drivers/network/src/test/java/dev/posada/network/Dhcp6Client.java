package dev.posada.network;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Asks for an address of IPv6 by DHCP (RFC 8415) on {@code eth0} and ends when it has one: solicit, request, and nothing
 * more. busybox's own is not in Debian's.
 */
final class Dhcp6Client {
    private static final int SOLICIT = 1;
    private static final int ADVERTISE = 2;
    private static final int REQUEST = 3;
    private static final int REPLY = 7;
    private static final int CLIENT_ID = 1;
    private static final int SERVER_ID = 2;
    private static final int ADDRESSES = 3;
    private static final int HEADER_BYTES = 4;
    private static final int ATTEMPTS = 20;

    private Dhcp6Client() {}

    public static void main(String[] arguments) throws IOException {
        var card = NetworkInterface.getByName("eth0");
        try (var socket = new DatagramSocket(546)) {
            socket.setSoTimeout(500);
            // An identifier from the card's address: kind 3, Ethernet.
            var duid = ByteBuffer.allocate(10)
                    .putShort((short) 3)
                    .putShort((short) 1)
                    .put(card.getHardwareAddress());
            var wanted = ByteBuffer.allocate(12).putInt(7);
            var advertised = ask(socket, card, message(SOLICIT, duid.array(), wanted.array(), new byte[0]), ADVERTISE);
            var server = option(advertised, SERVER_ID);
            var offered = option(advertised, ADDRESSES);
            ask(socket, card, message(REQUEST, duid.array(), offered, server), REPLY);
        }
    }

    private static byte[] message(int type, byte[] duid, byte[] addresses, byte[] server) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeInt(type << 24 | type);
        option(out, CLIENT_ID, duid);
        if (server.length > 0) {
            option(out, SERVER_ID, server);
        }
        option(out, ADDRESSES, addresses);
        return bytes.toByteArray();
    }

    private static void option(DataOutputStream out, int code, byte[] value) throws IOException {
        out.writeShort(code);
        out.writeShort(value.length);
        out.write(value);
    }

    private static byte[] ask(DatagramSocket socket, NetworkInterface card, byte[] message, int answer)
            throws IOException {
        var servers = Inet6Address.getByAddress(
                null, InetAddress.getByName("ff02::1:2").getAddress(), card.getIndex());
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            socket.send(new DatagramPacket(message, message.length, servers, 547));
            var received = receive(socket);
            if (received.isPresent() && received.get()[0] == answer) {
                return received.get();
            }
        }
        throw new IOException("no answer of kind " + answer);
    }

    private static Optional<byte[]> receive(DatagramSocket socket) throws IOException {
        var packet = new DatagramPacket(new byte[1500], 1500);
        try {
            socket.receive(packet);
            return Optional.of(Arrays.copyOf(packet.getData(), packet.getLength()));
        } catch (SocketTimeoutException nobody) {
            return Optional.empty();
        }
    }

    private static byte[] option(byte[] message, int code) throws IOException {
        var options = ByteBuffer.wrap(message, HEADER_BYTES, message.length - HEADER_BYTES);
        while (options.remaining() >= 4) {
            int found = options.getShort();
            var value = new byte[options.getShort()];
            options.get(value);
            if (found == code) {
                return value;
            }
        }
        throw new IOException("no option " + code + " in the answer");
    }
}
