package org.maejava.cli;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.util.Optional;

/** What is called of the C library: things that Java has no word for. */
interface LibC extends Library {

  int STDOUT = 1;
  int STDERR = 2;
  int WRITE_ONLY = 1;

  int setenv(String name, String value, int overwrite);

  int isatty(int descriptor);

  int dup(int descriptor);

  int dup2(int from, int to);

  int open(String path, int flags);

  int close(int descriptor);

  /** Empty on Windows, which has none of these names. */
  static Optional<LibC> load() {
    return Platform.isWindows()
        ? Optional.empty()
        : Optional.of(Native.load(Platform.C_LIBRARY_NAME, LibC.class));
  }

  /** Whether standard output is a person's terminal; {@code System.console()} no longer tells. */
  static boolean outputIsTerminal() {
    return load().map(libc -> libc.isatty(STDOUT) == 1).orElse(false);
  }
}
