package org.maejava.data.flow;

import java.util.List;

/** The threads of open cursors. */
public final class DataThreads {

  private DataThreads() {}

  public static List<String> alive() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("mae-data-"))
        .sorted()
        .toList();
  }
}
