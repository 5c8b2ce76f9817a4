/** The host's virtual networks: bridges with addresses, DHCP and names by dnsmasq, firewall rules; pools of devices. */
@NullMarked
package dev.posada.network;

import org.jspecify.annotations.NullMarked;
