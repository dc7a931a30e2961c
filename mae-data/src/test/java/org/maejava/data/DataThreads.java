package org.maejava.data;

import java.util.List;

/** The threads of open cursors. */
final class DataThreads {

  private DataThreads() {}

  static List<String> alive() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("mae-data-"))
        .sorted()
        .toList();
  }
}
