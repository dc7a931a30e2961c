package org.maejava.eval.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Memory of this process. */
final class ProcessMemory {

  private ProcessMemory() {}

  /** The most that was resident so far; Linux keeps that mark, other systems tell nothing. */
  static OptionalLong peakMegabytes() {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst();
    } catch (IOException | NumberFormatException notTold) {
      return OptionalLong.empty();
    }
  }
}
