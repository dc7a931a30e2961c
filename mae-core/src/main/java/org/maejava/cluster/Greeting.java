package org.maejava.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.common.net.HostAndPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Whether a gRPC server is awake: it answers the first bytes of HTTP/2 (RFC 9113, section 3.4) at
 * once. The kernel takes connections for a process that is stopped, so that connecting tells
 * nothing, and TensorFlow's own calls to such a process do not end.
 */
final class Greeting {

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  /** An empty frame of settings: length 0, type 4, no flags, stream 0. */
  private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

  private static final int PATIENCE_MILLIS = 3000;

  private Greeting() {}

  /** Waits for a few seconds. */
  static boolean isAnswered(HostAndPort address) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      var out = socket.getOutputStream();
      out.write(PREFACE.getBytes(US_ASCII));
      out.write(SETTINGS);
      out.flush();
      return socket.getInputStream().readNBytes(SETTINGS.length).length == SETTINGS.length;
    } catch (IOException e) {
      return false;
    }
  }
}
