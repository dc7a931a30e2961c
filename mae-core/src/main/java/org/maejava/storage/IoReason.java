package org.maejava.storage;

/** Why the file system refused, in words. */
public final class IoReason {

  private IoReason() {}

  /** The file system's exceptions often have a path for a message and the reason in their type. */
  public static String of(Exception e) {
    var type = e.getClass();
    return e.getMessage() == null || type.getPackageName().startsWith("java.nio.file")
        ? e.toString().substring(type.getPackageName().length() + 1)
        : e.getMessage();
  }
}
