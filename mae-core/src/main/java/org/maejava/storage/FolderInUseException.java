package org.maejava.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Somebody else is writing to a folder. */
public final class FolderInUseException extends IOException {

  private static final long serialVersionUID = 1;

  FolderInUseException(Path folder, Optional<String> process) {
    super(
        "%s is being written by another process%s; wait for it, or choose another folder"
            .formatted(folder, process.map(pid -> " (" + pid + ")").orElse("")));
  }
}
