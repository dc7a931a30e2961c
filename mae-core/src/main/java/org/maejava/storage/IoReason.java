package org.maejava.storage;

import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why the file system refused, in words. */
public final class IoReason {

  private IoReason() {}

  /** The file system's exceptions often have a path for a message and the reason in their type. */
  public static String of(Exception e) {
    var type = e.getClass();
    var message = e.getMessage();
    if (e instanceof CharacterCodingException) {
      return "it is no text in UTF-8";
    }
    if (message == null) {
      return type.getSimpleName();
    }
    if (e instanceof FileSystemException refused) {
      return of(refused, message);
    }
    return type.getPackageName().startsWith("java.nio.file")
        ? type.getSimpleName() + ": " + message
        : message;
  }

  private static String of(FileSystemException e, String message) {
    if (e.getReason() != null) {
      return message; // the path and the system's words
    }
    if (e instanceof NoSuchFileException) {
      return "there is no file " + message;
    }
    if (e instanceof AccessDeniedException) {
      return "no permission for " + message;
    }
    if (e instanceof FileAlreadyExistsException) {
      return message + " is in the way";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return message + " is not empty";
    }
    return e.getClass().getSimpleName() + ": " + message;
  }
}
