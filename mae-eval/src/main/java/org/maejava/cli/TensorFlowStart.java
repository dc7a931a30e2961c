package org.maejava.cli;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;

/**
 * Loads TensorFlow without its chatter and without JVM flags.
 *
 * <p>Three things must come before its first class: JavaCPP's limits, which count the whole process
 * against the Java heap, and the log level, which the native library reads from the environment only.
 * Two lines of the first session obey no level, so that session runs with standard error elsewhere.
 */
final class TensorFlowStart {

  private static final int STDERR = 2;
  private static final int WRITE_ONLY = 1;

  private TensorFlowStart() {}

  /** What of the C library is called. */
  interface LibC extends Library {
    int setenv(String name, String value, int overwrite);

    int dup(int descriptor);

    int dup2(int from, int to);

    int open(String path, int flags);

    int close(int descriptor);
  }

  /** Before any TensorFlow class is touched. */
  static void prepare(boolean verbose) {
    System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    System.setProperty("org.bytedeco.javacpp.maxBytes", "0");
    if (verbose || Platform.isWindows()) {
      return;
    }
    var libc = Native.load("c", LibC.class);
    libc.setenv("TF_CPP_MIN_LOG_LEVEL", "3", 0);
    int saved = libc.dup(STDERR);
    int nowhere = libc.open("/dev/null", WRITE_ONLY);
    libc.dup2(nowhere, STDERR);
    try {
      firstSession();
    } finally {
      libc.dup2(saved, STDERR);
      libc.close(nowhere);
      libc.close(saved);
    }
  }

  private static void firstSession() {
    try (var graph = new Graph();
        var session = new Session(graph)) {
      var one = Ops.create(graph).constant(1f);
      session.runner().fetch(one).run().close();
    }
  }

  /** TensorFlow's version and what it runs on. */
  static String describe(String device, int threads) {
    return "TensorFlow %s on %s, %d %s"
        .formatted(TensorFlow.version(), device, threads, threads == 1 ? "thread" : "threads");
  }
}
