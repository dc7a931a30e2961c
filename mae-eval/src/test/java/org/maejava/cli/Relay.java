package org.maejava.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A port of this machine that passes everything on to another one, in both directions, until it is
 * {@linkplain #cut cut}.
 */
final class Relay implements AutoCloseable {

  private final ServerSocket listening;
  private final int to;
  private final AtomicLong bytes = new AtomicLong();
  private final Collection<Socket> sockets = new ConcurrentLinkedQueue<>();
  private volatile boolean cut;

  Relay(int to) throws IOException {
    this.to = to;
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** Passed on so far. */
  long bytes() {
    return bytes.get();
  }

  /** From now on nothing arrives; connections stay open, and new ones are taken. */
  void cut() {
    cut = true;
  }

  private interface Action {
    void run() throws IOException;
  }

  private static void thread(Action action) {
    var thread =
        new Thread(
            () -> {
              try {
                action.run();
              } catch (IOException e) {
                // One of the two has gone, which the other is to notice.
              }
            },
            "relay");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      var from = listening.accept();
      sockets.add(from);
      thread(() -> connect(from));
    }
  }

  private void connect(Socket from) throws IOException {
    try {
      var on = new Socket(InetAddress.getLoopbackAddress(), to);
      sockets.add(on);
      thread(() -> pass(from, on));
      pass(on, from);
    } catch (IOException e) {
      from.close();
      throw e;
    }
  }

  private void pass(Socket from, Socket on) throws IOException {
    try (from;
        on) {
      var buffer = new byte[1 << 16];
      while (true) {
        int read = from.getInputStream().read(buffer);
        if (read < 0) {
          return;
        }
        if (!cut) {
          bytes.addAndGet(read);
          on.getOutputStream().write(buffer, 0, read);
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (var socket : sockets) {
      socket.close();
    }
  }
}
