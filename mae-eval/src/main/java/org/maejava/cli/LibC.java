package org.maejava.cli;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is called of the C library: things that Java has no word for. */
interface LibC extends Library {

  int STDOUT = 1;
  int STDERR = 2;
  int WRITE_ONLY = 1;

  /** {@code SIGINT} and {@code SIGTERM}: what ends a process that wants to live on. */
  List<Integer> ENDING = List.of(2, 15);

  /** {@code SIG_IGN}. */
  Pointer IGNORE = new Pointer(1);

  /** Decides what a signal does; the handler that there was, null for the default. */
  @Nullable Pointer signal(int signal, @Nullable Pointer handler);

  int setenv(String name, String value, int overwrite);

  int isatty(int descriptor);

  int dup(int descriptor);

  int dup2(int from, int to);

  int open(String path, int flags);

  int close(int descriptor);

  int ioctl(int descriptor, NativeLong request, WindowSize size);

  /** What a terminal says of its size. */
  @FieldOrder({"rows", "columns", "width", "height"})
  final class WindowSize extends Structure {
    /** Lines. */
    public short rows;

    /** Characters in a line. */
    public short columns;

    /** Pixels, if known. */
    public short width;

    /** Pixels, if known. */
    public short height;
  }

  /** Linux's request for {@link WindowSize}. */
  NativeLong TIOCGWINSZ = new NativeLong(0x5413);

  /** Where nobody tells. */
  int USUAL_WIDTH = 80;

  /** Empty on Windows, which has none of these names. */
  static Optional<LibC> load() {
    return Platform.isWindows()
        ? Optional.empty()
        : Optional.of(Native.load(Platform.C_LIBRARY_NAME, LibC.class));
  }

  /** Characters in a line of the terminal that standard error goes to. */
  static int terminalWidth() {
    var size = new WindowSize();
    boolean told =
        Platform.isLinux()
            && load().map(libc -> libc.ioctl(STDERR, TIOCGWINSZ, size) == 0).orElse(false);
    return told && size.columns > 0 ? size.columns : USUAL_WIDTH;
  }

  /** Whether standard output is a person's terminal; {@code System.console()} no longer tells. */
  static boolean outputIsTerminal() {
    return load().map(libc -> libc.isatty(STDOUT) == 1).orElse(false);
  }
}
