package org.maejava.cli;

import java.util.function.Supplier;
import org.maejava.eval.machine.Machine;
import org.maejava.nn.Kernels;
import org.maejava.words.Counted;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;

/**
 * Loads TensorFlow without its chatter and without JVM flags, and only where it is needed: that
 * takes more than a second.
 *
 * <p>What must come before its first class: JavaCPP's limits, which count the whole process against
 * the Java heap; that sessions have threads of their own, and the log level, which the native
 * library reads from the environment only. Two lines of the first session obey no level, so that
 * session runs with standard error elsewhere.
 */
final class TensorFlowStart {

  private static final int NOWHERE = -1;

  private static boolean quiet = true;
  private static boolean loaded;

  /** Standard error, while it is put aside. */
  private static volatile int aside = NOWHERE;

  private TensorFlowStart() {}

  /** Before any TensorFlow class is touched. */
  static synchronized void prepare(boolean verbose) {
    quiet = !verbose;
    System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    System.setProperty("org.bytedeco.javacpp.maxBytes", "0");
    LibC.load()
        .ifPresent(
            libc -> {
              // Else the first session of the process decides how many threads an operation has.
              libc.setenv("TF_OVERRIDE_GLOBAL_THREADPOOL", "true", 0);
              if (quiet) {
                libc.setenv("TF_CPP_MIN_LOG_LEVEL", "3", 0);
              }
            });
  }

  /** Before a command computes; once for a process. */
  static synchronized void load() {
    if (!loaded) {
      loaded = quietly(TensorFlowStart::firstSession);
    }
  }

  /** Does something whose words on standard error obey no level. */
  static <T> T quietly(Supplier<T> talker) {
    var libc = LibC.load().filter(any -> quiet);
    return libc.isEmpty() ? talker.get() : quietly(libc.get(), talker);
  }

  private static <T> T quietly(LibC libc, Supplier<T> talker) {
    aside = libc.dup(LibC.STDERR);
    int nowhere = libc.open("/dev/null", LibC.WRITE_ONLY);
    libc.dup2(nowhere, LibC.STDERR);
    try {
      return talker.get();
    } finally {
      libc.close(nowhere);
      giveBackStandardError();
    }
  }

  /** Gives standard error back, also in the middle, when there is something else to say. */
  static void giveBackStandardError() {
    int saved = aside;
    if (saved != NOWHERE) {
      LibC.load().ifPresent(libc -> libc.dup2(saved, LibC.STDERR));
    }
  }

  private static boolean firstSession() {
    try (var graph = new Graph();
        var session = new Session(graph)) {
      var one = Ops.create(graph).constant(1f);
      session.runner().fetch(one).run().close();
    }
    // Tries XLA, which talks at its first use too.
    Kernels.forTrainingOnProcessors();
    return true;
  }

  /** As the other one, and how many workers there are if there are several. */
  static String describe(Machine machine) {
    int workers = machine.workers().count();
    var one = describe(machine.device(), machine.threads());
    return workers == 1 ? one : "%d workers, each %s".formatted(workers, one);
  }

  /** TensorFlow's version and what it runs on. */
  static String describe(String device, int threads) {
    return "TensorFlow %s on %s, %s"
        .formatted(TensorFlow.version(), device, Counted.of(threads, "thread"));
  }
}
