package org.maejava.storage;

import java.nio.file.NoSuchFileException;

/** Why the file system refused, in words. */
public final class IoReason {

  private IoReason() {}

  /** The file system's exceptions often have a path for a message and the reason in their type. */
  public static String of(Exception e) {
    var type = e.getClass();
    var message = e.getMessage();
    if (message == null) {
      return type.getSimpleName();
    }
    if (e instanceof NoSuchFileException) {
      return "there is no file " + message;
    }
    return type.getPackageName().startsWith("java.nio.file")
        ? type.getSimpleName() + ": " + message
        : message;
  }
}
